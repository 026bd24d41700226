package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Replies that no model should write: nothing fails, nothing is lost, nothing takes long.
class ReplyFuzzTest {
  private static final long SEED = 20_261_121;

  static Stream<Replies> all() {
    return Stream.concat(Replies.JSON.stream(), TaggedReplies.ALL.stream());
  }

  private static List<String> seeds(Replies replies) {
    String thought = replies.thought().getFirst() + "Hm, 3 < 4." + replies.thought().getLast();
    List<String> seeds = new ArrayList<>();
    for (String begin : List.of("", thought, "Text first.\n", "<response>a</response>")) {
      for (String call : List.of("", replies.one(), replies.two(), replies.odd())) {
        seeds.add(begin + call);
      }
    }
    seeds.add(replies.broken() + replies.two());
    seeds.add(replies.unknown() + " and then " + replies.one());
    return seeds;
  }

  private static String mutated(Replies replies, List<String> seeds, SplittableRandom random) {
    StringBuilder text = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
    List<String> marks = new ArrayList<>(replies.specials());
    marks.addAll(replies.thought());
    marks.addAll(List.of("</tool_call>", "{", "}", "\"", "\\", "\n", " ", "\ud83d\ude00", "add"));
    for (int n = random.nextInt(6); n >= 0; n--) {
      int from = random.nextInt(text.length() + 1);
      int to = Math.min(text.length(), from + 1 + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, marks.get(random.nextInt(marks.size())));
        case 2 -> text.insert(random.nextInt(text.length() + 1), text.substring(from, to));
        default -> {
          byte[] bytes = new byte[random.nextInt(5)];
          random.nextBytes(bytes);
          text.replace(from, to, new String(bytes, StandardCharsets.UTF_8));
        }
      }
    }
    // A lone half of a surrogate pair is no text: it would become a question mark here.
    return new String(text.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  /// What remains of a text without white space and the marks that are layout.
  private static String essence(Replies replies, String text) {
    List<String> layout = new ArrayList<>(replies.specials());
    replies.thought().forEach(mark -> layout.add(mark.strip()));
    layout.addAll(List.of("<response>", "</response>"));
    if (replies == TaggedReplies.GEMMA) {
      layout.add("thought"); // half of a mark
    }
    layout.removeIf(String::isEmpty);
    String rest = text.replaceAll("\\s", "");
    String before;
    do {
      before = rest;
      for (String mark : layout) {
        rest = rest.replace(mark.replaceAll("\\s", ""), "");
      }
    } while (!rest.equals(before));
    return rest;
  }

  @ParameterizedTest
  @MethodSource("all")
  void nothingFailsAndNothingIsLost(Replies replies) {
    check(replies, 250);
  }

  @Tag("fuzz")
  @ParameterizedTest
  @MethodSource("all")
  void nothingFailsAndNothingIsLostInLongRuns(Replies replies) {
    check(replies, 20_000);
  }

  private static void check(Replies replies, int rounds) {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> seeds = seeds(replies);
    ReplyFormat format = replies.format();
    int without = 0;
    for (int i = 0; i < rounds; i++) {
      String reply = mutated(replies, seeds, random);
      boolean open = random.nextInt(4) == 0 && !replies.thought().getFirst().isEmpty();
      CallDelivery delivery = CallDelivery.values()[i % CallDelivery.values().length];
      ReplySettings settings = ReplySettings.of(Answer.TOOLS, open, i).withDelivery(delivery);
      List<ReplyPart> parts =
          Answer.parts(
              format.parser(settings), replies.specials(), reply, 1 + random.nextInt(9), random);
      Answer answer = Answer.join(parts);
      boolean headers = replies == Replies.HARMONY;
      if (answer.calls().isEmpty() && !headers) {
        without++;
        assertThat(essence(replies, answer.reasoning() + answer.content()))
            .as("seed %d, round %d: %s", SEED, i, reply)
            .isEqualTo(essence(replies, reply));
      }
    }
    if (replies != Replies.HARMONY) {
      assertThat(without).isGreaterThan(rounds / 20);
    }
  }

  /// A megabyte of what could make a parser look back again and again, in pieces of a few letters.
  @ParameterizedTest
  @MethodSource("all")
  @Timeout(value = 300, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void timeGrowsWithTheLengthOnly(Replies replies) {
    String half = replies.one().substring(0, replies.one().length() / 2);
    List<String> patterns =
        List.of("<", " ", "<tool_call>", "{", "[", "\"", half, replies.broken(), "<think>");
    for (String pattern : patterns) {
      for (String begin : List.of("", half, replies.one())) {
        String reply = begin + pattern.repeat(60_000 / pattern.length());
        ReplyParser parser = replies.format().parser(Answer.settings());
        int length = 0;
        for (int at = 0; at < reply.length(); at += 3) {
          length += text(parser.feed(reply.substring(at, Math.min(reply.length(), at + 3))));
        }
        length += text(parser.finish());
        assertThat(length).isLessThanOrEqualTo(reply.length());
      }
    }
  }

  private static int text(List<ReplyPart> parts) {
    int length = 0;
    for (ReplyPart part : parts) {
      length += part instanceof ReplyPart.Text text ? text.text().length() : 0;
    }
    return length;
  }
}
