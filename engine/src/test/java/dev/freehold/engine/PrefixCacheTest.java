package dev.freehold.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.kernel.Rows;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Who fills the memory for prefixes pushes out its own first.
class PrefixCacheTest {
  private Model model;
  private final PrefixCache cache = new PrefixCache();

  @BeforeEach
  void open() {
    model = Goldens.open("qwen2/model.gguf");
  }

  @AfterEach
  void close() {
    cache.close();
    model.close();
  }

  private void keep(String owner, int... text) {
    Sequence state = model.newSequence(16);
    Rows logits = Rows.allocate(1, model.architecture().vocabSize());
    model.forward(state, text, 0, text.length, LogitsOf.LAST, logits);
    cache.add(owner, text, state);
  }

  private int kept(String owner, int... text) {
    return cache.longestCommon(owner, text, text.length);
  }

  @Test
  void aFloodDropsItsOwnStatesFirst() {
    keep("ann", 3, 4, 5);
    for (int i = 0; i < 20; i++) {
      keep("bob", 10 + i, 4, 5);
    }
    for (int i = 0; i < 19; i++) {
      cache.dropOldest();
      assertThat(kept("ann", 3, 4, 5)).isEqualTo(3);
      assertThat(kept("bob", 10 + i, 4, 5)).as("the oldest goes").isZero();
    }
    assertThat(kept("bob", 29, 4, 5)).isEqualTo(3);
    cache.dropOldest();
    assertThat(kept("ann", 3, 4, 5)).as("of equals the oldest").isZero();
    assertThat(kept("bob", 29, 4, 5)).isEqualTo(3);
  }

  @Test
  void nobodyGetsWhatWasComputedForAnother() {
    keep("ann", 3, 4, 5);
    assertThat(kept("bob", 3, 4, 5)).isZero();
    assertThat(cache.take("bob", new int[] {3, 4, 5}, 3, 16)).isEmpty();
    assertThat(kept("ann", 3, 4, 5)).isEqualTo(3);
  }
}
