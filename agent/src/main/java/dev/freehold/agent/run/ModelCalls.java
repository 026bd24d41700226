package dev.freehold.agent.run;

import dev.freehold.agent.journal.Doubt;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepCall;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Handling;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.ToolChoice;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Asks the model, each time as a step.
final class ModelCalls {
  private final OpenRun run;
  private final AgentSettings settings;
  private final AgentParts parts;
  private final Cursor cursor;
  private final RunListener listener;
  private final Stop stop;
  private final JsonForm jsonForm;

  ModelCalls(
      OpenRun run,
      AgentSettings settings,
      AgentParts parts,
      Cursor cursor,
      RunListener listener,
      Stop stop) {
    this.run = run;
    this.settings = settings;
    this.parts = parts;
    this.cursor = cursor;
    this.listener = listener;
    this.stop = stop;
    this.jsonForm = new JsonForm(settings.tools());
  }

  private boolean isJson() {
    return settings.form() == AgentSettings.CallForm.JSON;
  }

  /// The next answer in a conversation; one with [dev.freehold.chat.FinishReason#CONTEXT_FULL]
  /// where there was no room for it.
  Answer next(Conversation conversation) {
    List<Message> messages = conversation.messages();
    Input input =
        isJson()
            ? jsonForm.input(messages)
            : new Input.Conversation(messages, settings.tools(), Map.of());
    Output output = isJson() ? jsonForm.output() : free(messages);
    RunListener live = isJson() ? new Quiet(listener) : listener;
    String id = "call-" + cursor.key();
    Answer answer =
        step(
            settings.model(), conversation.digest(), messages.size(), request(input, output), live);
    return isJson() ? JsonForm.read(answer, id) : answer;
  }

  private Output free(List<Message> messages) {
    boolean mustCall =
        settings.isCallFirst()
            && !settings.tools().isEmpty()
            && messages.getLast() instanceof Message.User;
    return mustCall ? Output.FREE.withTools(new ToolChoice.Required(), false) : Output.FREE;
  }

  /// A summary, in which no tool is called; empty where the model gives none.
  String summary(List<Message> question, String digest) {
    ChatRequest request = request(Input.Conversation.of(question), Output.FREE);
    Answer answer = step(Compaction.NAME, digest, question.size(), request, new Quiet(listener));
    return answer.isStopped() ? "" : answer.text();
  }

  private Answer step(
      String name, String digest, int messages, ChatRequest request, RunListener live) {
    ObjectNode asked = JsonNodeFactory.instance.objectNode();
    asked.put("model", settings.model()).put("messages", messages).put("digest", digest);
    boolean isReplayed = cursor.peek().filter(Step::isFinished).isPresent();
    JsonNode result =
        run.once(call(name, asked), Doubt.REPEAT, step -> answered(request, live).asJson());
    cursor.advance();
    Answer answer = Answer.of(result);
    if (!name.equals(Compaction.NAME)) {
      Answer told = isJson() ? JsonForm.read(answer, "call") : answer;
      listener.answered(told.asMessage(), told, isReplayed);
    }
    return answer;
  }

  /// The call as it is written down, where the same was asked before: another model may go on.
  private StepCall call(String name, ObjectNode asked) {
    return cursor
        .peek()
        .map(Step::call)
        .filter(before -> before.kind() == StepKind.MODEL)
        .filter(before -> before.request().path("digest").equals(asked.path("digest")))
        .orElseGet(() -> new StepCall(cursor.key(), StepKind.MODEL, name, asked));
  }

  private ChatRequest request(Input input, Output output) {
    dev.freehold.chat.Ending ending =
        settings.maxAnswerTokens().isPresent()
            ? dev.freehold.chat.Ending.NATURAL.withMaxTokens(settings.maxAnswerTokens().getAsInt())
            : dev.freehold.chat.Ending.NATURAL;
    return new ChatRequest(
        settings.model(),
        input,
        settings.sampling(),
        ending,
        output,
        Caller.LOCAL.withHandling(new Handling(false, false, run.id())));
  }

  private Answer answered(ChatRequest request, RunListener live) {
    Cancellation cancellation = stop.begin();
    AnswerReader reader = new AnswerReader(settings.model(), live, cancellation);
    try {
      parts.backend().answer(request, reader, cancellation);
      Answer answer = reader.answer();
      return answer.withCost(
          parts.pricing().cost(answer.backend(), answer.model(), reader.usage()));
    } catch (ChatException failure) {
      if (failure.kind() == ChatException.Kind.CONTEXT_EXCEEDED) {
        return Answer.withoutRoom(settings.model());
      }
      throw failure;
    }
  }

  /// Tells notices only: the text is none for a person.
  private record Quiet(RunListener listener) implements RunListener {
    @Override
    public void notice(String text) {
      listener.notice(text);
    }
  }
}
