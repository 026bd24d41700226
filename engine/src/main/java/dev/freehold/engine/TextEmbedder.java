package dev.freehold.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.EmbeddingRequest.Pooling;
import dev.freehold.kernel.Rows;
import dev.freehold.model.Batch;
import dev.freehold.model.LogitsOf;
import dev.freehold.model.Model;
import dev.freehold.model.Sequence;
import dev.freehold.tensor.Metadata;
import java.util.Optional;

/// Turns texts into vectors: the vectors of their tokens after the last normalization, pooled to
/// one and scaled to length 1.
///
/// Order: the mean is summed in ascending token order in float, then divided; the length is a sum
/// of squares in ascending element order in double.
final class TextEmbedder {
  private static final int POOLING_MEAN = 1;
  private static final int POOLING_CLS = 2;
  private static final int POOLING_LAST = 3;

  private final Model model;
  private final int stepTokens;

  TextEmbedder(Model model, int stepTokens) {
    this.model = model;
    this.stepTokens = Math.min(stepTokens, model.options().maxStepTokens());
  }

  /// The vector of a text, one text after the other; steps of answers go in between.
  ///
  /// @throws ChatException where it was cancelled
  synchronized float[] embed(int[] tokens, Pooling pooling, Cancellation cancellation) {
    Pooling how = pooling == Pooling.MODEL ? ofModel().orElse(Pooling.MEAN) : pooling;
    int dim = model.architecture().modelDim();
    float[] pooled = new float[dim];
    Batch batch = model.newBatch();
    Rows rows = Rows.allocate(how == Pooling.LAST ? 1 : stepTokens, dim);
    try (Sequence sequence = model.newSequence(tokens.length)) {
      while (sequence.length() < tokens.length) {
        if (cancellation.isCancelled()) {
          throw new ChatException(Kind.UNAVAILABLE, "", "the request was cancelled");
        }
        int first = sequence.length();
        int count = Math.min(stepTokens, tokens.length - first);
        boolean isLast = first + count == tokens.length;
        LogitsOf which =
            switch (how) {
              case LAST -> isLast ? LogitsOf.LAST : LogitsOf.NONE;
              case CLS -> first == 0 ? LogitsOf.ALL : LogitsOf.NONE;
              case MEAN, MODEL -> LogitsOf.ALL;
            };
        batch.clear();
        batch.add(sequence, tokens, first, count, which);
        model.embed(batch, rows);
        add(rows, how == Pooling.CLS ? Math.min(1, batch.logitRows()) : batch.logitRows(), pooled);
      }
    }
    return scaled(pooled, how == Pooling.MEAN ? tokens.length : 1);
  }

  private static void add(Rows rows, int count, float[] sum) {
    for (int t = 0; t < count; t++) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += rows.data()[rows.at(t) + i];
      }
    }
  }

  private static float[] scaled(float[] vector, int count) {
    double squares = 0;
    for (int i = 0; i < vector.length; i++) {
      vector[i] /= count;
      squares += (double) vector[i] * vector[i];
    }
    double length = Math.sqrt(squares);
    for (int i = 0; i < vector.length && length > 0; i++) {
      vector[i] = (float) (vector[i] / length);
    }
    return vector;
  }

  /// The pooling that the file of an embedding model names.
  private Optional<Pooling> ofModel() {
    Metadata metadata = model.store().metadata();
    String key = metadata.string("general.architecture", "") + ".pooling_type";
    return switch ((int) metadata.integer(key, 0)) {
      case POOLING_MEAN -> Optional.of(Pooling.MEAN);
      case POOLING_CLS -> Optional.of(Pooling.CLS);
      case POOLING_LAST -> Optional.of(Pooling.LAST);
      default -> Optional.empty();
    };
  }
}
