package dev.freehold.engine.reply;

import dev.freehold.engine.reply.GemmaCallReader.Gemma;
import dev.freehold.engine.reply.JsonCallReader.Shape;
import dev.freehold.engine.reply.Layout.Opening;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// The ways in which families of models write tool calls, found by what their templates say.
///
/// Sources: the chat templates that the models are published with.
enum Family {
  /// gpt-oss: messages in channels.
  HARMONY(
      all("<|channel|>", "<|message|>"),
      new CallFrame(
          "<|channel|>commentary to=functions.", " <|constrain|>json<|message|>", "<|call|>", true),
      marks -> List.of()),

  /// DeepSeek V3.2 and V4: tags with a prefix of their own.
  DSML(
      all("\uFF5CDSML\uFF5C"),
      new CallFrame(
          "<\uFF5CDSML\uFF5Cfunction_calls>\n<\uFF5CDSML\uFF5Cinvoke name=\"", "\">\n", "", false),
      marks -> List.of(dsml(marks, "function_calls"), dsml(marks, "tool_calls"))),

  /// DeepSeek R1 and V3: kind, name and a fenced block.
  DEEPSEEK_FENCED(
      all("<\uFF5Ctool\u2581calls\u2581begin\uFF5C>", "```json"),
      new CallFrame(
          "<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>function"
              + "<\uFF5Ctool\u2581sep\uFF5C>",
          "\n```json\n",
          "\n```<\uFF5Ctool\u2581call\u2581end\uFF5C><\uFF5Ctool\u2581calls\u2581end\uFF5C>",
          true),
      Family::deepSeek),

  /// DeepSeek V3.1: name and JSON.
  DEEPSEEK(
      all("<\uFF5Ctool\u2581calls\u2581begin\uFF5C>"),
      new CallFrame(
          "<\uFF5Ctool\u2581calls\u2581begin\uFF5C><\uFF5Ctool\u2581call\u2581begin\uFF5C>",
          "<\uFF5Ctool\u2581sep\uFF5C>",
          "<\uFF5Ctool\u2581call\u2581end\uFF5C><\uFF5Ctool\u2581calls\u2581end\uFF5C>",
          true),
      Family::deepSeek),

  /// Kimi K2.
  KIMI(
      all("<|tool_calls_section_begin|>"),
      new CallFrame(
          "<|tool_calls_section_begin|><|tool_call_begin|>functions.",
          ":0<|tool_call_argument_begin|>",
          "<|tool_call_end|><|tool_calls_section_end|>",
          true),
      marks ->
          named(
              marks,
              "<|tool_calls_section_begin|>",
              List.of(
                  "<|tool_call_begin|>",
                  "<|tool_call_argument_begin|>",
                  "",
                  "<|tool_call_end|>",
                  "<|tool_calls_section_end|>"))),

  /// MiniMax M2.
  MINIMAX(
      all("<minimax:tool_call>"),
      new CallFrame("<minimax:tool_call>\n<invoke name=\"", "\">\n", "", false),
      marks ->
          List.of(
              tagged(
                  marks,
                  "<minimax:tool_call>",
                  List.of(
                      "<invoke name=\"",
                      "</invoke>",
                      "<parameter name=\"",
                      "</parameter>",
                      "</minimax:tool_call>")))),

  /// Seed OSS.
  SEED(
      all("<seed:tool_call>"),
      new CallFrame("<seed:tool_call>\n<function=", ">\n", "", false),
      marks -> List.of(functionTags(marks, "<seed:tool_call>", "</seed:tool_call>"))),

  /// Gemma 4.
  GEMMA4(
      all("<|tool_call>"),
      new CallFrame("<|tool_call>call:", "{", "", false),
      marks ->
          List.of(gemma(marks, "<|tool_call>call:", Gemma.of(marks, "<tool_call|>", "<|\"|>")))),

  /// FunctionGemma.
  FUNCTION_GEMMA(
      all("<start_function_call>"),
      new CallFrame("<start_function_call>call:", "{", "", false),
      marks ->
          List.of(
              gemma(
                  marks,
                  "<start_function_call>call:",
                  Gemma.of(marks, "<end_function_call>", "<escape>")))),

  /// LFM2: a list of calls in Python's notation.
  LFM2(
      any("<|tool_list_start|>", "<|tool_call_start|>"),
      new CallFrame("<|tool_call_start|>[", "(", "", false),
      marks -> List.of(python(marks, "<|tool_call_start|>", "<|tool_call_end|>"))),

  /// OLMo 3: lines in Python's notation.
  OLMO3(
      any("<function_calls>", "<functions>"),
      new CallFrame("<function_calls>", "(", "", false),
      marks -> List.of(python(marks, "<function_calls>", "</function_calls>"))),

  /// Apertus: an array of objects with the name as key.
  APERTUS(
      all("<|tools_prefix|>"),
      new CallFrame("<|tools_prefix|>[{\"", "\": ", "}]<|tools_suffix|>", true),
      marks -> List.of(json(marks, Shape.KEYED, "<|tools_prefix|>", "<|tools_suffix|>"))),

