package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonScannerTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '\u00A7',
      quoteCharacter = '`',
      value = {
        "{}\u00A7{}",
        " [ ] \u00A7[]",
        "{ \"a\" : [ 1 , -0.5e+3 , true , false , null ] }"
            + "\u00A7{\"a\":[1,-0.5e+3,true,false,null]}",
        "12\u00A712",
        "0 \u00A70",
        "\"a\\u00e9\\ud83d\\ude00\"\u00A7\"a\\u00e9\\ud83d\\ude00\"",
        "\"\\ud83d\"\u00A7\"\\ufffd\"",
        "\"\\ud83dx\\ude00\"\u00A7\"\\ufffdx\\ufffd\"",
        "\"\\ud83d\\n\"\u00A7\"\\ufffd\\n\"",
        "\"\\ud83d\\ud83d\\ude00\"\u00A7\"\\ufffd\\ud83d\\ude00\"",
        "[\"\\/\\\"\\\\\"]\u00A7[\"\\/\\\"\\\\\"]",
      })
  void writesJsonAnew(String text, String expected) {
    assertThat(JsonScanner.whole(text)).contains(expected);
  }

  @Test
  void escapesBareControlCharacters() {
    assertThat(JsonScanner.whole("\"a\nb\tc\u0001\"")).contains("\"a\\nb\\tc\\u0001\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", " ", "{", "}", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.",
        "-", "1e", "+1", ".5", "tru", "True", "nul", "'a'", "\"a", "\"\\x\"", "\"\\u12g4\"", "1 2",
        "{}{}", "[1}", "{\"a\":1]", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "NaN"
      })
  void refusesWhatIsNoJson(String text) {
    assertThat(JsonScanner.whole(text)).isEmpty();
  }

  @Test
  void boundsDepthAndLengths() {
    int depth = JsonScanner.MAX_DEPTH;
    assertThat(JsonScanner.whole("[".repeat(depth) + "]".repeat(depth))).isPresent();
    assertThat(JsonScanner.whole("[".repeat(depth + 1) + "]".repeat(depth + 1))).isEmpty();
    assertThat(JsonScanner.whole("1".repeat(100))).isPresent();
    assertThat(JsonScanner.whole("1".repeat(101))).isEmpty();
    assertThat(JsonScanner.whole("{\"" + "k".repeat(4097) + "\":1}")).isEmpty();
  }

  /// What the scanner takes the strict parser takes, and with the same meaning; what it writes at
  /// any moment is a begin of that.
  @Test
  void agreesWithTheStrictParser() {
    SplittableRandom random = new SplittableRandom(11);
    List<String> seeds =
        List.of(
            Replies.ODD,
            "[1,2.5e-3,{\"a\":[true,null,\"x\\\\y\\u0041\"]},[],{},\"\"]",
            "{\"k\":{\"k\":[0,-1]},\"l\":\"\ud83d\ude00\"}");
    int taken = 0;
    for (int i = 0; i < 20_000; i++) {
      String text = mutated(seeds.get(random.nextInt(seeds.size())), random);
      var scanned = JsonScanner.whole(text);
      if (scanned.isPresent()) {
        taken++;
        assertThat(strict(scanned.get())).as(text).isTrue();
      } else {
        assertThat(strict(text)).as(text).isFalse();
      }
    }
    assertThat(taken).isBetween(100, 19_900);
  }

  private static boolean strict(String text) {
    try {
      StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "test");
      return true;
    } catch (TensorException e) {
      return false;
    }
  }

  private static String mutated(String seed, SplittableRandom random) {
    StringBuilder text = new StringBuilder(seed);
    for (int n = random.nextInt(3); n > 0; n--) {
      int at = random.nextInt(text.length());
      String some = "{}[]\",:0189eE+-.\\utrfalsn \t";
      char c = some.charAt(random.nextInt(some.length()));
      switch (random.nextInt(3)) {
        case 0 -> text.setCharAt(at, c);
        case 1 -> text.insert(at, c);
        default -> text.deleteCharAt(at);
      }
    }
    return text.toString();
  }
}
