package dev.freehold.agent.run;

import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The loop of an agent over one run: what is said to it, what the model answers, and what the
/// tools that it calls give back, each of them a step that is done once.
///
/// A run that was broken off is worked on by a new object over the same [OpenRun]: it goes through
/// the steps that are written down without doing them, and on from there.
public final class AgentRun {
  /// The kind of the runs that this goes on with; see [dev.freehold.agent.journal.RunHead#kind].
  public static final String KIND = "agent";

  /// The name of the notes that are messages to the model.
  static final String SAID = "message";

  private static final int MOST_COMPACTIONS = 2;

  private final OpenRun run;
  private final AgentSettings settings;
  private final Budget budget;
  private final RunListener listener;
  private final Stop stop;
  private final Cursor cursor;
  private final ModelCalls modelCalls;
  private final ToolCalls toolCalls;
  private final Conversation conversation;
  private final Compaction compaction;
  private final LoopGuard guard = new LoopGuard();

  /// What the last answer calls and was not done yet.
  private final Deque<Answer.Call> open = new ArrayDeque<>();

  private String lastText = "";
  private long lastTokens;
  private int compactions;

  public AgentRun(
      OpenRun run,
      AgentSettings settings,
      AgentParts parts,
      Budget budget,
      RunListener listener,
      Stop stop) {
    this.run = run;
    this.settings = settings;
    this.budget = budget;
    this.listener = listener;
    this.stop = stop;
    this.cursor = new Cursor(run);
    this.modelCalls = new ModelCalls(run, settings, parts, cursor, listener, stop);
    this.toolCalls = new ToolCalls(run, parts, cursor, listener, stop);
    this.conversation = new Conversation(settings.system());
    this.compaction = Compaction.of(settings.contextTokens().orElse(0));
  }

  /// What the steps took so far.
  public Spent spent() {
    return cursor.spent();
  }

  /// Works until the model has answered all that was said and calls nothing more, or something has
  /// to come first; writes down how it ended. May be called again, with more to say.
  ///
  /// @param steering what is said: the task, and what is typed meanwhile
  /// @throws ChatException where the model cannot be asked; the run can be resumed
  public Ending work(Steering steering) {
    run.goOn();
    try {
      Ending ending = turns(steering);
      switch (ending.kind()) {
        case ANSWERED -> run.done("");
        case WAITS, STOPPED, EXHAUSTED, CIRCLES -> run.suspend(ending.text());
      }
      return ending;
    } catch (ChatException failure) {
      run.suspend("the model could not be asked: " + failure.getMessage());
      throw failure;
    } catch (Waiting waiting) {
      run.suspend(String.valueOf(waiting.getMessage()));
      return new Ending(Ending.Kind.WAITS, String.valueOf(waiting.getMessage()));
    }
  }

  private Ending turns(Steering steering) {
    while (true) {
      Optional<Ending> early = doCalls();
      if (early.isPresent()) {
        return early.get();
      }
      hear(steering);
      if (!conversation.awaitsAnswer()) {
        return new Ending(Ending.Kind.ANSWERED, lastText);
      }
      early = mayGoOn();
      if (early.isPresent()) {
        return early.get();
      }
      early = answer();
      if (early.isPresent()) {
        return early.get();
      }
    }
  }

  /// Has the model answer, after room was made for it where there is too little.
  private Optional<Ending> answer() {
    if (settings.contextTokens().isPresent()
        && compaction.isNearlyFull(lastTokens)
        && conversation.messages().size() > 2) {
      compact();
      return Optional.empty();
    }
    boolean isReplayed = cursor.peek().filter(Step::isFinished).isPresent();
    Answer answer = modelCalls.next(conversation);
    if (answer.isStopped()) {
      // What was stopped is no part of the conversation.
      return isReplayed ? Optional.empty() : Optional.of(stopped());
    }
    if (answer.finish() == FinishReason.CONTEXT_FULL && answer.calls().isEmpty()) {
      if (compactions == MOST_COMPACTIONS || conversation.messages().size() <= 2) {
        return Optional.of(
            new Ending(
                Ending.Kind.EXHAUSTED,
                "the context is too small for this task: give a larger one, fewer tools or a"
                    + " shorter task"));
      }
      compact();
      return Optional.empty();
    }
    compactions = 0;
    lastTokens = answer.promptTokens() + answer.completionTokens();
    lastText = answer.text();
    conversation.add(answer.asMessage());
    open.addAll(answer.calls());
    return Optional.empty();
  }

