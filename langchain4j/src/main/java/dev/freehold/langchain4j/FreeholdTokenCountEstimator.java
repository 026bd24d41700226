package dev.freehold.langchain4j;

import dev.freehold.api.FreeholdModel;
import dev.freehold.api.Question;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.ToolCall;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.model.TokenCountEstimator;
import java.util.List;

/// Counts tokens with a model's own tokenizer and chat template.
///
/// A conversation is counted as the model would be asked it, to the token. A single message is
/// counted by its text alone, without the marks of its turn, which depend on its place: a little
/// less than it takes in a conversation, so that a memory that takes it off its sum stays within
/// bounds. Messages that the template refuses in this order are the sum of the single ones.
public final class FreeholdTokenCountEstimator implements TokenCountEstimator {
  private final FreeholdModel model;

  /// @param model stays the caller's to close
  public FreeholdTokenCountEstimator(FreeholdModel model) {
    this.model = model;
  }

  @Override
  public int estimateTokenCountInText(String text) {
    return model.countTokens(text);
  }

  @Override
  public int estimateTokenCountInMessage(ChatMessage message) {
    return single(Messages.of(message));
  }

  @Override
  public int estimateTokenCountInMessages(Iterable<ChatMessage> messages) {
    List<Message> turns = Messages.of(messages);
    if (turns.isEmpty()) {
      return 0;
    }
    try {
      return model.countTokens(Question.of(turns));
    } catch (ChatException e) {
      if (e.kind() != ChatException.Kind.INVALID_REQUEST) {
        throw Failures.of(e);
      }
      return turns.stream().mapToInt(this::single).sum();
    }
  }

  private int single(Message message) {
    int tokens = model.countTokens(Part.text(message.content()));
    if (message instanceof Message.Assistant answer) {
      for (ToolCall call : answer.toolCalls()) {
        tokens += model.countTokens(call.name() + call.arguments());
      }
    }
    return tokens;
  }
}
