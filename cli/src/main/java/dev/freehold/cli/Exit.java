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

  /// Something of a kept model is missing, cut short or cannot be read as what it is.
  public static final Exit DAMAGED = new Exit(5);

  /// Bytes of a kept model are not what they were.
  public static final Exit BYTES_DAMAGED = new Exit(6);

  /// A kept model no longer answers what it answered when it was kept.
  public static final Exit ANSWERS_OTHERWISE = new Exit(7);

  /// There is no vault, or no such model in it.
  public static final Exit NOT_KEPT = new Exit(10);

  /// Another process uses the vault in a way that does not go together with this.
  public static final Exit LOCKED = new Exit(11);

  /// A run of an agent waits for a person, a time or a larger budget.
  public static final Exit AGENT_WAITS = new Exit(12);

  /// A bug in Freehold.
  public static final Exit BUG = new Exit(70);

  /// Stopped by Ctrl-C.
  public static final Exit INTERRUPTED = new Exit(130);

  /// Whoever read the output stopped reading, as `head` does.
  public static final Exit OUTPUT_CLOSED = new Exit(141);

  /// Those that Freehold's own commands end with.
  static final List<Exit> OWN =
      List.of(
          OK,
          FAILURE,
          USAGE,
          NOT_GOOD_ENOUGH,
          NOT_DECIDED,
          DAMAGED,
          BYTES_DAMAGED,
          ANSWERS_OTHERWISE,
          NOT_KEPT,
          LOCKED,
          AGENT_WAITS,
          BUG,
          INTERRUPTED,
          OUTPUT_CLOSED);

  public Exit {
    if (code < 0 || code > 255) {
      throw new IllegalArgumentException("no exit code: " + code);
    }
  }
}
