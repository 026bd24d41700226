package dev.freehold.gateway.upstream;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Part;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolCall;
import dev.freehold.chat.ToolChoice;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Writes a request in the form of Anthropic's Messages.
///
/// Instructions go to `system`, wherever they stand; results of tools become blocks of the user's
/// turn before what the user says. Thoughts of earlier turns are left out: that API takes only
/// those that it signed itself; for the same reason it is not asked to think within a loop of
/// tools.
final class AnthropicRequest {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final int LEAST_BUDGET = 1024;
  private static final Set<String> EFFORTS = Set.of("low", "medium", "high", "xhigh", "max");

  /// What models that think by themselves refuse.
  static final Set<String> SAMPLING = Set.of("temperature", "top_p", "top_k");

  /// How much is thought, said in a word.
  static final String EFFORT = "effort";

  private static final String ADAPTIVE = "adaptive";
  private static final String BUDGET = "enabled";

  private final Settings settings;
  private final Wire.Model asked;
  private final Consumer<String> notices;
  private final CallIds ids = new CallIds();

  AnthropicRequest(Settings settings, Wire.Model asked, Consumer<String> notices) {
    this.settings = settings;
    this.asked = asked;
    this.notices = notices;
  }

  /// The name of a way to think among the refused fields.
  static String thinking(String type) {
    return "thinking." + type;
  }

  ObjectNode body(ChatRequest request) {
    if (!(request.input() instanceof Input.Conversation conversation)) {
      throw new AttemptException(
          FailureClass.UNSUPPORTED, "this server is asked in conversations, not in raw text");
    }
    if (request.output().logprobs().ofAnswer()) {
      throw new AttemptException(
          FailureClass.UNSUPPORTED, "this server tells no probabilities of tokens");
    }
    int most = request.ending().maxTokens().orElse(settings.maxAnswer());
    ObjectNode body = JSON.objectNode().put("model", asked.name()).put("stream", true);
    putMessages(body, conversation.messages());
    putTools(body, request, conversation.tools());
    putFormat(body, request.output().format());
    boolean thinks = putThinking(body, request, conversation, most);
    body.put("max_tokens", most);
    if (!request.ending().stop().isEmpty()) {
      ArrayNode stops = body.putArray("stop_sequences");
      request.ending().stop().stream().filter(text -> !text.isBlank()).forEach(stops::add);
    }
    putSampling(body, request.sampling(), thinks);
    return body;
  }

