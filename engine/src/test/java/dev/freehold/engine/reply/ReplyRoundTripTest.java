package dev.freehold.engine.reply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.chat.Tool;
import dev.freehold.tensor.StrictJson;
import dev.freehold.text.ChatTemplate;
import dev.freehold.text.Conversation;
import dev.freehold.text.Prompt;
import dev.freehold.text.TextException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Calls that a template writes into a conversation are read back from what it wrote: what a model
/// that has learned the template writes is understood.
class ReplyRoundTripTest {
  private static final Path FOLDER =
      Path.of(System.getProperty("freehold.oracle", "oracle"), "templates");

  private static final LocalDateTime NOW = LocalDateTime.parse("2026-01-02T03:04:05");

  /// Templates that print no calls of the assistant: nothing of theirs could be read back.
  private static final Set<String> PRINT_NO_CALLS =
      Set.of(
          "HuggingFaceTB-SmolLM3-3B",
          "LFM2-8B-A1B",
          "google-gemma-2-2b-it",
          "ibm-granite-granite-3.3-2B-Instruct",
          "microsoft-Phi-3.5-mini-instruct");

  /// Templates that print one call of a message, or refuse more.
  private static final Set<String> PRINT_ONE_CALL =
      Set.of(
          "meta-llama-Llama-3.1-8B-Instruct",
          "meta-llama-Llama-3.3-70B-Instruct",
          "openai-gpt-oss-120b");

  /// What looks like a special token.
  private static final Pattern MARK = Pattern.compile("<\\|?[^<>\\s]{1,40}\\|?>|\\[/?[A-Z_]+]");

  private static final Pattern END =
      Pattern.compile(
          "<\\|im_end\\|>|<\\|eot_id\\|>|<\\|eom_id\\|>|<\\|END_OF_TURN_TOKEN\\|>|<\\|call\\|>"
              + "|<\\|assistant_end\\|>|<\uFF5Cend\u2581of\u2581sentence\uFF5C>|</s>|<\\|end\\|>");

  private record Case(String name, List<JsonNode> calls) {}

  private static List<Case> cases() {
    return List.of(
        call("weather", "get_weather", "{\"city\": \"Z\u00fcrich\", \"unit\": \"celsius\"}"),
        call("no arguments", "add", "{}"),
        call("odd", "add", Replies.ODD),
        call("lines", "get_weather", "{\"city\": \"a\\n\\n b\\t\\\"c\\\" 'd' <e> & f\"}"),
        call("number in a string", "get_weather", "{\"city\": \"12\", \"unit\": \"true\"}"),
        call("big", "add", "{\"a\": 12345678901234567890, \"b\": -0.5, \"deep\": true}"),
        call("deep", "add", "{\"opts\": {\"a\": [[{\"b\": {\"c\": \"}]\"}}]]}, \"list\": []}"),
        new Case(
            "two",
            List.of(
                function("get_weather", "{\"city\": \"Bern\"}"),
                function("add", "{\"a\": 1, \"b\": 2}"))));
  }

  private static Case call(String name, String tool, String arguments) {
    return new Case(name, List.of(function(tool, arguments)));
  }

  private static JsonNode function(String tool, String arguments) {
    ObjectNode function = JsonNodeFactory.instance.objectNode();
    function.put("name", tool).set("arguments", Answer.json(arguments));
    return function;
  }

  private static Conversation conversation(Case given, boolean answered) {
    ArrayNode messages = JsonNodeFactory.instance.arrayNode();
    messages.addObject().put("role", "user").put("content", "Please look.");
    if (answered) {
      ObjectNode answer = messages.addObject().put("role", "assistant").put("content", "");
      ArrayNode calls = answer.putArray("tool_calls");
      for (JsonNode function : given.calls()) {
        ObjectNode call = calls.addObject().put("id", "abcdefgh" + calls.size());
        call.put("type", "function").set("function", function);
      }
    }
    ArrayNode tools = JsonNodeFactory.instance.arrayNode();
    for (Tool tool : Answer.TOOLS) {
      ObjectNode function = tools.addObject().put("type", "function").putObject("function");
      function.put("name", tool.name()).put("description", "does it");
      function.set("parameters", tool.parameters());
    }
    return new Conversation(messages, Optional.of(tools), Optional.empty(), !answered, Map.of());
  }

