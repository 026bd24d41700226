package dev.freehold.gateway.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.gateway.failure.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

class ErrorsTest {
  /// Errors as vendors tell them.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "500 | {'error':{'message':'x'}} | TRANSIENT",
        "429 | {'error':{'type':'requests','code':'rate_limit_exceeded'}} | OVERLOADED",
        "429 | {'error':{'type':'insufficient_quota','code':'insufficient_quota'}} | QUOTA",
        "529 | {'type':'error','error':{'type':'overloaded_error','message':'Overloaded'}} | "
            + "OVERLOADED",
        "400 | {'error':{'type':'invalid_request_error','message':'Your credit balance is too "
            + "low'}} | QUOTA",
        "402 | {} | QUOTA",
        "401 | {'error':{'code':'invalid_api_key'}} | REVOKED_KEY",
        "400 | {'error':{'message':'API key not valid. Please pass a valid API key.'}} | "
            + "REVOKED_KEY",
        "401 | <html>log in</html> | PROXY",
        "403 | {'error':{'code':'unsupported_country_region_territory'}} | REGION_BLOCK",
        "403 | {'error':{'message':'Your organization was disabled'}} | POLICY_BLOCK",
        "451 | {} | REGION_BLOCK",
        "404 | {'error':{'code':'model_not_found'}} | WITHDRAWN",
        "410 | {} | WITHDRAWN",
        "400 | {'error':{'code':'model_decommissioned','message':'The model x has been "
            + "decommissioned'}} | WITHDRAWN",
        "400 | {'error':{'message':'The model `gpt-4-32k` has been deprecated'}} | WITHDRAWN",
        "400 | {'error':{'code':'context_length_exceeded'}} | CONTEXT_OVERFLOW",
        "400 | {'error':{'type':'invalid_request_error','message':'prompt is too long: 9 "
            + "tokens'}} | CONTEXT_OVERFLOW",
        "400 | {'error':{'code':'content_filter','message':'ResponsibleAIPolicyViolation'}} | "
            + "CONTENT_REFUSAL",
        "400 | {'error':{'message':'temperature must be a number'}} | BAD_REQUEST",
        "422 | {'detail':[]} | BAD_REQUEST",
        "407 | proxy | PROXY",
        "302 |  | MALFORMED",
        "501 | {} | UNSUPPORTED"
      })
  void statuses(int status, String body, String expected) {
    String text = body == null ? "" : body.replace('\'', '"');
    JsonNode json = Json.parse(text).filter(JsonNode::isObject).orElse(MissingNode.getInstance());
    Failure failure = Errors.ofStatus("vendor", status, json, text);
    assertThat(failure.type().name()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'error':{'type':'overloaded_error','message':'Overloaded'}} | OVERLOADED",
        "{'error':{'message':'boom','code':500}} | TRANSIENT",
        "{'error':{'message':'boom','code':401}} | REVOKED_KEY",
        "{'error':'out of memory'} | TRANSIENT",
        "{'error':{'type':'invalid_request_error','message':'prompt is too long'}} | "
            + "CONTEXT_OVERFLOW",
        "{'error':{'type':'invalid_request_error','message':'no'}} | BAD_REQUEST"
      })
  void withinAnswers(String piece, String expected) {
    JsonNode json = Json.parse(piece.replace('\'', '"')).orElseThrow();
    assertThat(Errors.isError(json)).isTrue();
    assertThat(Errors.inAnswer("vendor", json).type().name()).isEqualTo(expected);
  }

  @Test
  void textsOfOthersAreShortPrintableAndWithoutKeys() {
    String shown = Errors.shown("bad\u001b[31m key sk-abcdefgh1234 " + "x".repeat(1000));
    assertThat(shown).doesNotContain("\u001b", "sk-abc").contains("[key]").hasSizeLessThan(310);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2 | 2000",
        "1.5 | 1500",
        "-3 | 0",
        "soon | 0",
        "99999999999999 | 0",
        "999999999 | 86400000",
        "Thu, 01 Jan 1970 00:01:00 GMT | 60000",
        "Thu, 01 Jan 1960 00:01:00 GMT | 0"
      })
  void retryAfter(String header, long millis) {
    assertThat(Errors.retryAfter(Optional.empty(), Optional.of(header), Instant.EPOCH))
        .isEqualTo(Duration.ofMillis(millis));
  }
}
