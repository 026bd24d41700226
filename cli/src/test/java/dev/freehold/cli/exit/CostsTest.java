package dev.freehold.cli.exit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What requests cost together, where the cost of some is unknown and others failed.
class CostsTest {
  private static final JsonNode FAILED =
      JsonMapper.shared()
          .readTree("{\"outcome\":\"transport\",\"cost_micros\":0,\"currency\":\"\"}");
  private static final JsonNode UNPRICED =
      JsonMapper.shared().readTree("{\"outcome\":\"ok\",\"currency\":\"\"}");

  @Test
  void aFailureIsNoCostInNoCurrency() {
    Window window = new Window();
    Spent spent = new Spent();
    for (JsonNode request : new JsonNode[] {FAILED, UNPRICED}) {
      window.add(request);
      spent.add(request);
    }
    assertThat(window.costMicros()).isEmpty();
    assertThat(window.unpriced()).isEqualTo(1);
    assertThat(spent.costMicros()).isEmpty();
    assertThat(spent.unpriced()).isEqualTo(1);
  }
}
