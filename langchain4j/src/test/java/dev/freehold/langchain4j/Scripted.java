package dev.freehold.langchain4j;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.Part;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.chat.Usage;
import dev.freehold.server.Backends;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// A backend that answers by the last word it was asked, and keeps what it was asked. Its tokens
/// are the characters of a text; its only model is called `tiny`.
final class Scripted
    implements ChatBackend, TokenBackend, EmbeddingBackend, ModelAdmin, ActivityBackend {
  static final Usage USAGE =
      new Usage(
          12, 4, 3, 1, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(300), 42);

  final List<ChatRequest> asked = Collections.synchronizedList(new ArrayList<>());
  final CountDownLatch cancelled = new CountDownLatch(1);

  Backends backends() {
    return new Backends(this, this, this, this, this);
  }

  ChatRequest last() {
    return asked.getLast();
  }

  private static ChatEvent finished(FinishReason reason) {
    return new ChatEvent.Finished(reason, USAGE);
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    requireModel(request.model());
    asked.add(request);
    Message last = ((Input.Conversation) request.input()).messages().getLast();
    String word =
        last instanceof Message.ToolResult result
            ? "result of " + result.name() + ": " + Part.text(result.content())
            : Part.text(last.content());
    for (ChatEvent event : script(word, cancellation)) {
      events.accept(event);
    }
    if (word.equals("endless")) {
      endless(events, cancellation);
    }
  }

  private static List<ChatEvent> script(String word, Cancellation cancellation) {
    return switch (word) {
      case "hello" ->
          List.of(
              new ChatEvent.TextDelta("Hel"),
              new ChatEvent.TextDelta("lo"),
              finished(FinishReason.END));
      case "think" ->
          List.of(
              new ChatEvent.ReasoningDelta("Hm"),
              new ChatEvent.ReasoningDelta("m"),
              new ChatEvent.TextDelta("Yes."),
              finished(FinishReason.END));
      case "tool" ->
          List.of(
              new ChatEvent.TextDelta("Let me see."),
              new ChatEvent.CallStarted(0, "call-1", "weather"),
              new ChatEvent.CallArguments(0, "{\"city\":"),
              new ChatEvent.CallArguments(0, "\"Bern\"}"),
              new ChatEvent.CallStarted(1, "call-2", "time"),
              finished(FinishReason.TOOL_CALLS));
      case "broken call" ->
          List.of(
              new ChatEvent.CallStarted(0, "call-1", "weather"),
              new ChatEvent.CallArguments(0, "{\"city\":"),
              finished(FinishReason.MAX_TOKENS));
      case "json" ->
          List.of(
              new ChatEvent.TextDelta("{\"name\":\"Anna\","),
              new ChatEvent.TextDelta("\"age\":7}"),
              finished(FinishReason.END));
      case "fail" ->
          List.of(
              new ChatEvent.TextDelta("Oh"),
              new ChatEvent.Failed(new ChatException(Kind.FAILED, "", "out of luck")));
      case "busy" -> throw new ChatException(Kind.OVERLOADED, "come again", Duration.ofSeconds(2));
      case "endless" -> List.of(new ChatEvent.TextDelta("on "));
      default -> List.of(new ChatEvent.TextDelta(word), finished(FinishReason.END));
    };
  }

  private void endless(Consumer<ChatEvent> events, Cancellation cancellation) {
    try {
      while (!cancellation.isCancelled()) {
        events.accept(new ChatEvent.TextDelta("and on "));
        Thread.sleep(2);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    cancelled.countDown();
    events.accept(finished(FinishReason.CANCELLED));
  }

  private static void requireModel(String model) {
    if (!model.isEmpty() && !model.equals("tiny")) {
      throw new ChatException(Kind.MODEL_NOT_FOUND, "model", "\"" + model + "\" is not served");
    }
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    return text.codePoints().boxed().toList();
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    StringBuilder text = new StringBuilder();
    ids.forEach(text::appendCodePoint);
    return text.toString();
  }

  /// Ten for each turn beside its text; a conversation begins with a user or a system.
  @Override
  public int countTokens(ChatRequest request) {
    List<Message> turns = ((Input.Conversation) request.input()).messages();
    if (turns.getFirst() instanceof Message.ToolResult) {
      throw new ChatException(Kind.INVALID_REQUEST, "", "the template refuses");
    }
    return turns.stream().mapToInt(turn -> 10 + Part.text(turn.content()).length()).sum();
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    requireModel(request.model());
    String text = ((Input.Text) request.input()).text();
    return new Embedding(new float[] {0.6f, 0, -0.8f}, text.length());
  }

  @Override
  public List<ServedModel> models() {
    return List.of(show("tiny"));
  }

  @Override
  public ServedModel show(String name) {
    return new ServedModel(name, "", Instant.EPOCH, 1, Optional.empty(), Optional.empty());
  }

  @Override
  public void load(String name, Optional<Duration> keepAlive) {}

  @Override
  public void unload(String name) {}

  @Override
  public List<Activity> activity() {
    return List.of();
  }
}
