package dev.freehold.api;

import dev.freehold.chat.Caller;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Logprobs;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a model is asked, and what its answer may be; begun with [#of(String)].
///
/// @param messages the conversation up to the turn that the model takes
/// @param tools that it may ask to be called
/// @param templateOptions more variables for the model's chat template
/// @param sampling how tokens are chosen; the model's own defaults where nothing is said, and a
///   seed by chance, which [Answer#usage] tells
/// @param ending when the answer ends, beside at the model's own end marks
/// @param output what the answer must be
public record Question(
    List<Message> messages,
    List<Tool> tools,
    Map<String, JsonNode> templateOptions,
    Sampling sampling,
    Ending ending,
    Output output) {
  /// Nothing is asked yet.
  public static final Question EMPTY =
      new Question(List.of(), List.of(), Map.of(), Sampling.UNSAID, Ending.NATURAL, Output.FREE);

  public Question {
    messages = List.copyOf(messages);
    tools = List.copyOf(tools);
    templateOptions = Collections.unmodifiableMap(new LinkedHashMap<>(templateOptions));
  }

  public static Question of(String text) {
    return EMPTY.with(Message.user(text));
  }

  public static Question of(List<Message> messages) {
    return EMPTY.withMessages(messages);
  }

  /// With these turns in the place of those before.
  public Question withMessages(List<Message> turns) {
    return new Question(turns, tools, templateOptions, sampling, ending, output);
  }

  /// With one turn more.
  public Question with(Message turn) {
    List<Message> turns = new ArrayList<>(messages);
    turns.add(turn);
    return withMessages(turns);
  }

  /// With instructions before all turns.
  public Question withSystem(String text) {
    List<Message> turns = new ArrayList<>(messages);
    turns.addFirst(Message.system(text));
    return withMessages(turns);
  }

  /// With a tool more that the model may ask to be called; [Answer#calls] are its calls.
  ///
  /// @param description what the tool is for
  /// @param parameters the JSON Schema of its arguments, an object
  /// @throws ChatException where `parameters` is no such schema
  public Question withTool(String name, String description, String parameters) {
    return withTool(new Tool(name, description, AnswerJson.schema(parameters, "tools.parameters")));
  }

  /// With a tool more that the model may ask to be called; [Answer#calls] are its calls.
  public Question withTool(Tool tool) {
    List<Tool> more = new ArrayList<>(tools);
    more.add(tool);
    return withTools(more);
  }

  /// With these tools in the place of those before.
  public Question withTools(List<Tool> newTools) {
    return new Question(messages, newTools, templateOptions, sampling, ending, output);
  }

  public Question withToolChoice(ToolChoice choice) {
    return withOutput(output.withTools(choice, output.parallelCalls()));
  }

  /// For an answer that is one JSON value, valid under a JSON Schema; see [Answer#json].
  ///
  /// @throws ChatException where `schema` is no JSON Schema
  public Question withSchema(String schema) {
    return withFormat(new OutputFormat.JsonSchema(AnswerJson.schema(schema, "schema")));
  }

  public Question withFormat(OutputFormat format) {
    return withOutput(output.withFormat(format));
  }

  public Question withLogprobs(Logprobs logprobs) {
    return withOutput(output.withLogprobs(logprobs));
  }

  public Question withOutput(Output newOutput) {
    return new Question(messages, tools, templateOptions, sampling, ending, newOutput);
  }

  /// Whether the model thinks before it answers, where its template lets that be chosen.
  public Question withThinking(boolean thinks) {
    JsonNode value = JsonNodeFactory.instance.booleanNode(thinks);
    return withTemplateOption("enable_thinking", value).withTemplateOption("thinking", value);
  }

  /// With a variable more for the model's chat template.
  public Question withTemplateOption(String name, JsonNode value) {
    Map<String, JsonNode> options = new LinkedHashMap<>(templateOptions);
    options.put(name, value);
    return new Question(messages, tools, options, sampling, ending, output);
  }

  /// 0 always takes the likeliest token.
  public Question withTemperature(double temperature) {
    return with(SamplingParameter.TEMPERATURE, temperature);
  }

  public Question with(SamplingParameter parameter, double value) {
    return withSampling(sampling.with(parameter, value));
  }

  /// The same seed and question give the same answer, on every machine.
  public Question withSeed(long seed) {
    return withSampling(sampling.withSeed(seed));
  }

  public Question withSampling(Sampling newSampling) {
    return new Question(messages, tools, templateOptions, newSampling, ending, output);
  }

  /// For an answer of so many tokens at most.
  public Question withMaxTokens(int tokens) {
    return withEnding(ending.withMaxTokens(tokens));
  }

  /// For an answer that ends where one of these texts would begin.
  public Question withStop(String... texts) {
    OptionalInt maxTokens = ending.maxTokens();
    return withEnding(new Ending(List.of(texts), maxTokens));
  }

  public Question withEnding(Ending newEnding) {
    return new Question(messages, tools, templateOptions, sampling, newEnding, output);
  }

  /// The question as backends take it.
  ///
  /// @throws ChatException where there is no message
  public ChatRequest request() {
    return new ChatRequest(
        "",
        new Input.Conversation(messages, tools, templateOptions),
        sampling,
        ending,
        output,
        Caller.LOCAL);
  }
}
