package dev.freehold.cli;

import java.util.List;

/// How a command ended, as the exit code tells the shell.
///
/// @param code from 0 to 255; a program that was started by `launch` has codes of its own
public record Exit(int code) {
  /// Done as asked.
  public static final Exit OK = new Exit(0);

  /// The request could not be fulfilled: a file, a model or a value is not as it must be.
  public static final Exit FAILURE = new Exit(1);

  /// The command line could not be understood.
  public static final Exit USAGE = new Exit(2);

  /// A requirement on a model is not met.
  public static final Exit NOT_GOOD_ENOUGH = new Exit(3);

  /// What was asked of a requirement needs more items to be told.
  public static final Exit NOT_DECIDED = new Exit(4);

  /// A bug in Freehold.
  public static final Exit BUG = new Exit(70);

  /// Stopped by Ctrl-C.
  public static final Exit INTERRUPTED = new Exit(130);

  /// Whoever read the output stopped reading, as `head` does.
  public static final Exit OUTPUT_CLOSED = new Exit(141);

  /// Those that Freehold's own commands end with.
  static final List<Exit> OWN =
      List.of(OK, FAILURE, USAGE, NOT_GOOD_ENOUGH, NOT_DECIDED, BUG, INTERRUPTED, OUTPUT_CLOSED);

  public Exit {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("no exit code: " + code);
    }
  }
}
