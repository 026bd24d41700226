package dev.freehold.server.anthropic;

import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.server.wire.AnswerPart;
import dev.freehold.server.wire.AnswerParts;
import dev.freehold.server.wire.Ids;
import dev.freehold.server.wire.Receipts;
import java.util.List;
import java.util.function.BiConsumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Tells an answer in the events of the Messages API: `message_start`, per block
/// `content_block_start`, deltas and `content_block_stop`, then `message_delta` and `message_stop`.
///
/// An answer that breaks off is left without its end; whoever sends the events adds an `error`.
final class MessageEvents implements AnswerParts.Listener {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private MessageJson json;
  private final Ids ids;
  private final BiConsumer<String, ObjectNode> events;

  /// @param events whoever sends an event by its name
  MessageEvents(MessageJson json, Ids ids, BiConsumer<String, ObjectNode> events) {
    this.json = json;
    this.ids = ids;
    this.events = events;
  }

  private void send(ObjectNode event) {
    events.accept(event.get("type").stringValue(), event);
  }

  private static ObjectNode event(String type) {
    return JSON.objectNode().put("type", type);
  }

  private static ObjectNode event(String type, int index) {
    return event(type).put("index", index);
  }

  @Override
  public void served(ChatEvent.Served served) {
    json = json.withModel(served.model());
  }

  @Override
  public void began(int promptTokens, int reusedTokens) {
    ObjectNode event = event("message_start");
    event.set("message", json.begun(promptTokens, reusedTokens));
    send(event);
  }

  @Override
  public void opened(int index, AnswerPart part) {
    ObjectNode event = event("content_block_start", index);
    event.set("content_block", json.emptyBlock(part, ids));
    send(event);
  }

  @Override
  public void grew(int index, AnswerPart part, String piece, List<TokenLogprob> logprobs) {
    ObjectNode delta =
        switch (part) {
          case AnswerPart.Text text -> event("text_delta").put("text", piece);
          case AnswerPart.Call call -> event("input_json_delta").put("partial_json", piece);
          case AnswerPart.Reasoning reasoning -> event("thinking_delta").put("thinking", piece);
        };
    if (part instanceof AnswerPart.Reasoning && !json.showsThinking()) {
      return;
    }
    sendDelta(index, delta);
  }

  private void sendDelta(int index, ObjectNode delta) {
    ObjectNode event = event("content_block_delta", index);
    event.set("delta", delta);
    send(event);
  }

  @Override
  public void closed(int index, AnswerPart part, boolean isWhole) {
    if (part instanceof AnswerPart.Reasoning reasoning && !reasoning.isRedacted()) {
      sendDelta(index, event("signature_delta").put("signature", json.signature(reasoning)));
    }
    send(event("content_block_stop", index));
  }

  @Override
  public void finished(ChatEvent.Finished finished) {
    ObjectNode event = event("message_delta");
    ObjectNode delta = event.putObject("delta");
    json.putEnd(delta, finished);
    event.set("usage", MessageJson.usage(finished.usage()));
    Receipts.put(event, finished.receipt());
    send(event);
    send(event("message_stop"));
  }
}
