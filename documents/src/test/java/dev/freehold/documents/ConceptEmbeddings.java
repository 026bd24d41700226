package dev.freehold.documents;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.Input;
import dev.freehold.documents.index.Embedder;
import dev.freehold.documents.index.EmbeddingModel;
import java.util.List;
import java.util.Locale;

/// Makes vectors that are near where texts speak of the same few things.
public final class ConceptEmbeddings implements EmbeddingBackend {
  private static final List<List<String>> CONCEPTS =
      List.of(
          List.of("leave", "holiday", "vacation", "urlaub"),
          List.of("ill", "sick", "doctor", "flu"),
          List.of("canteen", "lunch", "eat", "dish"),
          List.of("printer", "toner", "paper"));

  private final int longest;
  private int asked;

  /// @param longest characters that fit into the context
  public ConceptEmbeddings(int longest) {
    this.longest = longest;
  }

  public static Embedder embedder(String name, String identity) {
    return new Embedder(
        new ConceptEmbeddings(2_000), "", new EmbeddingModel(name, identity, "", ""));
  }

  public int asked() {
    return asked;
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    asked++;
    String text = ((Input.Text) request.input()).text().toLowerCase(Locale.ROOT);
    if (text.length() > longest) {
      throw new ChatException(
          new ChatException.Excess(text.length(), longest), "input", "too long");
    }
    float[] vector = new float[CONCEPTS.size() + 1];
    vector[CONCEPTS.size()] = 0.1f;
    for (int i = 0; i < CONCEPTS.size(); i++) {
      for (String word : CONCEPTS.get(i)) {
        vector[i] += text.matches("(?s).*\\b" + word + ".*") ? 1 : 0;
      }
    }
    double norm = 0;
    for (float value : vector) {
      norm += (double) value * value;
    }
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= (float) Math.sqrt(norm);
    }
    return new Embedding(vector, 1);
  }
}
