package dev.freehold.engine;

import dev.freehold.model.Model;
import java.time.Clock;
import java.util.OptionalInt;

/// How an engine runs a model; none of it changes a bit of an answer but the context's length.
///
/// @param contextLength tokens of a prompt and its answer; [#DEFAULT_CONTEXT] or the length that
///   the model was made for, whichever is less, where nothing is said
/// @param stepTokens tokens of a prompt that are computed before a cancellation is looked at
/// @param memoryBytes what the states of requests and kept prefixes may take
/// @param clock tells templates the date
/// @param scheduling how requests share the model
public record EngineOptions(
    OptionalInt contextLength,
    int stepTokens,
    long memoryBytes,
    Clock clock,
    Scheduling scheduling) {
  public static final int DEFAULT_CONTEXT = 8192;
  public static final int DEFAULT_STEP = 256;

  public EngineOptions {
    if (contextLength.isPresent() && contextLength.getAsInt() < 1) {
      throw new EngineException(
          "context: expected at least 1 token, found " + contextLength.getAsInt());
    }
    if (stepTokens < 1) {
      throw new EngineException("tokens of a step: expected at least 1, found " + stepTokens);
    }
  }

  /// With the usual scheduling.
  public EngineOptions(OptionalInt contextLength, int stepTokens, long memoryBytes, Clock clock) {
    this(contextLength, stepTokens, memoryBytes, clock, Scheduling.DEFAULT);
  }

  public EngineOptions withMemoryBytes(long bytes) {
    return new EngineOptions(contextLength, stepTokens, bytes, clock, scheduling);
  }

  /// Tokens of a prompt and its answer with a model.
  int contextLengthFor(Model model) {
    return contextLength.orElse(Math.min(model.architecture().contextLength(), DEFAULT_CONTEXT));
  }

  /// With no more context than a model was made for.
  EngineOptions clampedTo(Model model) {
    int most = model.architecture().contextLength();
    return contextLength.isEmpty() || contextLength.getAsInt() <= most
        ? this
        : new EngineOptions(OptionalInt.of(most), stepTokens, memoryBytes, clock, scheduling);
  }

  public EngineOptions withScheduling(Scheduling newScheduling) {
    return new EngineOptions(contextLength, stepTokens, memoryBytes, clock, newScheduling);
  }
}