  private static Prompt render(ChatTemplate template, Conversation conversation) {
    return template.render(conversation, Optional.of("<bos>"), Optional.of("</s>"), NOW);
  }

  /// What a model would write: the answer's text up to the mark that ends the turn.
  private static String reply(ChatTemplate template, Case given) {
    String whole = render(template, conversation(given, true)).text();
    String question = render(template, conversation(given, false)).text();
    int same = 0;
    while (same < Math.min(whole.length(), question.length())
        && whole.charAt(same) == question.charAt(same)) {
      same++;
    }
    int mark = Math.max(whole.lastIndexOf('<', same), whole.lastIndexOf('[', same));
    Matcher begun = MARK.matcher(whole).region(Math.max(0, mark), whole.length());
    boolean inMark = begun.lookingAt() && begun.end() > same;
    String rest = whole.substring(inMark ? mark : same);
    var end = END.matcher(rest);
    return end.find() ? rest.substring(0, end.start()) : rest;
  }

  /// @return what went wrong, or nothing
  private static Optional<String> roundTrip(ChatTemplate template, Case given, boolean asTokens) {
    String reply = reply(template, given);
    Set<String> specials = new TreeSet<>();
    if (asTokens) {
      MARK.matcher(template.source()).results().forEach(mark -> specials.add(mark.group()));
      specials.removeIf(given.calls().toString()::contains);
    }
    ReplyFormat format = ReplyFormat.of(template.source(), specials);
    boolean open = format.opensReasoning(render(template, conversation(given, false)));
    ReplySettings settings = ReplySettings.of(Answer.TOOLS, open, 1);
    Answer answer = Answer.of(format, specials, reply, settings);
    List<String> read = new ArrayList<>();
    for (Answer.Call call : answer.calls()) {
      read.add(function(call.name(), call.arguments()).toString());
    }
    List<String> wanted = given.calls().stream().map(JsonNode::toString).toList();
    return read.equals(wanted) && answer.content().isEmpty()
        ? Optional.empty()
        : Optional.of("\n" + reply + "\n--- was read as ---\n" + answer);
  }

