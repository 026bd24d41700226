package dev.freehold.agent.sandbox.proxy;

import java.net.InetAddress;
import java.util.function.Predicate;

/// The network that a proxy reaches: how a name is resolved, and which addresses may be connected
/// to.
public record PublicNetwork(Names names, Predicate<InetAddress> contains) {
  /// This machine's, without the insides of machines, houses and providers.
  public static final PublicNetwork SYSTEM =
      new PublicNetwork(Names.SYSTEM, PublicAddresses::contain);
}
