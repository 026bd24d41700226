package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/// Gives requests that name no seed one by chance, so that asking again gives another answer, and
/// the answer tells how to have it once more.
final class FreshSeeds implements ChatBackend {
  private final ChatBackend backend;
  private final RandomGenerator random;

  /// @param random may be used by many threads
  FreshSeeds(ChatBackend backend, RandomGenerator random) {
    this.backend = backend;
    this.random = random;
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    boolean hasSeed = request.sampling().seed().isPresent();
    long seed = random.nextInt(Integer.MAX_VALUE); // every client can hold it exactly
    backend.answer(
        hasSeed ? request : request.withSampling(request.sampling().withSeed(seed)),
        events,
        cancellation);
  }
}