  private void putMessages(ObjectNode body, List<Message> messages) {
    List<String> system = new ArrayList<>();
    ArrayNode turns = JSON.arrayNode();
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      boolean isLast = i == messages.size() - 1;
      switch (message) {
        case Message.System told -> system.add(Part.text(told.content()));
        case Message.Developer told -> system.add(Part.text(told.content()));
        case Message.User user -> putParts(turn(turns, "user"), user.content(), false);
        case Message.ToolResult result -> putResult(turn(turns, "user"), result);
        case Message.Assistant assistant -> putAssistant(turns, assistant, isLast);
      }
    }
    List<String> said = system.stream().filter(text -> !text.isBlank()).toList();
    if (!said.isEmpty()) {
      body.put("system", String.join("\n\n", said));
    }
    body.set("messages", turns);
  }

  /// The blocks of the turn that is open, where it is of this role, else of a new one.
  private static ArrayNode turn(ArrayNode turns, String role) {
    JsonNode last = turns.isEmpty() ? JSON.nullNode() : turns.get(turns.size() - 1);
    if (last.path("role").stringValue("").equals(role)) {
      return (ArrayNode) last.get("content");
    }
    return turns.addObject().put("role", role).putArray("content");
  }

  private void putAssistant(ArrayNode turns, Message.Assistant assistant, boolean isLast) {
    ArrayNode blocks = turn(turns, "assistant");
    boolean isBegin = isLast && assistant.toolCalls().isEmpty();
    List<SealedThought> sealed = isBegin ? List.of() : own(assistant);
    int position = 0;
    for (Part part : assistant.content()) {
      putSealed(blocks, sealed, position++);
      boolean isEnd = isBegin && position == assistant.content().size();
      putParts(blocks, List.of(part), isEnd);
    }
    for (ToolCall call : assistant.toolCalls()) {
      putSealed(blocks, sealed, position++);
      ObjectNode block = blocks.addObject().put("type", "tool_use").put("id", ids.of(call));
      block.put("name", call.name()).set("input", call.arguments());
    }
    putSealed(blocks, sealed, position);
    if (blocks.isEmpty()) {
      turns.remove(turns.size() - 1);
    }
  }

  /// What this server sealed; it refuses the seals of others.
  private List<SealedThought> own(Message.Assistant assistant) {
    return assistant.sealed().stream()
        .filter(thought -> thought.backend().equals(asked.backend()))
        .toList();
  }

  private static void putSealed(ArrayNode blocks, List<SealedThought> sealed, int position) {
    for (SealedThought thought : sealed) {
      if (thought.position() == position) {
        ObjectNode block = blocks.addObject();
        if (thought.isRedacted()) {
          block.put("type", "redacted_thinking").put("data", thought.seal());
        } else {
          block.put("type", "thinking").put("thinking", thought.text());
          block.put("signature", thought.seal());
        }
      }
    }
  }

  private void putResult(ArrayNode blocks, Message.ToolResult result) {
    ObjectNode block = JSON.objectNode().put("type", "tool_result");
    block.put("tool_use_id", ids.of(result));
    putParts(block.putArray("content"), result.content(), false);
    int at = 0;
    while (at < blocks.size()
        && blocks.get(at).path("type").stringValue("").equals("tool_result")) {
      at++;
    }
    blocks.insert(at, block);
  }

  /// Empty texts are refused there, and white space at the end of the begin of an answer.
  private static void putParts(ArrayNode blocks, List<Part> parts, boolean isBegin) {
    for (int i = 0; i < parts.size(); i++) {
      switch (parts.get(i)) {
        case Part.Text text -> {
          boolean isEnd = isBegin && i == parts.size() - 1;
          String said = isEnd ? text.text().stripTrailing() : text.text();
          if (!said.isBlank()) {
            blocks.addObject().put("type", "text").put("text", said);
          }
        }
        case Part.Image image -> {
          ObjectNode source = blocks.addObject().put("type", "image").putObject("source");
          if (image.url().isEmpty()) {
            source.put("type", "base64").put("media_type", image.mediaType());
            source.put("data", image.base64());
          } else {
            source.put("type", "url").put("url", image.url());
          }
        }
      }
    }
  }

  private static void putTools(ObjectNode body, ChatRequest request, List<Tool> tools) {
    if (tools.isEmpty()) {
      return;
    }
    ArrayNode told = body.putArray("tools");
    for (Tool tool : tools) {
      ObjectNode one = told.addObject().put("name", tool.name());
      if (!tool.description().isEmpty()) {
        one.put("description", tool.description());
      }
      ObjectNode schema = (ObjectNode) tool.parameters().deepCopy();
      if (!schema.has("type")) {
        schema.put("type", "object");
      }
      one.set("input_schema", schema);
    }
    ObjectNode choice = body.putObject("tool_choice");
    switch (request.output().toolChoice()) {
      case ToolChoice.Auto auto -> choice.put("type", "auto");
      case ToolChoice.None none -> choice.put("type", "none");
      case ToolChoice.Required required -> choice.put("type", "any");
      case ToolChoice.Named named -> choice.put("type", "tool").put("name", named.tool());
    }
    if (!request.output().parallelCalls()
        && !(request.output().toolChoice() instanceof ToolChoice.None)) {
      choice.put("disable_parallel_tool_use", true);
    }
  }

  private static void putFormat(ObjectNode body, OutputFormat format) {
    switch (format) {
      case OutputFormat.Free free -> {}
      case OutputFormat.JsonSchema schema -> {
        ObjectNode told = body.withObject("output_config").putObject("format");
        told.put("type", "json_schema").set("schema", schema.schema());
      }
      case OutputFormat.JsonObject object -> throw unsupported("any JSON object");
      case OutputFormat.Regex regex -> throw unsupported("a regular expression");
      case OutputFormat.Choice choice -> throw unsupported("a choice of texts");
    }
  }

  private static AttemptException unsupported(String what) {
    return new AttemptException(
        FailureClass.UNSUPPORTED, "this server cannot hold an answer to " + what);
  }

  private boolean putThinking(
      ObjectNode body, ChatRequest request, Input.Conversation conversation, int most) {
    JsonNode wanted = conversation.templateOptions().get("enable_thinking");
    if (wanted == null || !wanted.isBoolean() || !wanted.booleanValue()) {
      return false;
    }
    boolean isForced =
        request.output().toolChoice() instanceof ToolChoice.Required
            || request.output().toolChoice() instanceof ToolChoice.Named;
    if (isForced || !mayThink(conversation.messages())) {
      notices.accept("thinking is left out: this server does not allow it for this request");
      return false;
    }
    int budget = request.ending().maxThoughtTokens().orElse(0);
    JsonNode said = conversation.templateOptions().get("reasoning_effort");
    String effort = said == null ? "" : said.stringValue("");
    boolean hasRoom = most > LEAST_BUDGET;
    List<String> ways = budget > 0 ? List.of(BUDGET, ADAPTIVE) : List.of(ADAPTIVE, BUDGET);
    for (String way : ways) {
      if (asked.takes(thinking(way)) && (hasRoom || way.equals(ADAPTIVE))) {
        ObjectNode thinking = body.putObject("thinking").put("type", way);
        if (way.equals(BUDGET)) {
          int tokens = budget > 0 ? budget : usualBudget(effort);
          thinking.put("budget_tokens", Math.max(LEAST_BUDGET, Math.min(tokens, most - 1)));
        } else if (EFFORTS.contains(effort) && asked.takes(EFFORT)) {
          body.withObject("output_config").put("effort", effort);
        }
        return true;
      }
    }
    notices.accept("thinking is left out: this model does not take it");
    return false;
  }

  private static int usualBudget(String effort) {
    return switch (effort) {
      case "low" -> 2048;
      case "high", "xhigh", "max" -> 16_384;
      default -> 8192;
    };
  }

  /// Whether thinking may be asked for: where results of tools are handed back, only if the turn of
  /// the model which called them began with thinking that this server sealed.
  private boolean mayThink(List<Message> messages) {
    Optional<Message.Assistant> first = Optional.empty();
    int at = messages.size() - 1;
    boolean isAnswered = !(messages.get(at) instanceof Message.Assistant);
    boolean isLoop = isAnswered;
    while (isLoop) {
      isLoop = false;
      while (at >= 0 && !(messages.get(at) instanceof Message.Assistant)) {
        isLoop |= messages.get(at--) instanceof Message.ToolResult;
      }
      while (isLoop && at >= 0 && messages.get(at) instanceof Message.Assistant called) {
        first = Optional.of(called);
        at--;
      }
    }
    return isAnswered
        && first
            .map(called -> own(called).stream().anyMatch(thought -> thought.position() == 0))
            .orElse(true);
  }

  private void putSampling(ObjectNode body, Sampling sampling, boolean thinks) {
    sampling
        .values()
        .forEach((parameter, value) -> {
          boolean isKnown =
              switch (parameter) {
                case TEMPERATURE, TOP_P, TOP_K -> !thinks && asked.takes(parameter.key());
                case MIN_P,
                    TYPICAL_P,
                    REPETITION_PENALTY,
                    REPETITION_WINDOW,
                    FREQUENCY_PENALTY,
                    PRESENCE_PENALTY ->
                    false;
              };
          boolean isSaid = parameter != SamplingParameter.TOP_K || value > 0;
          if (isKnown && isSaid) {
            double taken = parameter == SamplingParameter.TEMPERATURE ? Math.min(1, value) : value;
            OpenAiRequest.put(body, parameter.key(), taken);
          }
          if (!isKnown) {
            notices.accept(
                "%s is left out: this %s does not take it"
                    .formatted(parameter.key(), asked.takes(parameter.key()) ? "server" : "model"));
          }
        });
    if (sampling.seed().isPresent() || !sampling.logitBias().isEmpty()) {
      notices.accept("seed and logit_bias are left out: this server does not take them");
    }
  }
}
