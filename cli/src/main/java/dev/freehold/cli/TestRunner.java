package dev.freehold.cli;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.engine.MachineMemory;
import dev.freehold.text.Conversation;
import dev.freehold.train.seedling.TestItem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import tools.jackson.databind.JsonNode;

/// Asks a model the items of a test, one after the other, with greedy choice of tokens.
final class TestRunner implements AutoCloseable {
  private static final int MOST_REPLY_TOKENS = 256;
  private static final int CONTEXT = 1024;

  private final LocalBackend backend;

  /// What the model said to an item, and whether that is right.
  record Answer(TestItem item, String reply, boolean isRight) {}

  /// @param local a model that no other thread uses
  TestRunner(LocalModel local, Surroundings surroundings) {
    int context = Math.min(CONTEXT, local.model().architecture().contextLength());
    this.backend =
        new LocalBackend(
            local,
            new EngineOptions(
                OptionalInt.of(context),
                EngineOptions.DEFAULT_STEP,
                MachineMemory.availableBytes(),
                surroundings.clock()));
  }

  /// Asks one item. An item that the model has no room for is answered wrongly, with the reason as
  /// its reply.
  Answer ask(TestItem item) {
    ChatRequest request =
        new ChatRequest(
            "",
            input(item.conversation()),
            Sampling.greedy(),
            Ending.NATURAL.withMaxTokens(MOST_REPLY_TOKENS));
    try {
      String reply = backend.text(request);
      return new Answer(item, reply, item.scorer().accepts(reply));
    } catch (ChatException failure) {
      return new Answer(item, String.valueOf(failure.getMessage()), false);
    }
  }

  private static Input input(Conversation conversation) {
    List<Message> messages = new ArrayList<>();
    for (JsonNode message : conversation.messages()) {
      String content = message.path("content").stringValue();
      switch (message.path("role").stringValue()) {
        case "system" -> messages.add(Message.system(content));
        case "user" -> messages.add(Message.user(content));
        default -> throw new IllegalStateException("a test item with the turn " + message);
      }
    }
    List<Tool> tools = new ArrayList<>();
    conversation
        .tools()
        .ifPresent(all ->
            all.forEach(tool -> {
              JsonNode function = tool.path("function");
              tools.add(
                  new Tool(
                      function.path("name").stringValue(),
                      function.path("description").stringValue(),
                      function.path("parameters")));
            }));
    return new Input.Conversation(messages, tools, Map.of());
  }

  @Override
  public void close() {
    backend.close();
  }
}
