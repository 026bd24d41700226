package dev.freehold.engine.reply;

import java.util.List;
import java.util.Set;

/// The formats whose arguments are not JSON.
final class TaggedReplies {
  private static final String RAW =
      "q \" b\\s </tool_call> \u00e9 \ud83d\ude00\n\u00e9\ud83d\ude00";
  private static final String LIST = "[1, [2.5, {}], \"\"]";
  private static final String OPTS = "{\"x\": {\"y\": [true, false]}}";
  private static final List<String> NONE = List.of("", "");
  private static final List<String> THINK = List.of("<think>\n", "\n</think>\n\n");
  private static final String TAG = "<parameter=%s>\n%s\n</parameter>\n";
  private static final String ATTRIBUTE = "<parameter name=\"%s\">%s</parameter>\n";
  private static final String PAIR = "<arg_key>%s</arg_key>\n<arg_value>%s</arg_value>\n";

  private TaggedReplies() {}

  /// @param frame `open|||call open|||name end|||call close|||close`
  private static Replies tagged(
      String template, Set<String> specials, String frame, String argument, List<String> thought) {
    String[] f = frame.split("\\|\\|\\|", 5);
    String open = f[0] + f[1];
    String end = f[3];
    String close = end + f[4];
    String next = f[4].isEmpty() || f[0].isEmpty() ? "\n" : "";
    boolean outer = f[4].contains("DSML") || f[4].contains("minimax");
    String text = argument.replace("STRING", "true");
    String json = argument.replace("STRING", "false");
    String between = outer ? end + f[1] : close + next + open;
    return new Replies(
        template,
        specials,
        open + "get_weather" + f[2] + text.formatted("city", "Z\u00fcrich") + close,
        open
            + "get_weather"
            + f[2]
            + text.formatted("city", "Bern")
            + between
            + "add"
            + f[2]
            + json.formatted("a", "1")
            + json.formatted("b", "2")
            + close,
        open + "add" + f[2] + odd(argument) + close,
        open + "add" + f[2] + json.formatted("a", "1") + "nonsense" + close,
        open + "launch" + f[2] + close,
        thought);
  }

  private static String odd(String argument) {
    String json = argument.replace("STRING", "false");
    return argument.replace("STRING", "true").formatted("any", RAW)
        + json.formatted("a", "1.0")
        + json.formatted("b", "1e-07")
        + json.formatted("deep", json.equals(argument) ? "None" : "null")
        + json.formatted("list", LIST)
        + json.formatted("opts", OPTS);
  }

  static final Replies QWEN_CODER =
      tagged(
          "tools <tool_call> <function= <parameter= <think>",
          Set.of(),
          "<tool_call>\n|||<function=|||>\n|||</function>\n|||</tool_call>",
          TAG,
          THINK);

  static final Replies QWEN_CODER_BARE =
      tagged(
          "tools <function= <parameter=",
          Set.of(),
          "|||<function=|||>\n|||</function>|||",
          TAG,
          NONE);

  static final Replies MINIMAX =
      tagged(
          "tools <minimax:tool_call> <think>",
          Set.of("<minimax:tool_call>", "</minimax:tool_call>"),
          "<minimax:tool_call>\n|||<invoke name=\"|||\">\n|||</invoke>\n|||</minimax:tool_call>",
          ATTRIBUTE,
          THINK);

  static final Replies DSML =
      tagged(
          "tools ｜DSML｜ <think>",
          Set.of(),
          "<｜DSML｜function_calls>\n|||<｜DSML｜invoke name=\"|||\">\n|||</｜DSML｜invoke>\n"
              + "|||</｜DSML｜function_calls>",
          "<｜DSML｜parameter name=\"%s\" string=\"STRING\">%s</｜DSML｜parameter>\n",
          List.of("<think>", "</think>"));

  static final Replies GLM =
      tagged(
          "tools <arg_key> <think>",
          Set.of(),
          "<tool_call>|||||| \n||||||</tool_call>",
          PAIR,
          List.of("<think>", "</think>"));

  static final Replies LFM2 =
      new Replies(
          "tools <|tool_list_start|>",
          Set.of("<|tool_call_start|>", "<|tool_call_end|>"),
          "<|tool_call_start|>[get_weather(city=\"Z\u00fcrich\")]<|tool_call_end|>",
          "<|tool_call_start|>[get_weather(city='Bern'), add(a=1, b=2)]<|tool_call_end|>",
          "<|tool_call_start|>[" + pythonOdd() + "]<|tool_call_end|>",
          "<|tool_call_start|>[add(a=1 2)]<|tool_call_end|>",
          "<|tool_call_start|>[launch()]<|tool_call_end|>",
          NONE);

  static final Replies OLMO =
      new Replies(
          "tools <functions> <function_calls>",
          Set.of(),
          "<function_calls>get_weather(city=\"Z\u00fcrich\")</function_calls>",
          "<function_calls>\nget_weather(city='Bern')\nadd(a=1, b=2)\n</function_calls>",
          "<function_calls>" + pythonOdd() + "</function_calls>",
          "<function_calls>add(a=[1)</function_calls>",
          "<function_calls>launch()</function_calls>",
          NONE);

  private static String pythonOdd() {
    return "add(any=\"q \\\" b\\\\s </tool_call> \u00e9 \ud83d\ude00\\n\\u00e9\\ud83d\\ude00\","
        + " a=1.0, b=1e-07, deep=None, list=[1, (2.5, {}), ''],"
        + " opts={'x': {\"y\": [True, false]}})";
  }

  static final Replies GEMMA =
      new Replies(
          "tools <|tool_call> <|channel>thought\n",
          Set.of("<|tool_call>", "<tool_call|>", "<|\"|>", "<|channel>", "<channel|>"),
          "<|tool_call>call:get_weather{city:<|\"|>Z\u00fcrich<|\"|>}<tool_call|>",
          "<|tool_call>call:get_weather{city:<|\"|>Bern<|\"|>}<tool_call|>"
              + "<|tool_call>call:add{a:1,b:2}<tool_call|>",
          "<|tool_call>call:add{any:<|\"|>"
              + RAW
              + "<|\"|>,a:1.0,b:1e-07,deep:null,list:[1,[2.5,{}],<|\"|><|\"|>],"
              + "opts:{x:{y:[true,false]}}}<tool_call|>",
          "<|tool_call>call:add{a:1,b:}<tool_call|>",
          "<|tool_call>call:launch{}<tool_call|>",
          List.of("<|channel>thought\n", "<channel|>"));

  static final List<Replies> ALL =
      List.of(QWEN_CODER, QWEN_CODER_BARE, MINIMAX, DSML, GLM, LFM2, OLMO, GEMMA);
}
