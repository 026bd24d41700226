package dev.freehold.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.server.openai.OpenAiDialect;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Bodies with values of every kind in every field: each is answered or refused, none is a bug.
class BodyFuzzTest {
  private static final int BODIES = 1500;

  private static final List<String> PATHS =
      List.of(
          "/v1/chat/completions",
          "/v1/chat/completions/input_tokens",
          "/v1/completions",
          "/v1/embeddings",
          "/tokenize",
          "/detokenize");

  private static final List<String> FIELDS =
      List.of(
          "messages",
          "prompt",
          "input",
          "content",
          "tokens",
          "model",
          "n",
          "best_of",
          "stream",
          "stream_options",
          "max_tokens",
          "temperature",
          "top_p",
          "top_k",
          "seed",
          "stop",
          "logprobs",
          "top_logprobs",
          "echo",
          "suffix",
          "logit_bias",
          "tools",
          "tool_choice",
          "response_format",
          "chat_template_kwargs",
          "reasoning_effort",
          "encoding_format",
          "dimensions",
          "guided_choice",
          "structured_outputs",
          "with_pieces");

  private static final List<String> NAMES =
      List.of(
          "role",
          "content",
          "type",
          "text",
          "function",
          "name",
          "arguments",
          "tool_calls",
          "json",
          "schema",
          "json_schema",
          "include_usage",
          "parameters",
          "id",
          "7");

  private static final List<String> LEAVES =
      List.of(
          "null",
          "true",
          "false",
          "0",
          "1",
          "-1",
          "3",
          "2.5",
          "1e400",
          "-1e400",
          "1e30",
          "9223372036854775808",
          "\"\"",
          "\"user\"",
          "\"assistant\"",
          "\"tool\"",
          "\"text\"",
          "\"function\"",
          "\"json_schema\"",
          "\"tiny\"",
          "\"auto\"",
          "\"{}\"",
          "\"\\u0000\"",
          "\"\\ud83d\\ude00\"",
          "\"\\ud83d\"",
          "[]",
          "{}");

  private static String value(Random random, int depth) {
    int kind = depth == 0 ? 0 : random.nextInt(4);
    if (kind < 2) {
      return LEAVES.get(random.nextInt(LEAVES.size()));
    }
    StringBuilder text = new StringBuilder(kind == 2 ? "[" : "{");
    int size = random.nextInt(4);
    int first = random.nextInt(NAMES.size());
    for (int i = 0; i < size; i++) {
      text.append(i == 0 ? "" : ",");
      if (kind == 3) {
        text.append('"').append(NAMES.get((first + i) % NAMES.size())).append("\":");
      }
      text.append(value(random, depth - 1));
    }
    return text.append(kind == 2 ? "]" : "}").toString();
  }

  private static String body(Random random) {
    StringBuilder text = new StringBuilder("{");
    int first = random.nextInt(FIELDS.size());
    int size = 1 + random.nextInt(5);
    if (random.nextBoolean()) { // most of a request that is as it must be
      text.append("\"messages\":[{\"role\":\"user\",\"content\":\"a\"}],\"prompt\":\"a\",");
      text.append("\"input\":\"a\",\"content\":\"a\",\"tokens\":[1],");
      first = 5 + random.nextInt(FIELDS.size() - 10);
    }
    for (int i = 0; i < size; i++) {
      String field = FIELDS.get((first + i) % FIELDS.size());
      text.append(i == 0 ? "" : ",").append('"').append(field).append("\":");
      text.append(value(random, 4));
    }
    return text.append('}').toString();
  }

  @Test
  void everyBodyIsAnsweredOrRefused() {
    int answered = 0;
    try (TestServer test = new TestServer(OpenAiDialect::new)) {
      for (int seed = 0; seed < BODIES; seed++) {
        Random random = new Random(seed);
        String path = PATHS.get(random.nextInt(PATHS.size()));
        String body = body(random);
        HttpResponse<String> answer = test.post(path, body);
        assertThat(answer.statusCode())
            .as("seed %d: %s %s", seed, path, body)
            .isIn(200, 400, 404, 501);
        if (answer.statusCode() == 200) {
          answered++;
        } else {
          assertThat(TestServer.json(answer).at("/error/message").asString())
              .as("seed %d: %s %s", seed, path, body)
              .isNotEmpty();
        }
      }
    }
    assertThat(answered).as("answered of %d", BODIES).isBetween(BODIES / 20, BODIES);
  }
}
