package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.tensor.StrictJson;
import dev.freehold.text.StreamDecoder;
import dev.freehold.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Replies as tokens: with a vocabulary that has a format's marks as special tokens, and with one
/// that has them as tokens which are text.
class ReplyTokensTest {
  private static final Path MODEL =
      Path.of(System.getProperty("freehold.oracle", "oracle"), "models", "qwen3");

  @TempDir Path folder;

  static Stream<Replies> all() {
    return Stream.concat(Replies.JSON.stream(), TaggedReplies.ALL.stream());
  }

  /// The vocabulary of a small model with more tokens.
  private Tokenizer tokenizer(Set<String> marks, boolean special) throws IOException {
    ObjectNode json = (ObjectNode) StrictJson.parse(MODEL.resolve("tokenizer.json"));
    ArrayNode added = (ArrayNode) json.get("added_tokens");
    int id = json.get("model").get("vocab").size();
    for (var token : added) {
      id = Math.max(id, token.get("id").intValue() + 1);
    }
    for (String mark : marks) {
      ObjectNode token = added.addObject().put("id", id++).put("content", mark);
      for (String flag : List.of("single_word", "lstrip", "rstrip", "normalized")) {
        token.put(flag, false);
      }
      token.put("special", special);
    }
    Path named = Files.createDirectories(folder.resolve(special ? "special" : "text"));
    Files.writeString(named.resolve("tokenizer.json"), json.toString());
    return Tokenizer.fromFolder(named);
  }

  private static Answer read(Tokenizer tokenizer, String template, String reply) {
    ReplyParser parser = ReplyFormat.of(template, tokenizer).parser(Answer.settings());
    StreamDecoder decoder = tokenizer.streamDecoder(false);
    List<ReplyPart> parts = new ArrayList<>();
    for (int id : tokenizer.encode(reply, true)) {
      parts.addAll(parser.feed(decoder.feed(id)));
      if (tokenizer.isSpecial(id)) {
        parts.addAll(parser.mark(tokenizer.tokenText(id)));
      }
    }
    parts.addAll(parser.feed(decoder.finish()));
    parts.addAll(parser.finish());
    return Answer.join(parts);
  }

  @ParameterizedTest
  @MethodSource("all")
  void callsAndThoughtsAreReadFromTokens(Replies replies) throws IOException {
    assumeTrue(Files.isDirectory(MODEL), "no reference data in " + MODEL);
    Set<String> marks = new TreeSet<>(replies.specials());
    marks.add("<tool_call>");
    marks.add("<unrelated>");
    marks.remove("<|im_end|>"); // the model has it already
    for (boolean special : new boolean[] {true, false}) {
      Tokenizer tokenizer = tokenizer(marks, special);
      String thought = replies.thought().getFirst();
      String thinking =
          thought.isEmpty() ? "" : thought + "H\u00fcm." + replies.thought().getLast();
      Answer answer = read(tokenizer, replies.template(), thinking + replies.two());
      assertThat(answer.names()).isEqualTo("get_weather,add");
      assertThat(answer.content()).isEmpty();
      assertThat(answer.reasoning()).isEqualTo(thought.isEmpty() ? "" : "H\u00fcm.");
      assertThat(answer.calls().getFirst().arguments()).isEqualTo("{\"city\":\"Bern\"}");
    }
  }
}