  /// Command R7B and Command A.
  COMMAND(
      all("<|START_ACTION|>"),
      new CallFrame(
          "<|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"",
          "\", \"parameters\": ",
          "}\n]<|END_ACTION|>",
          true),
      marks -> List.of(json(marks, Shape.MEMBERS, "<|START_ACTION|>", "<|END_ACTION|>"))),

  /// Phi-4-mini.
  PHI4(
      all("<|tool_call|>", "<|/tool_call|>"),
      nameFirst("<|tool_call|>{", "arguments", "}<|/tool_call|>"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<|tool_call|>", "<|/tool_call|>"))),

  /// Granite 3: an array up to the end of the answer.
  GRANITE3(
      all("<|tool_call|>"),
      nameFirst("<|tool_call|>[{", "arguments", "}]"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<|tool_call|>", ""))),

  /// Apriel: an array.
  APRIEL(
      all("<tool_calls>"),
      nameFirst("<tool_calls>[{", "arguments", "}]</tool_calls>"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<tool_calls>", "</tool_calls>"))),

  /// GigaChat 3.1: an object behind a mark.
  GIGACHAT31(
      all("<|function_call|>"),
      nameFirst("<|function_call|>{", "arguments", "}"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<|function_call|>", ""))),

  /// GigaChat 3: a message of its own.
  GIGACHAT3(
      all("function call", "<|role_sep|>"),
      nameFirst("<|message_sep|>\n\nfunction call<|role_sep|>\n{", "arguments", "}"),
      marks ->
          List.of(
              json(marks, Shape.MEMBERS, "<|message_sep|>\n\nfunction call<|role_sep|>", ""),
              json(marks, Shape.MEMBERS, "function call<|role_sep|>", ""))),

  /// Nemotron.
  NEMOTRON(
      all("<TOOLCALL>"),
      nameFirst("<TOOLCALL>[{", "arguments", "}]</TOOLCALL>"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<TOOLCALL>", "</TOOLCALL>"))),

  /// Mistral from tokenizer version 11: name and JSON.
  MISTRAL_NAMED(
      all("[TOOL_CALLS]", "[ARGS]"),
      new CallFrame("[TOOL_CALLS]", "[ARGS]", "", true),
      Family::mistral),

  /// Mistral before: an array.
  MISTRAL(all("[TOOL_CALLS]"), nameFirst("[TOOL_CALLS][{", "arguments", "}]"), Family::mistral),

  /// GLM 4.5 and later.
  GLM(all("<arg_key>"), new CallFrame("<tool_call>", "\n", "", false), Family::pairs),

  /// Functionary 3.1, and Llama 3 where it is asked to: a tag around JSON.
  FUNCTION_JSON(
      template -> template.contains("<function=") && !template.contains("<parameter="),
      new CallFrame("<function=", ">", "</function>", true),
      marks -> named(marks, "", List.of("<function=", ">", "", "</function>", ""))),

  /// Qwen3-Coder, Qwen3.5, Nemotron 3: tags, or JSON between the same marks.
  FUNCTION_TAGS(
      all("<function="),
      new CallFrame("<tool_call>\n<function=", ">\n", "", false),
      Family::functionTags),

  /// Hermes, Qwen2.5, Qwen3, Granite 4, Seedling and many others.
  HERMES(
      all("<tool_call>"),
      nameFirst("<tool_call>\n{", "arguments", "}\n</tool_call>"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<tool_call>", "</tool_call>"))),

  /// Llama 3: bare JSON, or behind a mark.
  LLAMA3(
      any("<|python_tag|>", "<|start_header_id|>"),
      nameFirst("{", "parameters", "}"),
      marks -> List.of(llama(marks))),

  /// Templates that show tools and teach no format: the two that models know best.
  UNNAMED(
      source -> true,
      nameFirst("<tool_call>\n{", "arguments", "}\n</tool_call>"),
      marks -> List.of(json(marks, Shape.MEMBERS, "<tool_call>", "</tool_call>")));

  private static final int[] NOTHING = {};

  private final Predicate<String> teaches;
  private final CallFrame frame;
  private final Function<Marks, List<Opening>> openings;

  Family(Predicate<String> teaches, CallFrame frame, Function<Marks, List<Opening>> openings) {
    this.teaches = teaches;
    this.frame = frame;
    this.openings = openings;
  }

  /// The family whose format a template teaches; where it shows tools and teaches none, the one
  /// whose marks the vocabulary has.
  ///
  /// @param specials the texts of the vocabulary's special tokens
  static Family of(String template, boolean showsTools, Set<String> specials) {
    Family taught = of(template);
    return taught == UNNAMED && showsTools ? of(String.join("\n", specials)) : taught;
  }

  private static Family of(String template) {
    for (Family family : values()) {
      if (family.teaches.test(template)) {
        return family;
      }
    }
    return UNNAMED;
  }

  CallFrame frame() {
    return frame;
  }

  List<Opening> openings(Marks marks) {
    return openings.apply(marks);
  }

  /// What reads calls that begin the content without a mark.
  Optional<Supplier<CallReader>> bareCalls() {
    return switch (this) {
      case LLAMA3, UNNAMED -> Optional.of(() -> new JsonCallReader(Shape.STRICT_MEMBERS, NOTHING));
      default -> Optional.empty();
    };
  }

  private static Predicate<String> all(String... marks) {
    return template -> List.of(marks).stream().allMatch(template::contains);
  }

  private static Predicate<String> any(String... marks) {
    return template -> List.of(marks).stream().anyMatch(template::contains);
  }

  private static CallFrame nameFirst(String before, String arguments, String after) {
    return new CallFrame(before + "\"name\": \"", "\", \"%s\": ".formatted(arguments), after, true);
  }

  private static Opening opening(Marks marks, String mark, Supplier<CallReader> reader) {
    int[] pattern = marks.pattern(mark);
    return new Opening(pattern, pattern.length, reader);
  }

  private static Opening json(Marks marks, Shape shape, String open, String close) {
    int[] end = marks.pattern(close);
    return opening(marks, open, () -> new JsonCallReader(shape, end));
  }

  private static Opening python(Marks marks, String open, String close) {
    int[] end = marks.pattern(close);
    return opening(marks, open, () -> new PythonCallReader(end));
  }

  private static Opening gemma(Marks marks, String open, Gemma gemma) {
    return opening(marks, open, () -> new GemmaCallReader(gemma));
  }

  private static List<Opening> pairs(Marks marks) {
    PairCallReader.Pairs pairs = PairCallReader.Pairs.of(marks);
    return List.of(opening(marks, "<tool_call>", () -> new PairCallReader(pairs)));
  }

  private static Opening tagged(Marks marks, String open, List<String> texts) {
    TaggedCallReader.Tags tags = TaggedCallReader.tags(marks, texts);
    return opening(marks, open, () -> new TaggedCallReader(tags));
  }

  private static List<String> functionMarks(String close) {
    return List.of("<function=", "</function>", "<parameter=", "</parameter>", close);
  }

  private static Opening functionTags(Marks marks, String open, String close) {
    return tagged(marks, open, functionMarks(close));
  }

  /// Models leave the outer mark out at times.
  private static List<Opening> functionTags(Marks marks) {
    TaggedCallReader.Tags tags = TaggedCallReader.tags(marks, functionMarks("</tool_call>"));
    int[] close = marks.pattern("</tool_call>");
    return List.of(
        opening(
            marks,
            "<tool_call>",
            () ->
                new EitherCallReader(
                    new JsonCallReader(Shape.MEMBERS, close), new TaggedCallReader(tags))),
        new Opening(tags.call(), 0, () -> new TaggedCallReader(tags)));
  }

  /// With the mark of the section, if there is one, or without it.
  private static List<Opening> named(Marks marks, String section, List<String> texts) {
    NamedCallReader.Names names = NamedCallReader.names(marks, texts);
    Opening bare = new Opening(names.open(), 0, () -> new NamedCallReader(names));
    return section.isEmpty()
        ? List.of(bare)
        : List.of(opening(marks, section, () -> new NamedCallReader(names)), bare);
  }

  private static Opening dsml(Marks marks, String calls) {
    String prefix = "\uFF5CDSML\uFF5C";
    return tagged(
        marks,
        "<" + prefix + calls + ">",
        List.of(
            "<" + prefix + "invoke name=\"",
            "</" + prefix + "invoke>",
            "<" + prefix + "parameter name=\"",
            "</" + prefix + "parameter>",
            "</" + prefix + calls + ">"));
  }

  private static List<Opening> deepSeek(Marks marks) {
    return named(
        marks,
        "<\uFF5Ctool\u2581calls\u2581begin\uFF5C>",
        List.of(
            "<\uFF5Ctool\u2581call\u2581begin\uFF5C>",
            "<\uFF5Ctool\u2581sep\uFF5C>",
            "",
            "<\uFF5Ctool\u2581call\u2581end\uFF5C>",
            "<\uFF5Ctool\u2581calls\u2581end\uFF5C>"));
  }

  private static List<Opening> mistral(Marks marks) {
    NamedCallReader.Names names =
        NamedCallReader.names(marks, List.of("", "[ARGS]", "[CALL_ID]", "", ""));
    return List.of(
        opening(
            marks,
            "[TOOL_CALLS]",
            () ->
                new EitherCallReader(
                    new JsonCallReader(Shape.MEMBERS, NOTHING), new NamedCallReader(names))));
  }

  private static Opening llama(Marks marks) {
    return opening(
        marks,
        "<|python_tag|>",
        () ->
            new EitherCallReader(
                new JsonCallReader(Shape.MEMBERS, NOTHING), new PythonCallReader(NOTHING)));
  }
}
