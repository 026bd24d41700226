package dev.freehold.server;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.chat.Usage;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;

/// A backend that answers with the events that a test gives it, and keeps what it was asked. Its
/// tokens are the characters of a text; its only model is called `tiny`.
public final class ScriptedBackend
    implements ChatBackend, TokenBackend, EmbeddingBackend, ModelAdmin, ActivityBackend {
  /// What an answer does.
  @FunctionalInterface
  public interface Script {
    void run(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation)
        throws InterruptedException;
  }

  public final List<ChatRequest> asked = Collections.synchronizedList(new ArrayList<>());
  public final List<String> managed = Collections.synchronizedList(new ArrayList<>());
  private volatile Script script = text("Hello", ", world");

  public ScriptedBackend answers(Script newScript) {
    script = newScript;
    return this;
  }

  public ScriptedBackend answers(ChatEvent... events) {
    return answers((request, told, cancellation) -> List.of(events).forEach(told));
  }

  /// Tells these pieces and ends.
  public static Script text(String... pieces) {
    return (request, events, cancellation) -> {
      for (String piece : pieces) {
        events.accept(new ChatEvent.TextDelta(piece));
      }
      events.accept(finished(FinishReason.END, pieces.length));
    };
  }

  public static ChatEvent finished(FinishReason reason, int completionTokens) {
    return new ChatEvent.Finished(reason, usage(completionTokens));
  }

  public static Usage usage(int completionTokens) {
    return new Usage(
        7,
        3,
        completionTokens,
        0,
        Duration.ofMillis(1),
        Duration.ofMillis(20),
        Duration.ofMillis(300),
        42);
  }

  public Backends backends() {
    return new Backends(this, this, this, this, this);
  }

  /// The last request.
  public ChatRequest last() {
    return asked.getLast();
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    requireModel(request.model());
    asked.add(request);
    try {
      script.run(request, events, cancellation);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      events.accept(finished(FinishReason.CANCELLED, 0));
    }
  }

  private static void requireModel(String model) {
    if (!model.isEmpty() && !model.equals("tiny")) {
      throw new ChatException(
          ChatException.Kind.MODEL_NOT_FOUND, "model", "\"" + model + "\" is not served");
    }
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    requireModel(model);
    return text.codePoints().boxed().toList();
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    requireModel(model);
    StringBuilder text = new StringBuilder();
    for (int id : ids) {
      if (!Character.isValidCodePoint(id)) {
        throw new ChatException("tokens", "id %d: no such token".formatted(id));
      }
      text.appendCodePoint(id);
    }
    return text.toString();
  }

  @Override
  public int countTokens(ChatRequest request) {
    requireModel(request.model());
    return switch (request.input()) {
      case Input.Conversation conversation -> conversation.messages().size();
      case Input.Text text -> text.text().length();
      case Input.Tokens tokens -> tokens.ids().size();
    };
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    requireModel(request.model());
    int tokens =
        request.input() instanceof Input.Tokens ids
            ? ids.ids().size()
            : ((Input.Text) request.input()).text().length();
    return new Embedding(new float[] {0.6f, 0, -0.8f, tokens == 0 ? 1 : 0}, tokens);
  }

  @Override
  public List<ServedModel> models() {
    return List.of(show("tiny"));
  }

  @Override
  public ServedModel show(String name) {
    if (!name.equals("tiny")) {
      throw new ChatException(
          ChatException.Kind.MODEL_NOT_FOUND, "model", "\"" + name + "\" is not served");
    }
    return new ServedModel(
        "tiny",
        "a model of a test",
        Instant.parse("2026-11-21T00:00:00Z"),
        1000,
        Optional.of(
            new ServedModel.Details(
                "ab".repeat(32),
                "gguf",
                "llama",
                "Q4_0",
                1234,
                4096,
                64,
                Set.of(ServedModel.Capability.TOOLS),
                "{{ messages }}",
                JsonNodeFactory.instance.objectNode().put("general.architecture", "llama"))),
        Optional.of(new ServedModel.Loaded(2048, 5000, Optional.empty())));
  }

  @Override
  public void load(String name, Optional<Duration> keepAlive) {
    show(name);
    managed.add("load " + name + " " + keepAlive.map(Duration::toString).orElse("-"));
  }

  @Override
  public void unload(String name) {
    show(name);
    managed.add("unload " + name);
  }

  @Override
  public List<Activity> activity() {
    return List.of(new Activity("tiny", 1, 2, 100, 400, 50, 20, 70, 30, 4, 8, 5, 9, 12));
  }
}
