package dev.freehold.api;

import dev.freehold.chat.ChatException;
import dev.freehold.engine.EngineException;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.Scheduling;
import dev.freehold.model.ModelOptions;
import java.time.Clock;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// How a model is opened; without any of it all is as `freehold run` has it.
///
/// @param contextLength tokens of a question and its answer together; 8192, or what the model was
///   made for if that is less, where nothing is said
/// @param parallel questions that are answered at the same time; more wait
/// @param memoryBytes what the states of questions may take; what the machine can give where
///   nothing is said
/// @param clock tells chat templates the date
/// @param arithmetic kernels, threads and the dtype of keys and values
public record ModelSettings(
    OptionalInt contextLength,
    int parallel,
    OptionalLong memoryBytes,
    Clock clock,
    ModelOptions arithmetic) {
  public static ModelSettings defaults() {
    return new ModelSettings(
        OptionalInt.empty(),
        Scheduling.DEFAULT.maxSequences(),
        OptionalLong.empty(),
        Clock.systemDefaultZone(),
        ModelOptions.defaults());
  }

  public ModelSettings withContextLength(int tokens) {
    return new ModelSettings(OptionalInt.of(tokens), parallel, memoryBytes, clock, arithmetic);
  }

  public ModelSettings withParallel(int questions) {
    return new ModelSettings(contextLength, questions, memoryBytes, clock, arithmetic);
  }

  public ModelSettings withMemoryBytes(long bytes) {
    return new ModelSettings(contextLength, parallel, OptionalLong.of(bytes), clock, arithmetic);
  }

  public ModelSettings withClock(Clock newClock) {
    return new ModelSettings(contextLength, parallel, memoryBytes, newClock, arithmetic);
  }

  public ModelSettings withArithmetic(ModelOptions newArithmetic) {
    return new ModelSettings(contextLength, parallel, memoryBytes, clock, newArithmetic);
  }

  /// @throws ChatException where a number is out of its range
  EngineOptions engineOptions() {
    try {
      return new EngineOptions(
          contextLength,
          EngineOptions.DEFAULT_STEP,
          memoryBytes.orElseGet(MachineMemory::availableBytes),
          clock,
          Scheduling.DEFAULT.withMaxSequences(parallel));
    } catch (EngineException e) {
      throw new ChatException("settings", String.valueOf(e.getMessage()));
    }
  }
}
