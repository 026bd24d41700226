package dev.freehold.agent.workflow;

import dev.freehold.agent.choice.ChoiceAsker;
import dev.freehold.agent.choice.ChoiceQuestion;
import dev.freehold.agent.choice.Verdict;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.run.Answer;
import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Handling;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.OutputFormat;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.SamplingParameter;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Steps that ask models.
final class ModelSteps {
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(4 << 20, 64, 4 << 20, 128, 4096);

  private final RunContext context;

  ModelSteps(RunContext context) {
    this.context = context;
  }

  /// The answer: `text`, and `json` where there is a schema.
  JsonNode answer(StepSpec spec, Work.Model work, Scope scope, String key) {
    String prompt = work.prompt().fillText(scope);
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("model", work.model());
    Optional<String> system = work.system().map(text -> text.fillText(scope));
    system.ifPresent(text -> request.put("system", text));
    request.put("prompt", prompt);
    work.schema().ifPresent(schema -> request.set("schema", schema));
    work.sampled().maxTokens().ifPresent(most -> request.put("max_tokens", most));
    work.sampled().temperature().ifPresent(value -> request.put("temperature", value));
    work.sampled().seed().ifPresent(seed -> request.put("seed", seed));
    return new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.MODEL, work.model(), request),
            Attempts.Way.REPEAT,
            step -> asked(work, system, prompt));
  }

  private Caller caller() {
    return Caller.LOCAL.withHandling(new Handling(false, true, context.run().id()));
  }

  private JsonNode asked(Work.Model work, Optional<String> system, String prompt) {
    List<Message> messages = new ArrayList<>();
    system.ifPresent(text -> messages.add(Message.system(text)));
    messages.add(Message.user(prompt));
    Sampling sampling =
        work.sampled()
            .temperature()
            .map(value -> Sampling.UNSAID.with(SamplingParameter.TEMPERATURE, value))
            .orElse(Sampling.greedy());
    Output output =
        work.schema()
            .map(schema -> Output.FREE.withFormat(new OutputFormat.JsonSchema(schema)))
            .orElse(Output.FREE);
    Ending ending =
        work.sampled().maxTokens().isPresent()
            ? Ending.NATURAL.withMaxTokens(work.sampled().maxTokens().getAsInt())
            : Ending.NATURAL;
    ChatRequest request =
        new ChatRequest(
            work.model(),
            Input.Conversation.of(messages),
            work.sampled().seed().map(sampling::withSeed).orElse(sampling),
            ending,
            output,
            caller());
    Answer answer = Answer.ask(context.parts().backend(), request, new Cancellation());
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("text", answer.text().strip());
    work.schema().ifPresent(schema -> value.set("json", json(schema, answer)));
    value.put("model", answer.model()).put("backend", answer.backend());
    value.put("finish", answer.finish().name());
    return value
        .put("prompt_tokens", answer.promptTokens())
        .put("completion_tokens", answer.completionTokens());
  }

  private JsonNode json(JsonNode schema, Answer answer) {
    JsonNode json;
    try {
      json =
          StrictJson.parse(
              answer.text().strip().getBytes(StandardCharsets.UTF_8), "the answer", LIMITS);
    } catch (TensorException failure) {
      throw new StepException(
          "expected JSON (the answer ended by %s): %s"
              .formatted(answer.finish(), failure.getMessage()));
    }
    Optional<String> problem = context.parts().check().problem(schema, json);
    if (problem.isPresent()) {
      throw new StepException("the answer is not as the schema says: " + problem.get());
    }
    return json;
  }

  /// What a model makes of a question: `decided`, the option that is sure enough or null, and the
  /// `shares` of all.
  JsonNode verdict(StepSpec spec, Work.Choice work, Scope scope, String key) {
    String text = work.text().fillText(scope);
    ObjectNode request = JsonNodeFactory.instance.objectNode();
    request.put("model", work.model()).put("question", work.question()).put("text", text);
    ArrayNode options = request.putArray("options");
    work.options()
        .forEach(one -> options.addObject().put("name", one.name()).put("meaning", one.meaning()));
    request.put("at_least", work.atLeast());
    return new Attempts(context, spec)
        .perform(
            new StepCall(key, StepKind.MODEL, work.model(), request),
            Attempts.Way.REPEAT,
            step -> chosen(work, text));
  }

  private JsonNode chosen(Work.Choice work, String text) {
    ChoiceQuestion question;
    try {
      question = new ChoiceQuestion(work.question(), text, work.options());
    } catch (IllegalArgumentException tooLong) {
      throw new StepException(String.valueOf(tooLong.getMessage()));
    }
    Verdict verdict =
        new ChoiceAsker(context.parts().backend(), work.model(), caller())
            .ask(question, new Cancellation());
    ObjectNode value = JsonNodeFactory.instance.objectNode();
    value.put("decided", verdict.decided(work.atLeast()).orElse(null));
    ObjectNode shares = value.putObject("shares");
    verdict.shares().forEach(share -> shares.put(share.option(), share.probability()));
    value.put("covered", verdict.covered()).put("written", verdict.written());
    return value.put("model", verdict.model());
  }
}
