package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FreshSeedsTest {
  @Test
  void aSeedIsKeptAndAMissingOneIsDrawn() {
    List<Long> seen = new ArrayList<>();
    FreshSeeds backend =
        new FreshSeeds(
            (request, events, cancellation) -> seen.add(request.sampling().seed().orElseThrow()),
            new SecureRandom());
    ChatRequest plain = new ChatRequest("", new Input.Text("Hi"), Sampling.UNSAID, Ending.NATURAL);
    for (int i = 0; i < 20; i++) {
      backend.answer(plain, event -> {}, new Cancellation());
    }
    assertThat(seen).hasSize(20).allSatisfy(seed -> assertThat(seed).isBetween(0L, 1L << 31));
    assertThat(seen.stream().distinct().count()).isGreaterThan(10);
    seen.clear();
    backend.answer(
        plain.withSampling(Sampling.UNSAID.withSeed(7)), event -> {}, new Cancellation());
    assertThat(seen).containsExactly(7L);
  }
}
