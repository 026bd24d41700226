package dev.freehold.train.seedling;

import dev.freehold.train.TrainException;
import dev.freehold.train.data.DocumentSource;
import java.util.List;

/// The corpus of Seedling: documents without end, each a pure function of the seed and its index,
/// so that order and threads do not matter.
public final class SeedlingCorpus {
  /// What system turns say, where there is one.
  public static final String SYSTEM = "You are Seedling, a small model that runs inside Freehold.";

  /// The chat template, for the tokenizer's configuration.
  public static final String CHAT_TEMPLATE = ChatFormat.template();

  private static final long MIXING_STREAM = 0;

  /// A source and its weight among all documents.
  ///
  /// @param stream the number by which its random choices are its own
  record Share(int weight, long stream, Source source) {
    Document document(long seed, long index) {
      return source.document(new Draw(seed, stream, index));
    }
  }

  /// The fixed mixture: how many documents in a hundred come from which source.
  static final List<Share> MIXTURE = mixture();

  private final long seed;

  private SeedlingCorpus(long seed) {
    this.seed = seed;
  }

  /// The corpus that a seed makes.
  public static SeedlingCorpus of(long seed) {
    return new SeedlingCorpus(seed);
  }

  private static List<Share> mixture() {
    Skill add = new Arithmetic(Arithmetic.Operation.ADD, 2);
    Skill subtract = new Arithmetic(Arithmetic.Operation.SUBTRACT, 2);
    Skill addLong = new Arithmetic(Arithmetic.Operation.ADD, 3);
    Skill subtractLong = new Arithmetic(Arithmetic.Operation.SUBTRACT, 3);
    return List.of(
        new Share(48, 1, new StorySource()),
        new Share(11, 2, new SkillSource("arithmetic", 3, List.of(add, subtract))),
        new Share(4, 3, new SkillSource("three digits", 3, List.of(addLong, subtractLong))),
        new Share(3, 4, new SkillSource("comparing", 3, List.of(new Comparing()))),
        new Share(3, 5, new SkillSource("counting", 3, List.of(new Counting()))),
        new Share(4, 6, new SkillSource("copying", 3, List.of(new Copying()))),
        new Share(2, 7, new SkillSource("sorting", 2, List.of(new Sorting()))),
        new Share(2, 8, new SkillSource("dates", 3, List.of(new Dates()))),
        new Share(15, 9, new ToolSource()),
        new Share(2, 10, new SkillSource("json", 3, List.of(new JsonSkill()))),
        new Share(6, 11, new TalkSource()));
  }

  /// The documents as text.
  public DocumentSource texts() {
    return index -> document(index).render();
  }

  /// Document number `index`; fails with a [TrainException] when the index is negative.
  public Document document(long index) {
    if (index < 0) {
      throw new TrainException("document index: expected 0 or more, found " + index);
    }
    int chosen = new Draw(seed, MIXING_STREAM, index).below(100);
    for (Share share : MIXTURE) {
      chosen -= share.weight();
      if (chosen < 0) {
        return share.document(seed, index);
      }
    }
    throw new IllegalStateException("weights changed");
  }
}
