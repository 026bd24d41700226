package dev.freehold.documents.index;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Input;
import dev.freehold.documents.DocumentsException;
import dev.freehold.documents.DocumentsException.Reason;

/// Turns passages and questions into vectors.
///
/// @param backend who computes them
/// @param requestName what the backend calls the model; empty for its only one
public record Embedder(EmbeddingBackend backend, String requestName, EmbeddingModel model) {
  private static final int FEWEST_CHARACTERS = 50;

  float[] ofQuestion(String question, Cancellation cancellation) {
    return checked(embed(model.questionPrefix() + question, cancellation));
  }

  /// Of a passage that does not fit into the model's context, as much of its beginning as does.
  float[] ofPassage(String passage, Cancellation cancellation) {
    String text = passage;
    while (true) {
      try {
        return checked(embed(model.passagePrefix() + text, cancellation));
      } catch (ChatException tooLong) {
        if (tooLong.kind() != ChatException.Kind.CONTEXT_EXCEEDED
            || text.length() < FEWEST_CHARACTERS) {
          throw tooLong;
        }
        text =
            text.substring(
                0, text.offsetByCodePoints(0, text.codePointCount(0, text.length()) / 2));
      }
    }
  }

  private float[] embed(String text, Cancellation cancellation) {
    EmbeddingRequest request =
        new EmbeddingRequest(
            requestName, new Input.Text(text), EmbeddingRequest.Pooling.MODEL, Caller.LOCAL);
    return backend.embed(request, cancellation).vector();
  }

  private float[] checked(float[] vector) {
    for (float value : vector) {
      if (!Float.isFinite(value)) {
        throw new DocumentsException(
            Reason.REFUSED, "%s: gave a vector with %s in it".formatted(model.name(), value));
      }
    }
    if (vector.length == 0) {
      throw new DocumentsException(Reason.REFUSED, model.name() + ": gave an empty vector");
    }
    return vector;
  }
}
