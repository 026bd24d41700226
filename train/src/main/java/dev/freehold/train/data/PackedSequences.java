package dev.freehold.train.data;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.tensor.Sha256;
import dev.freehold.text.Tokenizer;
import dev.freehold.train.TrainException;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Batches;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import java.util.OptionalLong;

/// Documents packed into sequences of one length, in memory.
///
/// Documents come in the order of a [Permutation]. Each goes whole into the current sequence where
/// it fits, and into the next one where it does not; what is left of a sequence is filled with the
/// mark that ends an answer and is not counted. A document that is longer than a sequence is cut
/// there. The target of a token is the next token of its document, if that one is trained on.
public final class PackedSequences implements Batches {
  private static final int DOCUMENTS_PER_CHUNK = 256;

  private final int length;
  private final Packed training;
  private final Packed heldOut;
  private final SequenceBatches batches;
  private long cut;

  /// Where documents stand.
  ///
  /// @param first number of the first document
  /// @param begins position of the first token of each document, in the order of places
  /// @param ends position after the last one
  private record Places(Permutation order, long first, int[] begins, int[] ends) {}

  /// Sequences one after the other.
  private record Packed(PackedRows rows, Places places) implements Sequences {
    @Override
    public long count() {
      return rows.count();
    }

    @Override
    public void copy(long index, int[] tokens, int[] targets, int at) {
      rows.copyTokens((int) index, tokens, at);
      rows.copyTargets((int) index, targets, at);
    }

    @Override
    public Place place(long document) {
      int place = (int) places.order().placeOf(document - places.first());
      int begin = places.begins()[place];
      return new Place(begin, places.ends()[place], begin);
    }
  }

  /// What is packed, and how.
  ///
  /// @param documents documents 0 to `documents - 1` are trained on
  /// @param heldOut that many documents after them are not
  /// @param wholeText whether every token of the training documents counts, marked or not; of those
  ///   held out only marked ones do
  /// @param padding the token that fills sequences
  public record Plan(
      long documents, long heldOut, long orderSeed, boolean wholeText, int padding) {}

  /// @param shape of a step
  public PackedSequences(
      DocumentSource source, Tokenizer tokenizer, Plan plan, Recipe.Shape shape) {
    if (plan.documents() < 1 || plan.heldOut() < 0 || plan.documents() + plan.heldOut() > 1 << 28) {
      throw new TrainException(
          "packing: expected 1 to 2^28 documents, found %d and %d held out"
              .formatted(plan.documents(), plan.heldOut()));
    }
    this.length = shape.length();
    Permutation order = new Permutation(plan.orderSeed(), plan.documents());
    this.training = pack(source, tokenizer, order, 0, plan.wholeText(), plan.padding());
    this.heldOut =
        plan.heldOut() == 0
            ? new Packed(
                new PackedRows(length, tokenizer.vocabularySize()),
                new Places(order, 0, new int[0], new int[0]))
            : pack(
                source,
                tokenizer,
                new Permutation(plan.orderSeed(), plan.heldOut()),
                plan.documents(),
                false,
                plan.padding());
    this.batches = new SequenceBatches(training, heldOut, shape);
  }

  /// Memory of the sequences that a recipe's steps read, if they read none twice.
  public static long bytesOf(Recipe recipe) {
    long bits =
        recipe.shape().tokens() * recipe.steps() * PackedRows.bits(recipe.data().vocabulary());
    return bits / Byte.SIZE;
  }

  private Packed pack(
      DocumentSource source,
      Tokenizer tokenizer,
      Permutation order,
      long first,
      boolean wholeText,
      int padding) {
    int count = (int) order.size();
    PackedRows rows = new PackedRows(length, tokenizer.vocabularySize());
    Places places = new Places(order, first, new int[count], new int[count]);
    TokenDocument[] chunk = new TokenDocument[DOCUMENTS_PER_CHUNK];
    int used = length;
    int threads = Runtime.getRuntime().availableProcessors();
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int from = 0; from < count; from += DOCUMENTS_PER_CHUNK) {
        int base = from;
        int size = Math.min(DOCUMENTS_PER_CHUNK, count - from);
        pool.run(
            (i, worker) ->
                chunk[i] = TokenDocument.of(source.document(first + order.at(base + i)), tokenizer),
            size);
        for (int i = 0; i < size; i++) {
          int taken = Math.min(chunk[i].tokens().length, length);
          if (taken > length - used) {
            rows.begin(padding);
            used = 0;
          }
          add(rows, used, chunk[i], wholeText);
          places.begins()[base + i] = (rows.count() - 1) * length + used;
          used += taken;
          places.ends()[base + i] = (rows.count() - 1) * length + used;
        }
      }
    }
    return new Packed(rows, places);
  }

  /// Puts a document into the current sequence, as much of it as a sequence holds.
  private void add(PackedRows rows, int used, TokenDocument document, boolean wholeText) {
    int[] tokens = document.tokens();
    cut += tokens.length > length ? 1 : 0;
    for (int t = 0; t < Math.min(tokens.length, length + 1); t++) {
      rows.put(used + t, tokens[t]);
      if (t > 0 && (wholeText || document.trained().get(t))) {
        rows.count(used + t - 1);
      }
    }
  }

  /// Documents that were longer than a sequence and lost their end.
  public long cutDocuments() {
    return cut;
  }

  /// Sequences that are trained on.
  public int sequences() {
    return training.rows().count();
  }

  /// SHA-256 of all tokens and targets, little-endian, those held out last.
  public String digest() {
    MessageDigest digest = Sha256.begin();
    int[] row = new int[length];
    ByteBuffer bytes = ByteBuffer.allocate(4 * length).order(ByteOrder.LITTLE_ENDIAN);
    for (Packed part : List.of(training, heldOut)) {
      PackedRows rows = part.rows();
      for (int i = 0; i < rows.count(); i++) {
        rows.copyTokens(i, row, 0);
        bytes.asIntBuffer().put(row);
        digest.update(bytes.array());
      }
      for (int i = 0; i < rows.count(); i++) {
        rows.copyTargets(i, row, 0);
        bytes.asIntBuffer().put(row);
        digest.update(bytes.array());
      }
    }
    return Sha256.finish(digest);
  }

  @Override
  public Batch batch(long step, int part) {
    return batches.batch(step, part);
  }

  @Override
  public OptionalLong firstStep(List<Long> documents) {
    return batches.firstStep(documents);
  }

  @Override
  public Batches without(List<Long> documents, int padding) {
    return batches.without(documents, padding);
  }

  @Override
  public Batch heldOut(int index) {
    return batches.heldOut(index);
  }

  @Override
  public int heldOutBatches() {
    return batches.heldOutBatches();
  }
}
