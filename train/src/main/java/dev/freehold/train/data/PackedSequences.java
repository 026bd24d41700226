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
import java.util.ArrayList;
import java.util.Arrays;
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
  private record Packed(int[] tokens, int[] targets, Places places, int sequences, int length)
      implements Sequences {
    @Override
    public long count() {
      return sequences;
    }

    @Override
    public void copy(long index, int[] toTokens, int[] toTargets, int at) {
      System.arraycopy(tokens, (int) index * length, toTokens, at, length);
      System.arraycopy(targets, (int) index * length, toTargets, at, length);
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
                new int[0], new int[0], new Places(order, 0, new int[0], new int[0]), 0, length)
            : pack(
                source,
                tokenizer,
                new Permutation(plan.orderSeed(), plan.heldOut()),
                plan.documents(),
                false,
                plan.padding());
    this.batches = new SequenceBatches(training, heldOut, shape);
  }

  private Packed pack(
      DocumentSource source,
      Tokenizer tokenizer,
      Permutation order,
      long first,
      boolean wholeText,
      int padding) {
    int count = (int) order.size();
    List<int[]> tokens = new ArrayList<>();
    List<int[]> targets = new ArrayList<>();
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
          int[] document = chunk[i].tokens();
          int taken = Math.min(document.length, length);
          cut += document.length > length ? 1 : 0;
          if (taken > length - used) {
            int[] row = new int[length];
            Arrays.fill(row, padding);
            tokens.add(row);
            int[] none = new int[length];
            Arrays.fill(none, Sequences.NOT_COUNTED);
            targets.add(none);
            used = 0;
          }
          System.arraycopy(document, 0, tokens.getLast(), used, taken);
          for (int t = 0; t < taken && t + 1 < document.length; t++) {
            targets.getLast()[used + t] =
                wholeText || chunk[i].trained().get(t + 1)
                    ? document[t + 1]
                    : Sequences.NOT_COUNTED;
          }
          places.begins()[base + i] = (tokens.size() - 1) * length + used;
          used += taken;
          places.ends()[base + i] = (tokens.size() - 1) * length + used;
        }
      }
    }
    return new Packed(flat(tokens), flat(targets), places, tokens.size(), length);
  }

  private int[] flat(List<int[]> rows) {
    int[] all = new int[Math.multiplyExact(rows.size(), length)];
    for (int i = 0; i < rows.size(); i++) {
      System.arraycopy(rows.get(i), 0, all, i * length, length);
    }
    return all;
  }

  /// Documents that were longer than a sequence and lost their end.
  public long cutDocuments() {
    return cut;
  }

  /// Sequences that are trained on.
  public int sequences() {
    return training.sequences();
  }

  /// SHA-256 of all tokens and targets, little-endian, those held out last.
  public String digest() {
    MessageDigest digest = Sha256.begin();
    for (int[] part :
        List.of(training.tokens(), training.targets(), heldOut.tokens(), heldOut.targets())) {
      ByteBuffer bytes = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);
      for (int from = 0; from < part.length; from += bytes.capacity() / 4) {
        int count = Math.min(bytes.capacity() / 4, part.length - from);
        bytes.clear().asIntBuffer().put(part, from, count);
        digest.update(bytes.limit(4 * count));
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
