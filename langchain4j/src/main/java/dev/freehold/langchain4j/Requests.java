package dev.freehold.langchain4j;

import dev.freehold.api.Question;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.chat.Tool;
import dev.freehold.chat.ToolChoice;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.exception.UnsupportedFeatureException;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// LangChain4j's requests as Freehold's; what has no counterpart is refused.
final class Requests {
  private Requests() {}

  /// @throws UnsupportedFeatureException where the request asks for what a text model cannot do
  /// @throws ChatException where a number is out of its range
  static ChatRequest of(dev.langchain4j.model.chat.request.ChatRequest request) {
    FreeholdChatRequestParameters parameters =
        FreeholdChatRequestParameters.builder().overrideWith(request.parameters()).build();
    Question question =
        Question.of(Messages.of(request.messages()))
            .withTools(tools(parameters))
            .withSampling(sampling(parameters))
            .withEnding(ending(parameters))
            .withFormat(format(parameters.responseFormat()));
    if (parameters.thinking().isPresent()) {
      question = question.withThinking(parameters.thinking().get());
    }
    question =
        question.withOutput(
            question
                .output()
                .withTools(
                    choice(parameters.toolChoice()), parameters.parallelToolCalls().orElse(true)));
    String model = Objects.requireNonNullElse(parameters.modelName(), "");
    return question.request().withModel(model);
  }

  private static List<Tool> tools(FreeholdChatRequestParameters parameters) {
    List<Tool> tools = new ArrayList<>();
    boolean mustCall =
        parameters.toolChoice() == dev.langchain4j.model.chat.request.ToolChoice.REQUIRED;
    for (ToolSpecification tool : parameters.toolSpecifications()) {
      if (Boolean.TRUE.equals(tool.strict()) && !mustCall) {
        throw new UnsupportedFeatureException(
            "tool %s: strict arguments are supported where toolChoice is REQUIRED only"
                .formatted(tool.name()));
      }
      tools.add(
          new Tool(
              tool.name(), Objects.requireNonNullElse(tool.description(), ""), parameters(tool)));
    }
    return tools;
  }

  private static JsonNode parameters(ToolSpecification tool) {
    if (tool.parameters() == null) {
      ObjectNode none = JsonNodeFactory.instance.objectNode().put("type", "object");
      none.putObject("properties");
      return none;
    }
    return new Schemas(false).json(tool.parameters());
  }

  private static ToolChoice choice(dev.langchain4j.model.chat.request.@Nullable ToolChoice choice) {
    return switch (choice) {
      case null -> ToolChoice.AUTO;
      case AUTO -> ToolChoice.AUTO;
      case REQUIRED -> new ToolChoice.Required();
      case NONE -> new ToolChoice.None();
    };
  }

  private static Sampling sampling(FreeholdChatRequestParameters parameters) {
    Sampling sampling = Sampling.UNSAID;
    sampling = with(sampling, SamplingParameter.TEMPERATURE, parameters.temperature());
    sampling = with(sampling, SamplingParameter.TOP_P, parameters.topP());
    sampling = with(sampling, SamplingParameter.TOP_K, parameters.topK());
    sampling = with(sampling, SamplingParameter.FREQUENCY_PENALTY, parameters.frequencyPenalty());
    sampling = with(sampling, SamplingParameter.PRESENCE_PENALTY, parameters.presencePenalty());
    sampling = with(sampling, SamplingParameter.MIN_P, parameters.minP().orElse(null));
    sampling =
        with(
            sampling,
            SamplingParameter.REPETITION_PENALTY,
            parameters.repetitionPenalty().orElse(null));
    return parameters.seed().isPresent() ? sampling.withSeed(parameters.seed().get()) : sampling;
  }

  private static Sampling with(
      Sampling sampling, SamplingParameter parameter, @Nullable Number value) {
    return value == null ? sampling : sampling.with(parameter, value.doubleValue());
  }

  private static Ending ending(FreeholdChatRequestParameters parameters) {
    Integer most = parameters.maxOutputTokens();
    return new Ending(
        Objects.requireNonNullElse(parameters.stopSequences(), List.of()),
        most == null ? OptionalInt.empty() : OptionalInt.of(most));
  }

  private static OutputFormat format(@Nullable ResponseFormat format) {
    if (format == null || format.type() == ResponseFormatType.TEXT) {
      return OutputFormat.FREE;
    }
    return format.jsonSchema() == null
        ? new OutputFormat.JsonObject()
        : new OutputFormat.JsonSchema(new Schemas(true).json(format.jsonSchema().rootElement()));
  }
}
