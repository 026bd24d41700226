package dev.freehold.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The family J2 of hostile JSON: each is refused with its place, before it costs memory.
class BadJsonTest {
  @TempDir private Path folder;

  /// A file of `start`, `count` times `piece`, and `end`.
  private Path write(String start, String piece, int count, String end) throws IOException {
    Path file = folder.resolve("config.json");
    byte[] bytes = piece.repeat(10_000).getBytes(StandardCharsets.UTF_8);
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      out.write(start.getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < count / 10_000; i++) {
        out.write(bytes);
      }
      out.write(end.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @ParameterizedTest(name = "{0} {1} {2} times")
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "array depth          | [     | 100000    | ``",
        "object depth         | {\"a\": | 100000 | ``",
        "closed depth         | [     | 100000    | ]",
        "number               | 7     | 100000000 | ``",
        "fraction             | 0.7   | 100000    | ``",
        "decimals             | 7     | 100000000 | .5",
        "string               | x     | 100000000 | \"",
        "escapes              | \\n   | 10000000  | \"",
        "key                  | k     | 100000000 | \":1}",
        "spaces and no value  | ` `   | 100000000 | ``",
      })
  void isRefused(String name, String piece, int count, String end) throws IOException {
    String start =
        switch (name) {
          case "string", "escapes" -> "[\"";
          case "key" -> "{\"";
          case "number", "decimals", "fraction" -> "[";
          default -> "";
        };
    Path file = write(start, piece, count, end);
    assertThat(Refusal.of(() -> StrictJson.parse(file)))
        .contains("config.json: ")
        .containsPattern("line \\d+, column \\d+|at byte \\d+");
  }

  @Test
  void documentsOverTheLimitAreRefusedUnread() throws IOException {
    Path file = write("[\"", "x", 140_000_000, "\"]");
    assertThat(Refusal.of(() -> StrictJson.parse(file))).contains("bytes exceed the limit");
  }

  @Test
  void duplicateKeysAreRefusedAtEveryDepth() {
    for (int depth = 0; depth < 60; depth++) {
      String text = "{\"x\":".repeat(depth) + "{\"k\":1,\"k\":2}" + "}".repeat(depth);
      assertThat(
              Refusal.of(
                  () -> StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "config.json")))
          .contains("config.json: line 1", "\"k\"");
    }
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole =
        "{\"a\": [1, 2.5e3, true, null, \"ü\\u00e9\"], \"b\": {\"c\": \"d\"}}"
            .getBytes(StandardCharsets.UTF_8);
    StrictJson.parse(whole, "x.json");
    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThat(Refusal.of(() -> StrictJson.parse(cut, "x.json"))).startsWith("x.json: ");
    }
  }
}
