package dev.freehold.cli;

import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A conversation as it grows, with how its answers are made.
final class Dialogue {
  private final List<Message> turns = new ArrayList<>();
  private final boolean isRaw;
  private final Map<String, JsonNode> templateOptions;
  private String system;
  private Sampling sampling;
  private Ending ending;

  /// @param isRaw whether each text is continued on its own, without a template
  Dialogue(
      String system,
      boolean isRaw,
      Map<String, JsonNode> templateOptions,
      Sampling sampling,
      Ending ending) {
    this.system = system;
    this.isRaw = isRaw;
    this.templateOptions = Map.copyOf(templateOptions);
    this.sampling = sampling;
    this.ending = ending;
  }

  /// The request that a text of the user makes; the dialogue itself stays as it is.
  ChatRequest request(String text) {
    Input input = isRaw ? new Input.Text(text) : conversation(text);
    return new ChatRequest("", input, sampling, ending);
  }

  private Input conversation(String text) {
    List<Message> messages = messages();
    messages.add(Message.user(text));
    return new Input.Conversation(messages, List.of(), templateOptions);
  }

  /// All messages so far, the system's first.
  List<Message> messages() {
    List<Message> messages = new ArrayList<>();
    if (!system.isEmpty()) {
      messages.add(Message.system(system));
    }
    messages.addAll(turns);
    return messages;
  }

  /// Takes a question and its answer into the conversation.
  void add(String question, String answer) {
    if (!isRaw) {
      turns.add(Message.user(question));
      turns.add(Message.assistant(answer));
    }
  }

  void clear() {
    turns.clear();
  }

  String system() {
    return system;
  }

  void setSystem(String newSystem) {
    system = newSystem;
  }

  Sampling sampling() {
    return sampling;
  }

  void setSampling(Sampling newSampling) {
    sampling = newSampling;
  }

  Ending ending() {
    return ending;
  }

  void setEnding(Ending newEnding) {
    ending = newEnding;
  }
}
