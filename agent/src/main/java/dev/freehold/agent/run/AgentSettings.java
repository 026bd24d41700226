package dev.freehold.agent.run;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What a run was begun with and keeps: it decides, with what came from outside, what the model is
/// asked.
///
/// @param model the name that requests carry; may be empty
/// @param system instructions
/// @param tools as the model is told of them
/// @param form how calls are asked for
/// @param contextTokens of prompt and answer together, where it is known
/// @param maxAnswerTokens of one answer; empty where the backend's default counts
/// @param sampling how tokens are chosen
/// @param isCallFirst whether the first answer to what a person says must call a tool, as small
///   models do better with
public record AgentSettings(
    String model,
    String system,
    List<Tool> tools,
    CallForm form,
    OptionalInt contextTokens,
    OptionalInt maxAnswerTokens,
    Sampling sampling,
    boolean isCallFirst) {
  public AgentSettings {
    tools = List.copyOf(tools);
  }

  /// For a model that decides by itself whether it calls.
  public AgentSettings(
      String model,
      String system,
      List<Tool> tools,
      CallForm form,
      OptionalInt contextTokens,
      OptionalInt maxAnswerTokens,
      Sampling sampling) {
    this(model, system, tools, form, contextTokens, maxAnswerTokens, sampling, false);
  }

  /// For a small model: schemas without words, and the first answer must be a call.
  public AgentSettings forSmallModel() {
    return new AgentSettings(
        model,
        system,
        tools.stream().map(AgentSettings::brief).toList(),
        form,
        contextTokens,
        maxAnswerTokens,
        sampling,
        true);
  }

  private static Tool brief(Tool tool) {
    ObjectNode schema = tool.parameters().deepCopy().asObject();
    schema.remove("additionalProperties");
    List<String> required = new ArrayList<>();
    schema.path("required").forEach(name -> required.add(name.asString("")));
    for (String name : List.copyOf(schema.path("properties").propertyNames())) {
      if (required.contains(name)) {
        schema.path("properties").path(name).asObject().remove("description");
      } else {
        schema.path("properties").asObject().remove(name);
      }
    }
    String[] sentences = tool.description().split("(?<=[.;,]) ", 2);
    return new Tool(tool.name(), sentences[0].replaceAll("[;,.]$", "") + ".", schema);
  }

  /// How a model is asked to call tools.
  public enum CallForm {
    /// By its template, or its server's dialect.
    TOOLS,
    /// By one JSON object as its answer, for models whose template knows no tools.
    JSON
  }

  /// The same for another model.
  public AgentSettings with(String newModel, CallForm newForm, OptionalInt newContextTokens) {
    return new AgentSettings(
        newModel, system, tools, newForm, newContextTokens, maxAnswerTokens, sampling, isCallFirst);
  }

  /// As it is written into a journal.
  public ObjectNode asJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("model", model).put("system", system).put("form", form.name());
    json.put("call_first", isCallFirst);
    contextTokens.ifPresent(tokens -> json.put("context", tokens));
    maxAnswerTokens.ifPresent(tokens -> json.put("max_answer", tokens));
    ObjectNode chosen = json.putObject("sampling");
    sampling.values().forEach((parameter, value) -> chosen.put(parameter.key(), value));
    sampling.seed().ifPresent(seed -> chosen.put("seed", seed));
    ArrayNode all = json.putArray("tools");
    for (Tool tool : tools) {
      all.addObject()
          .put("name", tool.name())
          .put("description", tool.description())
          .set("parameters", tool.parameters());
    }
    return json;
  }

  /// As it was written into a journal; what it does not know is left out.
  ///
  /// @throws AgentException where it is not as it was written
  public static AgentSettings of(JsonNode json) {
    try {
      List<Tool> tools = new ArrayList<>();
      for (JsonNode tool : json.path("tools")) {
        tools.add(
            new Tool(
                tool.path("name").asString(""),
                tool.path("description").asString(""),
                tool.path("parameters")));
      }
      return new AgentSettings(
          json.path("model").asString(""),
          json.path("system").asString(""),
          tools,
          CallForm.valueOf(json.path("form").asString("")),
          number(json, "context"),
          number(json, "max_answer"),
          sampling(json.path("sampling")),
          json.path("call_first").asBoolean(false));
    } catch (IllegalArgumentException | ChatException failure) {
      throw new AgentException(
          "the run's settings cannot be read: " + failure.getMessage(), failure);
    }
  }

  private static OptionalInt number(JsonNode json, String name) {
    return json.has(name) ? OptionalInt.of(json.path(name).asInt(0)) : OptionalInt.empty();
  }

  private static Sampling sampling(JsonNode json) {
    Sampling sampling = Sampling.UNSAID;
    for (SamplingParameter parameter : SamplingParameter.values()) {
      if (json.has(parameter.key())) {
        sampling = sampling.with(parameter, json.path(parameter.key()).asDouble(0));
      }
    }
    return json.has("seed") ? sampling.withSeed(json.path("seed").asLong(0)) : sampling;
  }
}
