package dev.freehold.chat;

/// What an answer may be and what is told of it.
///
/// @param parallelCalls whether one answer may call several tools
/// @param asWritten whether the answer is told as the model wrote it; otherwise thinking and tool
///   calls of a conversation are told apart from the text
/// @param receipt whether the answer ends with a receipt, by which it can be computed again
public record Output(
    OutputFormat format,
    ToolChoice toolChoice,
    boolean parallelCalls,
    Logprobs logprobs,
    boolean asWritten,
    boolean receipt) {
  /// Anything, told in parts.
  public static final Output FREE =
      new Output(OutputFormat.FREE, ToolChoice.AUTO, true, Logprobs.NONE, false, false);

  /// Anything, told as the model wrote it.
  public static final Output AS_WRITTEN =
      new Output(OutputFormat.FREE, ToolChoice.AUTO, true, Logprobs.NONE, true, false);

  public Output withFormat(OutputFormat newFormat) {
    return new Output(newFormat, toolChoice, parallelCalls, logprobs, asWritten, receipt);
  }

  public Output withTools(ToolChoice newChoice, boolean newParallelCalls) {
    return new Output(format, newChoice, newParallelCalls, logprobs, asWritten, receipt);
  }

  public Output withLogprobs(Logprobs newLogprobs) {
    return new Output(format, toolChoice, parallelCalls, newLogprobs, asWritten, receipt);
  }

  public Output withReceipt(boolean isWanted) {
    return new Output(format, toolChoice, parallelCalls, logprobs, asWritten, isWanted);
  }
}
