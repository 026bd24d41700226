package dev.freehold.train.data;

import dev.freehold.train.TrainException;
import dev.freehold.train.data.corpus.ShardedCorpus;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batches;
import java.util.Arrays;

/// Documents of a corpus, one after the other in the order of a [Permutation], cut into sequences
/// of one length.
///
/// Sequence i holds the tokens from `i * length` on; the target of each is the token after it, that
/// of the next document included, so that nothing is padding and nothing is lost but the last few.
/// Where documents begin is kept for each 64th of them: the rest is counted off when it is needed.
public final class ShardSequences implements Sequences {
  private static final int MARK_EVERY = 64;

  private final ShardedCorpus corpus;
  private final Permutation order;
  private final long first;
  private final int length;
  private final long[] marks;
  private final long count;

  /// @param first number of the first of the documents that `order` is of
  private ShardSequences(ShardedCorpus corpus, Permutation order, long first, int length) {
    this.corpus = corpus;
    this.order = order;
    this.first = first;
    this.length = length;
    this.marks = new long[Math.toIntExact((order.size() + MARK_EVERY - 1) / MARK_EVERY)];
    long position = 0;
    for (long i = 0; i < order.size(); i++) {
      if (i % MARK_EVERY == 0) {
        marks[(int) (i / MARK_EVERY)] = position;
      }
      position += corpus.length(first + order.at(i));
    }
    this.count = (position - 1) / length;
  }

  /// The batches of a recipe: its last documents are held out, the others trained on.
  ///
  /// @throws TrainException where the corpus is too small
  public static Batches batches(ShardedCorpus corpus, Recipe recipe) {
    Recipe.Data data = recipe.data();
    Recipe.Shape shape = recipe.shape();
    long trained = corpus.documents() - data.heldOut();
    if (trained < 1) {
      throw new TrainException(
          "recipe: data.held_out: %d of the %d documents, so that none is left to train on"
              .formatted(data.heldOut(), corpus.documents()));
    }
    Permutation order = new Permutation(data.orderSeed(), trained);
    ShardSequences training = new ShardSequences(corpus, order, 0, shape.length());
    if (training.count() == 0) {
      throw new TrainException(
          "recipe: batch.length: a sequence needs %d tokens, %d documents have fewer"
              .formatted(shape.length() + 1, trained));
    }
    Sequences heldOut =
        data.heldOut() == 0
            ? new NoSequences()
            : new ShardSequences(
                corpus, new Permutation(data.orderSeed(), data.heldOut()), trained, shape.length());
    return new SequenceBatches(training, heldOut, shape);
  }

  /// Nothing is held out.
  private record NoSequences() implements Sequences {
    @Override
    public long count() {
      return 0;
    }

    @Override
    public void copy(long index, int[] tokens, int[] targets, int at) {
      throw new IndexOutOfBoundsException(index);
    }

    @Override
    public Place place(long document) {
      throw new IndexOutOfBoundsException(document);
    }
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public void copy(long index, int[] tokens, int[] targets, int at) {
    long from = index * length;
    int mark = Arrays.binarySearch(marks, from);
    mark = mark >= 0 ? mark : -mark - 2;
    long place = (long) mark * MARK_EVERY;
    long position = marks[mark];
    int[] stream = new int[length + 1];
    int filled = 0;
    while (filled <= length) {
      long document = first + order.at(place++);
      int size = corpus.length(document);
      long skipped = from + filled - position;
      if (skipped < size) {
        int taken = (int) Math.min(size - skipped, stream.length - filled);
        corpus.read(document, (int) skipped, taken, stream, filled);
        filled += taken;
      }
      position += size;
    }
    System.arraycopy(stream, 0, tokens, at, length);
    System.arraycopy(stream, 1, targets, at, length);
  }

  /// A document's first token is the target of the token before it, which is of another document.
  @Override
  public Place place(long document) {
    long place = order.placeOf(document - first);
    int mark = (int) (place / MARK_EVERY);
    long position = marks[mark];
    for (long i = (long) mark * MARK_EVERY; i < place; i++) {
      position += corpus.length(first + order.at(i));
    }
    long end = position + corpus.length(document);
    return new Place(position, end, Math.max(0, position - 1));
  }
}
