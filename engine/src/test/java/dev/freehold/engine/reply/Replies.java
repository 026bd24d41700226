package dev.freehold.engine.reply;

import java.util.List;
import java.util.Set;

/// What each format looks like, in words of our own: the marks as a template would mention them,
/// which of them are special tokens, and calls.
///
/// @param template mentions the marks that tell the format
/// @param specials which marks are tokens
/// @param one a call of `get_weather` with the city Zürich
/// @param two calls of `get_weather` with the city Bern and of `add` with 1 and 2
/// @param odd a call of `add` with arguments that are hard to write
/// @param broken a call whose arguments are not right
/// @param unknown a call of a tool that the request does not have
/// @param thought marks around thoughts; the first empty where there are none
record Replies(
    String template,
    Set<String> specials,
    String one,
    String two,
    String odd,
    String broken,
    String unknown,
    List<String> thought) {
  private static final String HERMES_CALL =
      "<tool_call>\n{\"name\": \"%s\", \"arguments\": %s}\n</tool_call>";
  private static final String ZURICH = "{\"city\": \"Z\u00fcrich\"}";
  private static final String BERN = "{\"city\": \"Bern\"}";
  private static final String SUM = "{\"a\": 1, \"b\": 2}";

  /// Quotation marks, a backslash, a mark, an emoji, a line break, nesting, escapes, numbers.
  static final String ODD =
      "{\"any\": \"q \\\" b\\\\s </tool_call> \u00e9 \ud83d\ude00\\n\\u00e9\\ud83d\\ude00\","
          + " \"a\": 1.0, \"b\": 1e-07, \"deep\": null, \"list\": [1, [2.5, {}], \"\"],"
          + " \"opts\": {\"x\": {\"y\": [true, false]}}}";

  private static final String HALF = "{\"a\": [1, 2";
  private static final List<String> THINK = List.of("<think>\n", "\n</think>\n\n");
  private static final List<String> NONE = List.of("", "");

  /// A format whose calls are a name and JSON arguments in a frame.
  private static Replies framed(
      String template, Set<String> specials, String call, String between, List<String> thought) {
    String[] frame = between.split("\\|\\|\\|", 3);
    String open = frame[0];
    String comma = frame[1];
    String close = frame[2];
    return new Replies(
        template,
        specials,
        open + call.formatted("get_weather", ZURICH) + close,
        open + call.formatted("get_weather", BERN) + comma + call.formatted("add", SUM) + close,
        open + call.formatted("add", ODD) + close,
        open + call.formatted("add", HALF) + close,
        open + call.formatted("launch", "{}") + close,
        thought);
  }

  static final Replies HERMES =
      framed("tools <tool_call> <think>", Set.of("<|im_end|>"), HERMES_CALL, "|||\n|||", THINK);

  static final Replies SEEDLING =
      framed("tools <tool_call>", Set.of(), HERMES_CALL, "|||\n|||", NONE);

  static final Replies LLAMA =
      framed(
          "tools <|start_header_id|>",
          Set.of("<|python_tag|>"),
          "{\"name\": \"%s\", \"parameters\": %s}",
          "|||; |||",
          NONE);

  static final Replies LLAMA_TAGGED =
      framed(
          "tools <|start_header_id|> <|python_tag|>",
          Set.of("<|python_tag|>"),
          "<|python_tag|>{\"name\": \"%s\", \"parameters\": %s}",
          "||| |||",
          NONE);

  static final Replies MISTRAL =
      framed(
          "tools [TOOL_CALLS] length != 9",
          Set.of("[TOOL_CALLS]"),
          "{\"name\": \"%s\", \"arguments\": %s, \"id\": \"abcdefghi\"}",
          "[TOOL_CALLS][|||, |||]",
          NONE);

  static final Replies MISTRAL_NAMED =
      framed(
          "tools [TOOL_CALLS] [ARGS] [CALL_ID] [THINK] length != 9",
          Set.of("[TOOL_CALLS]", "[ARGS]", "[CALL_ID]", "[THINK]", "[/THINK]"),
          "[TOOL_CALLS]%s[ARGS]%s",
          "||||||",
          List.of("[THINK]", "[/THINK]"));

  static final Replies MISTRAL_IDS =
      framed(
          "tools [TOOL_CALLS] [ARGS] [CALL_ID] length != 9",
          Set.of(),
          "[TOOL_CALLS]%s[CALL_ID]abcdefghi[ARGS]%s",
          "||||||",
          NONE);

  static final Replies DEEPSEEK =
      framed(
          "tools <｜tool▁calls▁begin｜> <think>",
          Set.of(),
          "<｜tool▁call▁begin｜>%s<｜tool▁sep｜>%s<｜tool▁call▁end｜>",
          "<｜tool▁calls▁begin｜>||||||<｜tool▁calls▁end｜>",
          List.of("<think>", "</think>"));

  static final Replies DEEPSEEK_R1 =
      framed(
          "tools <｜tool▁calls▁begin｜> ```json <think>",
          Set.of("<｜tool▁calls▁begin｜>", "<｜tool▁call▁begin｜>"),
          "<｜tool▁call▁begin｜>function<｜tool▁sep｜>%s\n```json\n%s\n```<｜tool▁call▁end｜>",
          "<｜tool▁calls▁begin｜>|||\n|||<｜tool▁calls▁end｜>",
          THINK);

  static final Replies KIMI =
      framed(
          "tools <|tool_calls_section_begin|> <think>",
          Set.of(
              "<|tool_calls_section_begin|>",
              "<|tool_call_begin|>",
              "<|tool_call_argument_begin|>",
              "<|tool_call_end|>",
              "<|tool_calls_section_end|>"),
          "<|tool_call_begin|>functions.%s:0<|tool_call_argument_begin|>%s<|tool_call_end|>",
          "<|tool_calls_section_begin|>||||||<|tool_calls_section_end|>",
          List.of("<think>", "</think>"));

  static final Replies COMMAND =
      framed(
          "tools <|START_ACTION|> <|START_THINKING|> <|START_RESPONSE|>",
          Set.of(
              "<|START_ACTION|>",
              "<|END_ACTION|>",
              "<|START_THINKING|>",
              "<|END_THINKING|>",
              "<|START_RESPONSE|>",
              "<|END_RESPONSE|>"),
          "    {\"tool_call_id\": \"0\", \"tool_name\": \"%s\", \"parameters\": %s}",
          "<|START_ACTION|>[\n|||,\n|||\n]<|END_ACTION|>",
          List.of("<|START_THINKING|>", "<|END_THINKING|>"));

  static final Replies GRANITE =
      framed(
          "tools <|tool_call|> <think> <response>",
          Set.of("<|tool_call|>"),
          "{\"name\": \"%s\", \"arguments\": %s}",
          "<|tool_call|>[|||, |||]",
          List.of("<think>", "</think>"));

  static final Replies PHI =
      framed(
          "tools <|tool_call|> <|/tool_call|>",
          Set.of("<|tool_call|>", "<|/tool_call|>"),
          "<|tool_call|>{\"name\": \"%s\", \"arguments\": %s}<|/tool_call|>",
          "||||||",
          NONE);

  static final Replies NEMOTRON =
      framed(
          "tools <TOOLCALL> <think>",
          Set.of(),
          "{\"name\": \"%s\", \"arguments\": %s}",
          "<TOOLCALL>[|||, |||]</TOOLCALL>",
          THINK);

  static final Replies APERTUS =
      framed(
          "tools <|tools_prefix|> <|inner_prefix|>",
          Set.of("<|tools_prefix|>", "<|tools_suffix|>", "<|inner_prefix|>", "<|inner_suffix|>"),
          "{\"%s\": %s}",
          "<|tools_prefix|>[|||, |||]<|tools_suffix|>",
          List.of("<|inner_prefix|>", "<|inner_suffix|>"));

  static final Replies APRIEL =
      framed(
          "tools <tool_calls> Here are my reasoning steps:\n",
          Set.of(),
          "{\"name\": \"%s\", \"arguments\": %s}",
          "<tool_calls>[|||, |||]</tool_calls>",
          List.of("Here are my reasoning steps:\n", "\n[BEGIN FINAL RESPONSE]\n"));

  static final Replies GIGACHAT =
      framed(
          "tools <|function_call|>",
          Set.of("<|function_call|>"),
          "<|function_call|>{\"name\": \"%s\", \"arguments\": %s}",
          "|||\n|||",
          NONE);

  static final Replies GIGACHAT3 =
      framed(
          "tools function call <|role_sep|>",
          Set.of("<|role_sep|>"),
          "function call<|role_sep|>\n{\"name\": \"%s\", \"arguments\": %s}",
          "|||\n\n|||",
          NONE);

  static final Replies FUNCTION_JSON =
      framed("tools <function=", Set.of(), "<function=%s>%s</function>", "|||\n|||", NONE);

  static final Replies HARMONY =
      framed(
          "tools <|channel|> <|message|>",
          Set.of("<|start|>", "<|channel|>", "<|message|>", "<|end|>", "<|call|>", "<|constrain|>"),
          "<|channel|>commentary to=functions.%s <|constrain|>json<|message|>%s<|call|>",
          "|||<|start|>assistant|||",
          List.of("<|channel|>analysis<|message|>", "<|end|><|start|>assistant"));

  static final List<Replies> JSON =
      List.of(
          HERMES,
          SEEDLING,
          LLAMA,
          LLAMA_TAGGED,
          MISTRAL,
          MISTRAL_NAMED,
          MISTRAL_IDS,
          DEEPSEEK,
          DEEPSEEK_R1,
          KIMI,
          COMMAND,
          GRANITE,
          PHI,
          NEMOTRON,
          APERTUS,
          APRIEL,
          GIGACHAT,
          GIGACHAT3,
          FUNCTION_JSON,
          HARMONY);

  ReplyFormat format() {
    return ReplyFormat.of(template, specials);
  }
}
