package dev.freehold.server;

import dev.freehold.chat.Caller;

/// Who asks, as the keys tell, and what that one may.
public record Identity(Caller caller, Access access) {
  /// Whoever sits at this machine, where no keys are in use.
  public static final Identity LOCAL = new Identity(Caller.LOCAL, Access.MANAGE);

  boolean may(Access wanted) {
    return access.compareTo(wanted) >= 0;
  }
}
