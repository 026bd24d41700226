package dev.freehold.engine.reply;

import dev.freehold.chat.Tool;
import dev.freehold.engine.reply.Layout.Pair;
import dev.freehold.text.ChatTemplates;
import dev.freehold.text.Prompt;
import dev.freehold.text.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The format in which a model writes thoughts and tool calls, as its chat template teaches it.
///
/// Immutable and safe to share between threads; made once per model.
public final class ReplyFormat {
  private static final Pattern TOOLS = Pattern.compile("\\b(?:custom_|available_)?tools\\b");
  private static final int MAX_PROMPT_TAIL = 256;

  /// Marks around thoughts; the last is found in most templates.
  private static final List<List<String>> THOUGHTS =
      List.of(
          List.of("[THINK]", "[/THINK]"),
          List.of("<|START_THINKING|>", "<|END_THINKING|>"),
          List.of("<|inner_prefix|>", "<|inner_suffix|>"),
          List.of("<seed:think>", "</seed:think>"),
          List.of("<|channel>thought\n", "<channel|>"),
          List.of("Here are my reasoning steps:\n", "[BEGIN FINAL RESPONSE]"),
          List.of("<think>", "</think>"));

  /// Marks around content: Command's, and Granite's beside its thoughts.
  private static final List<List<String>> WRAPPERS =
      List.of(
          List.of("<|START_RESPONSE|>", "<|END_RESPONSE|>"),
          List.of("<|START_TEXT|>", "<|END_TEXT|>"),
          List.of("<response>", "</response>"));

  private final Family family;
  private final Layout layout;
  private final Optional<List<String>> thoughts;
  private final CallIds ids;
  private final boolean supportsTools;

  private ReplyFormat(String template, Set<String> specials) {
    Marks marks = new Marks(specials);
    supportsTools = TOOLS.matcher(template).find();
    family = Family.of(template, supportsTools, specials);
    thoughts = thoughts(template);
    List<Pair> wrappers = new ArrayList<>();
    for (List<String> wrapper : WRAPPERS) {
      if (template.contains(wrapper.getFirst()) && thoughts.isPresent()) {
        wrappers.add(pair(marks, wrapper));
      }
    }
    layout =
        new Layout(
            marks,
            thoughts.map(pair -> pair(marks, pair)),
            family.openings(marks),
            family.bareCalls(),
            wrappers);
    boolean nine = template.contains("length != 9");
    ids = nine ? CallIds.NINE : CallIds.LONG;
  }

  private static Pair pair(Marks marks, List<String> texts) {
    return new Pair(marks.pattern(texts.getFirst()), marks.pattern(texts.getLast()));
  }

  private static Optional<List<String>> thoughts(String template) {
    String unescaped = template.replace("\\n", "\n");
    for (List<String> pair : THOUGHTS) {
      if (unescaped.contains(pair.getFirst()) || unescaped.contains(pair.getLast())) {
        return Optional.of(pair);
      }
    }
    return Optional.empty();
  }

  /// The format that a model's templates teach: the one for tools where there is one, beside the
  /// default.
  public static ReplyFormat of(ChatTemplates templates, Tokenizer tokenizer) {
    String source = templates.sources().getOrDefault("tool_use", "");
    return of(source + templates.sources().getOrDefault("default", ""), tokenizer);
  }

  /// The format that the source of a template teaches.
  public static ReplyFormat of(String template, Tokenizer tokenizer) {
    return new ReplyFormat(template, Marks.specials(tokenizer));
  }

  /// @param specials the texts of the vocabulary's special tokens
  static ReplyFormat of(String template, Set<String> specials) {
    return new ReplyFormat(template, specials);
  }

  /// The name of the format, for people.
  public String family() {
    boolean plain = family == Family.UNNAMED && !supportsTools;
    return plain ? "plain" : family.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// Whether the template shows the model the tools of a request.
  public boolean supportsTools() {
    return supportsTools;
  }

  /// Whether the template knows thoughts in front of an answer.
  public boolean supportsReasoning() {
    return thoughts.isPresent() || family == Family.HARMONY;
  }

  /// The mark with which a model begins to think where content could begin; empty where it has
  /// none, or tells thoughts by the headers of messages.
  public Optional<String> thoughtMark() {
    return family == Family.HARMONY ? Optional.empty() : thoughts.map(List::getFirst);
  }

  /// The mark that ends thoughts; empty where the format has none.
  public Optional<String> thoughtEnd() {
    return family == Family.HARMONY ? Optional.of("<|end|>") : thoughts.map(List::getLast);
  }

  /// Whether a prompt ends inside of an open block of thoughts, so that the answer begins there.
  public boolean opensReasoning(Prompt prompt) {
    if (prompt.spans().isEmpty() || !prompt.spans().getLast().trusted()) {
      return false;
    }
    String end = prompt.spans().getLast().text();
    String tail = end.substring(Math.max(0, end.length() - MAX_PROMPT_TAIL));
    if (family == Family.HARMONY) {
      return tail.endsWith("<|channel|>analysis<|message|>");
    }
    return thoughts.isPresent()
        && tail.lastIndexOf(thoughts.get().getFirst().strip())
            > tail.lastIndexOf(thoughts.get().getLast());
  }

  /// A parser for one answer.
  public ReplyParser parser(ReplySettings settings) {
    return family == Family.HARMONY
        ? new HarmonyReplyParser(layout.marks(), settings, ids)
        : new MarkedReplyParser(layout, settings, ids);
  }

  /// Whether a demanded call is held to its form up to its end; otherwise only its begin is.
  public boolean forcesWholeCalls() {
    return family.frame().json();
  }

  /// How to make an answer a call of one of these tools.
  public ForcedCall forcedCall(List<Tool> tools) {
    if (!supportsTools) {
      return new ForcedCall.Unsupported(
          "the model's chat template knows no tools, so a call cannot be demanded");
    }
    CallFrame frame = family.frame();
    List<ForcedCall.Alternative> alternatives = new ArrayList<>();
    for (Tool tool : tools) {
      String quoted = JsonText.quote(tool.name());
      String name = frame.json() ? quoted.substring(1, quoted.length() - 1) : tool.name();
      alternatives.add(
          new ForcedCall.Alternative(
              tool.name(),
              frame.before() + name + frame.between(),
              frame.json() ? Optional.of(tool.parameters()) : Optional.empty(),
              frame.after()));
    }
    return alternatives.isEmpty()
        ? new ForcedCall.Unsupported("the request names no tools, so none can be called")
        : new ForcedCall.Grammar(alternatives);
  }
}
