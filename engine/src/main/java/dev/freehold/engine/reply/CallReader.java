package dev.freehold.engine.reply;

/// Reads one stretch of an answer that holds tool calls, from behind the mark that opened it.
interface CallReader {
  /// How reading went on.
  enum Step {
    /// More symbols are needed; at the end of an answer this means that the call broke off.
    WAIT,
    /// A call is complete; there may be more.
    CALL,
    /// The stretch is over; the position stands behind it.
    DONE,
    /// This is no call; the position stands behind what was understood.
    BROKEN,
    /// Something was read; only between the parts of a reader.
    ON
  }

  /// Reads as far as the buffer goes or something is decided.
  Step read(SymbolBuffer in, CallWriter out);
}