  private void compact() {
    List<Message> messages = conversation.messages();
    int kept = compaction.kept(messages, compactions);
    String summary = modelCalls.summary(compaction.question(messages, kept), conversation.digest());
    conversation.compact(
        compaction.summary(messages, kept, summary),
        compaction.shortened(messages.subList(messages.size() - kept, messages.size())));
    compactions++;
    lastTokens = 0;
    listener.notice(
        "the context is nearly full: %d messages before were summarized, the last %d stay"
            .formatted(messages.size() - 1 - kept, kept));
  }

  private static Ending stopped() {
    return new Ending(Ending.Kind.STOPPED, "stopped by the person");
  }

  /// Takes what was said: first what is written down, then what is new.
  private void hear(Steering steering) {
    while (true) {
      Optional<Step> next = cursor.peek();
      boolean isReplayed = next.isPresent();
      if (isReplayed && !isMessage(next.get())) {
        return;
      }
      Optional<String> said = isReplayed ? Optional.of("") : steering.poll();
      if (said.isEmpty()) {
        return;
      }
      JsonNode noted =
          run.note(cursor.key(), SAID, () -> JsonNodeFactory.instance.stringNode(said.get()));
      cursor.advance();
      guard.forget();
      conversation.add(Message.user(noted.asString("")));
      listener.said(noted.asString(""), isReplayed);
    }
  }

  private static boolean isMessage(Step step) {
    return step.call().kind() == StepKind.NOTE && step.call().name().equals(SAID);
  }

  /// Why nothing more may be done now, before a step that was not done before.
  private Optional<Ending> mayGoOn() {
    Optional<Step> next = cursor.peek();
    if (next.isPresent() && next.get().isFinished()) {
      return Optional.empty();
    }
    if (stop.isStopped()) {
      return Optional.of(stopped());
    }
    return cursor
        .spent()
        .exhausted(budget)
        .map(what -> new Ending(Ending.Kind.EXHAUSTED, "the budget is used up: " + what));
  }

  /// Does what the last answer calls.
  private Optional<Ending> doCalls() {
    while (!open.isEmpty()) {
      Optional<Ending> early = mayGoOn();
      boolean mayLeaveOut = cursor.isAtEnd() && stop.isStopped();
      if (early.isPresent() && !mayLeaveOut) {
        return early;
      }
      Optional<Ending> circles =
          early.isPresent() ? leaveOut(open.getFirst()) : call(open.getFirst());
      open.removeFirst();
      if (circles.isPresent()) {
        return circles;
      }
    }
    return Optional.empty();
  }

  /// Tells the model that the person stopped it before this call.
  private Optional<Ending> leaveOut(Answer.Call call) {
    add(call, toolCalls.refused(call, "the person stopped the run before this was done").text());
    return Optional.empty();
  }

  /// Does a call; says so where the same was done too often.
  private Optional<Ending> call(Answer.Call call) {
    boolean isReplayed = !cursor.isAtEnd();
    ToolOutcome outcome = toolCalls.perform(call);
    int times = guard.count(call.name(), call.arguments(), outcome.text());
    String text = outcome.text();
    if (times >= LoopGuard.TOLD) {
      text +=
          "\n(This call was made %d times with the same result. Do something else.)"
              .formatted(times);
    }
    add(call, text);
    if (times >= LoopGuard.STOPPED && !isReplayed) {
      return Optional.of(
          new Ending(
              Ending.Kind.CIRCLES,
              "the model called \"%s\" %d times with the same result"
                  .formatted(call.name(), times)));
    }
    return Optional.empty();
  }

  private void add(Answer.Call call, String result) {
    conversation.add(
        new Message.ToolResult(List.of(new Part.Text(result)), call.id(), call.name()));
  }
}
