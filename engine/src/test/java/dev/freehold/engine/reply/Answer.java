package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Tool;
import dev.freehold.tensor.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import tools.jackson.databind.JsonNode;

/// An answer with its parts joined, as a client that collects them sees it.
record Answer(String content, String reasoning, List<Call> calls) {
  /// A call, its arguments as compact JSON.
  record Call(String id, String name, String arguments) {}

  /// A weather station and a calculator.
  static final List<Tool> TOOLS =
      List.of(
          tool(
              "get_weather",
              """
              {"type": "object", "properties": {"city": {"type": "string"},
               "unit": {"enum": ["celsius", "fahrenheit"]}}, "required": ["city"]}\
              """),
          tool(
              "add",
              """
              {"type": "object", "properties": {"a": {"type": "number"}, "b": {"type": "number"},
               "deep": {"type": "boolean", "nullable": true}, "list": {"type": "array"},
               "opts": {"$ref": "#/$defs/opts"}, "any": {}},
               "$defs": {"opts": {"type": "object"}}}\
              """));

  static Tool tool(String name, String schema) {
    return new Tool(name, "", json(schema));
  }

  static JsonNode json(String text) {
    return StrictJson.parse(text.getBytes(StandardCharsets.UTF_8), "test");
  }

  String names() {
    return String.join(",", calls.stream().map(Call::name).toList());
  }

  /// Parses a reply in one piece.
  static Answer of(ReplyFormat format, Set<String> specials, String reply, ReplySettings settings) {
    return join(parts(format.parser(settings), specials, reply, 1 << 30, new SplittableRandom(1)));
  }

  /// Feeds a reply in pieces of random length and collects the parts.
  ///
  /// @param specials what in the reply is a token, and not text
  /// @param longest longest piece
  static List<ReplyPart> parts(
      ReplyParser parser,
      Set<String> specials,
      String reply,
      int longest,
      SplittableRandom random) {
    List<ReplyPart> parts = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int at = 0; at <= reply.length(); ) {
      String mark = markAt(specials, reply, at);
      boolean full = text.length() >= 1 + random.nextInt(longest);
      if (!text.isEmpty() && (full || !mark.isEmpty() || at == reply.length())) {
        parts.addAll(parser.feed(text.toString()));
        text.setLength(0);
      }
      if (at == reply.length()) {
        break;
      }
      if (!mark.isEmpty()) {
        parts.addAll(parser.mark(mark));
        at += mark.length();
      } else {
        text.append(reply.charAt(at++));
      }
    }
    parts.addAll(parser.finish());
    return parts;
  }

  private static String markAt(Set<String> specials, String reply, int at) {
    String found = "";
    for (String special : specials) {
      if (reply.startsWith(special, at) && special.length() > found.length()) {
        found = special;
      }
    }
    return found;
  }

  /// Joins parts, after checking that they come in a sensible order.
  static Answer join(List<ReplyPart> parts) {
    StringBuilder content = new StringBuilder();
    StringBuilder reasoning = new StringBuilder();
    StringBuilder arguments = new StringBuilder();
    List<Call> calls = new ArrayList<>();
    String id = "";
    String name = "";
    int open = -1;
    int next = 0;
    for (ReplyPart part : parts) {
      switch (part) {
        case ReplyPart.Text text -> content.append(checked(text.text(), open));
        case ReplyPart.Reasoning thought -> reasoning.append(checked(thought.text(), open));
        case ReplyPart.CallStarted started -> {
          assertThat(open).as("a call inside of a call").isEqualTo(-1);
          assertThat(started.index()).isEqualTo(next++);
          open = started.index();
          id = started.id();
          name = started.name();
          arguments.setLength(0);
        }
        case ReplyPart.CallArguments more -> {
          assertThat(more.index()).isEqualTo(open);
          assertThat(more.jsonFragment()).isNotEmpty();
          arguments.append(more.jsonFragment());
        }
        case ReplyPart.CallEnded ended -> {
          assertThat(ended.index()).isEqualTo(open);
          assertThat(json(arguments.toString()).isObject()).isTrue();
          calls.add(new Call(id, name, arguments.toString()));
          open = -1;
        }
        case ReplyPart.CallBroken broken -> {
          assertThat(broken.index()).isEqualTo(open);
          open = -1;
        }
      }
    }
    assertThat(open).as("a call without an end").isEqualTo(-1);
    return new Answer(content.toString(), reasoning.toString(), calls);
  }

  private static String checked(String text, int open) {
    assertThat(open).as("text inside of a call").isEqualTo(-1);
    assertThat(text).isNotEmpty();
    assertThat(Character.isLowSurrogate(text.charAt(0))).isFalse();
    assertThat(Character.isHighSurrogate(text.charAt(text.length() - 1))).isFalse();
    return text;
  }

  static ReplySettings settings() {
    return ReplySettings.of(TOOLS, false, 7);
  }
}
