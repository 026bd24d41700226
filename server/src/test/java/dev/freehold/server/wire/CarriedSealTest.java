package dev.freehold.server.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.SealedThought;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CarriedSealTest {
  private static final ChatEvent.ReasoningSealed SEAL =
      new ChatEvent.ReasoningSealed("north", "Eq+/= \"\n", false);

  @Test
  void carriesTheSealAndTheThinkingThatIsNotTold() {
    assertThat(CarriedSeal.decode(CarriedSeal.encode(SEAL, ""), "told", 2))
        .contains(new SealedThought("north", "told", "Eq+/= \"\n", false, 2));
    assertThat(CarriedSeal.decode(CarriedSeal.encode(SEAL, "Grüße"), "", 0))
        .contains(new SealedThought("north", "Grüße", "Eq+/= \"\n", false, 0));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "{}",
        "[\"a\",\"b\",true]",
        "[\"a\",\"b\",true,1]",
        "[\"a\",\"b\",\"true\",\"\"]",
        "[[[[",
        "no JSON"
      })
  void whatOthersMadeCarriesNothing(String json) {
    String encoded = Base64.getUrlEncoder().encodeToString(json.getBytes(StandardCharsets.UTF_8));
    assertThat(CarriedSeal.decode("fh2." + encoded, "", 0)).isEmpty();
    assertThat(CarriedSeal.decode(encoded, "", 0)).isEmpty();
    assertThat(CarriedSeal.decode("fh2.%%%", "", 0)).isEmpty();
  }
}