  @Test
  void callsOfRealTemplatesComeBack() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "no reference data in " + FOLDER);
    List<String> failures = new ArrayList<>();
    Map<String, Integer> passed = new TreeMap<>();
    try (Stream<Path> folders = Files.list(FOLDER)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        String name = folder.getFileName().toString();
        ChatTemplate template =
            ChatTemplate.parse(Files.readString(folder.resolve("template.jinja")));
        for (Case given : cases()) {
          boolean readable = !PRINT_NO_CALLS.contains(name);
          boolean single = given.calls().size() == 1 || !PRINT_ONE_CALL.contains(name);
          for (boolean asTokens : new boolean[] {false, true}) {
            if (readable && single) {
              Optional<String> problem = roundTrip(template, given, asTokens);
              problem.ifPresent(p -> failures.add(name + "/" + given.name() + p));
              passed.merge(name, problem.isEmpty() ? 1 : 0, Integer::sum);
            }
          }
        }
      }
    }
    assertThat(failures).isEmpty();
    assertThat(passed).hasSize(19 - PRINT_NO_CALLS.size());
    assertThat(passed.values()).allMatch(count -> count >= 14);
  }

  @Test
  void templatesSayWhatTheyCan() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "no reference data in " + FOLDER);
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> folders = Files.list(FOLDER)) {
      for (Path folder : folders.filter(Files::isDirectory).toList()) {
        String source = Files.readString(folder.resolve("template.jinja"));
        ReplyFormat format = ReplyFormat.of(source, Set.of());
        found.put(
            folder.getFileName().toString(),
            format.family()
                + (format.supportsTools() ? " tools" : "")
                + (format.supportsReasoning() ? " reasoning" : ""));
      }
    }
    assertThat(found)
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("Apertus-8B-Instruct", "apertus tools reasoning"),
                Map.entry(
                    "CohereForAI-c4ai-command-r7b-12-2024-tool_use", "command tools reasoning"),
                Map.entry("GLM-4.6", "glm tools reasoning"),
                Map.entry("HuggingFaceTB-SmolLM3-3B", "plain reasoning"),
                Map.entry("LFM2-8B-A1B", "lfm2 tools"),
                Map.entry("Mistral-Small-3.2-24B-Instruct-2506", "mistral-named tools"),
                Map.entry("NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "hermes tools"),
                Map.entry("Qwen-Qwen2.5-7B-Instruct", "hermes tools"),
                Map.entry("Qwen-Qwen3-0.6B", "hermes tools reasoning"),
                Map.entry("Qwen3-Coder", "function-tags tools"),
                Map.entry("deepseek-ai-DeepSeek-V3.1", "deepseek reasoning"),
                Map.entry("google-gemma-2-2b-it", "plain"),
                Map.entry("ibm-granite-granite-3.3-2B-Instruct", "granite3 tools reasoning"),
                Map.entry("meta-llama-Llama-3.1-8B-Instruct", "llama3 tools"),
                Map.entry("meta-llama-Llama-3.3-70B-Instruct", "llama3 tools"),
                Map.entry("microsoft-Phi-3.5-mini-instruct", "plain"),
                Map.entry("mistralai-Mistral-Nemo-Instruct-2407", "mistral tools"),
                Map.entry("moonshotai-Kimi-K2", "kimi tools"),
                Map.entry("openai-gpt-oss-120b", "harmony tools reasoning")));
  }

  /// Whether prompts of real templates open the block of thoughts.
  @Test
  void promptsSayWhetherThoughtsAreOpen() throws IOException {
    assumeTrue(Files.isDirectory(FOLDER), "no reference data in " + FOLDER);
    JsonNode conversations = StrictJson.parse(FOLDER.resolve("conversations.json"));
    List<String> open = new ArrayList<>();
    try (Stream<Path> folders = Files.list(FOLDER)) {
      for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
        ChatTemplate template =
            ChatTemplate.parse(Files.readString(folder.resolve("template.jinja")));
        ReplyFormat format = ReplyFormat.of(template.source(), Set.of());
        for (String name : List.of("single_user", "thinking_on", "thinking_off")) {
          Conversation conversation = Conversation.parse(conversations.get(name), name);
          try {
            if (format.opensReasoning(render(template, conversation))) {
              open.add(folder.getFileName() + "/" + name);
            }
          } catch (TextException e) {
            assertThat(e).hasMessageMatching(".*(none cannot|System role not supported).*");
          }
        }
      }
    }
    assertThat(open).containsExactly("deepseek-ai-DeepSeek-V3.1/thinking_on");
  }

  private static final String SMALL_HERMES =
      """
      {%- for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content }}
      {%- for c in m.tool_calls or [] %}
      {{- '\\n<tool_call>\\n' + ({'name': c.function.name,
          'arguments': c.function.arguments} | tojson) + '\\n</tool_call>' }}
      {%- endfor %}{{ '<|im_end|>\\n' }}{% endfor %}
      {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
      {#- tools -#}\
      """;

  private static final String SMALL_TAGS =
      """
      {%- for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}
      {{- '<think>\\n\\n</think>\\n\\n' if m.role == 'assistant' }}{{ m.content }}
      {%- for c in m.tool_calls or [] %}
      {{- '<tool_call>\\n<function=' + c.function.name + '>\\n' }}
      {%- for k, v in c.function.arguments | items %}
      {{- '<parameter=' + k + '>\\n' + (v if v is string else v | tojson) }}
      {{- '\\n</parameter>\\n' }}
      {%- endfor %}{{ '</function>\\n</tool_call>' }}
      {%- endfor %}{{ '<|im_end|>\\n' }}{% endfor %}
      {%- if add_generation_prompt %}{{ '<|im_start|>assistant\\n<think>\\n' }}{% endif %}
      {#- tools -#}\
      """;

  @Test
  void callsOfSmallTemplatesComeBack() {
    for (String source : List.of(SMALL_HERMES, SMALL_TAGS)) {
      ChatTemplate template = ChatTemplate.parse(source);
      for (Case given : cases()) {
        assertThat(roundTrip(template, given, false)).isEmpty();
      }
    }
    ReplyFormat tags = ReplyFormat.of(SMALL_TAGS, Set.of());
    Prompt prompt = render(ChatTemplate.parse(SMALL_TAGS), conversation(cases().getFirst(), false));
    assertThat(tags.opensReasoning(prompt)).isTrue();
    assertThat(tags.opensReasoning(Prompt.untrusted(prompt.text()))).isFalse();
  }
}
