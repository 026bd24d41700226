package dev.freehold.chat;

/// A request to a model, in no dialect.
///
/// @param model the model's name; empty for the only one
public record ChatRequest(
    String model, Input input, Sampling sampling, Ending ending, Output output, Caller caller) {
  /// A request of whoever sits at this machine, for any answer, told as the model wrote it.
  public ChatRequest(String model, Input input, Sampling sampling, Ending ending) {
    this(model, input, sampling, ending, Output.AS_WRITTEN, Caller.LOCAL);
  }

  public ChatRequest withModel(String newModel) {
    return new ChatRequest(newModel, input, sampling, ending, output, caller);
  }

  public ChatRequest withSampling(Sampling newSampling) {
    return new ChatRequest(model, input, newSampling, ending, output, caller);
  }

  public ChatRequest withOutput(Output newOutput) {
    return new ChatRequest(model, input, sampling, ending, newOutput, caller);
  }

  public ChatRequest withCaller(Caller newCaller) {
    return new ChatRequest(model, input, sampling, ending, output, newCaller);
  }
}
