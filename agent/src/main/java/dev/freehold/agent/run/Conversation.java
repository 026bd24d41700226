package dev.freehold.agent.run;

import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.SealedThought;
import dev.freehold.chat.ToolCall;
import dev.freehold.tensor.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/// The messages of a run, as they are sent.
final class Conversation {
  private final List<Message> messages = new ArrayList<>();
  private final Message system;

  Conversation(String system) {
    this.system = Message.system(system);
    if (!system.isEmpty()) {
      messages.add(this.system);
    }
  }

  void add(Message message) {
    messages.add(message);
  }

  List<Message> messages() {
    return List.copyOf(messages);
  }

  /// Whether the model has the word: something was said or done that it did not answer yet.
  boolean awaitsAnswer() {
    return !messages.isEmpty()
        && !(messages.getLast() instanceof Message.System)
        && !(messages.getLast() instanceof Message.Assistant);
  }

  /// Puts a summary in the place of all but the last messages.
  void compact(String summary, List<Message> last) {
    messages.clear();
    if (!Part.text(system.content()).isEmpty()) {
      messages.add(system);
    }
    messages.add(Message.user(summary));
    messages.addAll(last);
  }

  /// SHA-256 over all that the messages say.
  String digest() {
    MessageDigest digest = Sha256.begin();
    for (Message message : messages) {
      put(digest, message.role());
      put(digest, Part.text(message.content()));
      switch (message) {
        case Message.Assistant answer -> {
          put(digest, answer.reasoning());
          for (ToolCall call : answer.toolCalls()) {
            put(digest, call.id() + " " + call.name() + " " + call.arguments());
          }
          for (SealedThought thought : answer.sealed()) {
            put(digest, thought.seal());
          }
        }
        case Message.ToolResult result -> put(digest, result.callId() + " " + result.name());
        case Message.System _, Message.Developer _, Message.User _ -> {}
      }
    }
    return Sha256.finish(digest);
  }

  private static void put(MessageDigest digest, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
    digest.update(bytes);
  }
}
