package dev.freehold.train.seedling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.train.TrainException;
import dev.freehold.train.data.TextDocument;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// The corpus as a whole: the same on every machine, plain in form, and free of what tests ask.
class SeedlingCorpusTest {
  private static final long SEED = 1;
  private static final int SAMPLE = 20_000;

  /// What the data card promises.
  private static final int MOST_CHARACTERS = 1800;

  private static final Pattern NUMBER = Pattern.compile("[0-9]+");
  private static final Pattern RESULT =
      Pattern.compile("(?:The answer is [0-9]+|So [0-9]+ is [a-z]+)\\.$");

  /// First 16 hexadecimal digits of the SHA-256 of each source's first 1,000 documents.
  private static final Map<Long, String> HASHES =
      Map.ofEntries(
          Map.entry(1L, "0cf2b870c2203cf7"),
          Map.entry(2L, "0b0a0356e8356ec4"),
          Map.entry(3L, "85127619c4aa5905"),
          Map.entry(4L, "ab320f40b01aeb4f"),
          Map.entry(5L, "d92a901d879440a6"),
          Map.entry(6L, "f90473331876d06a"),
          Map.entry(7L, "53e87265fc754f58"),
          Map.entry(8L, "070c5a3538d5eada"),
          Map.entry(9L, "1861c3ee800ec68d"),
          Map.entry(10L, "dce5d1413c392e7e"),
          Map.entry(11L, "83f46736881f83ff"));

  private static String hash(LongStream indices, LongFunction<String> texts)
      throws NoSuchAlgorithmException {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    indices.forEach(i -> {
      digest.update(texts.apply(i).getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    });
    return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
  }

  @Test
  void everySourceWritesTheSameDocumentsAsEver() throws NoSuchAlgorithmException {
    Map<Long, String> found = new TreeMap<>();
    for (SeedlingCorpus.Share share : SeedlingCorpus.MIXTURE) {
      String hash =
          hash(
              LongStream.range(0, 1000),
              i -> {
                TextDocument rendered = share.document(SEED, i).render();
                return rendered.text() + rendered.trained();
              });
      found.put(share.stream(), hash);
    }
    assertThat(found).isEqualTo(new TreeMap<>(HASHES));
  }

  @Test
  void orderAndThreadsDoNotMatter() {
    SeedlingCorpus corpus = SeedlingCorpus.of(SEED);
    List<Document> forward = LongStream.range(0, 300).mapToObj(corpus::document).toList();
    List<Document> parallel =
        LongStream.range(0, 300).parallel().mapToObj(SeedlingCorpus.of(SEED)::document).toList();
    assertThat(parallel).isEqualTo(forward);
    for (int i = 299; i >= 0; i--) {
      assertThat(corpus.document(i)).isEqualTo(forward.get(i));
    }
  }

  @Test
  void anotherSeedMakesOtherDocuments() {
    SeedlingCorpus corpus = SeedlingCorpus.of(SEED);
    SeedlingCorpus other = SeedlingCorpus.of(SEED + 1);
    long same =
        LongStream.range(0, 300)
            .filter(i -> corpus.document(i).render().equals(other.document(i).render()))
            .count();
    assertThat(same).isLessThan(10);
  }

  @Test
  void theMixtureIsWholeAndTheIndexChecked() {
    assertThat(SeedlingCorpus.MIXTURE.stream().mapToInt(SeedlingCorpus.Share::weight).sum())
        .isEqualTo(100);
    assertThat(SeedlingCorpus.MIXTURE.stream().map(SeedlingCorpus.Share::stream).distinct())
        .hasSameSizeAs(SeedlingCorpus.MIXTURE);
    assertThatThrownBy(() -> SeedlingCorpus.of(SEED).document(-1))
        .isInstanceOf(TrainException.class)
        .hasMessageContaining("found -1");
    assertThat(SeedlingCorpus.of(Long.MIN_VALUE).document((1L << 47) - 1)).isNotNull();
    assertThatThrownBy(() -> SeedlingCorpus.of(SEED).document(1L << 47))
        .isInstanceOf(TrainException.class);
  }

  @Test
  void documentsArePlainShortAndMixed() {
    SeedlingCorpus corpus = SeedlingCorpus.of(SEED);
    Map<String, long[]> counts = new TreeMap<>();
    for (long i = 0; i < SAMPLE; i++) {
      Document document = corpus.document(i);
      TextDocument rendered = document.render();
      String text = rendered.text();
      assertThat(text.length()).as("document %d", i).isBetween(20, MOST_CHARACTERS);
      assertThat(text.chars().allMatch(c -> c == '\n' || (c >= ' ' && c <= '~')))
          .as("document %d is ASCII: %s", i, text)
          .isTrue();
      assertThat(text)
          .doesNotContain("{person}", "{thing}", "  ", " ,", "null")
          .doesNotContainPattern(" [.?!]( |$)");
      int end = 0;
      long trained = 0;
      for (TextDocument.Span span : rendered.trained()) {
        assertThat(span.start()).isGreaterThanOrEqualTo(end).isLessThan(span.end());
        end = span.end();
        trained += span.end() - span.start();
        if (document instanceof Document.Chat) {
          assertThat(text.substring(0, span.start())).endsWith("<|im_start|>assistant\n");
          assertThat(text.substring(0, span.end())).endsWith(ChatFormat.END);
        }
      }
      assertThat(end).isBetween(1, text.length());
      long[] count = counts.computeIfAbsent(document.source(), s -> new long[3]);
      count[0]++;
      count[1] += text.length();
      count[2] += trained;
    }
    System.out.printf("Seedling's mixture in %d documents:%n", SAMPLE);
    counts.forEach((source, count) ->
        System.out.printf(
            "%-14s %6d documents, %8d characters, of these trained on %8d%n",
            source, count[0], count[1], count[2]));
    assertThat(counts).hasSize(SeedlingCorpus.MIXTURE.size());
    assertThat(counts.values()).allMatch(count -> count[0] > SAMPLE / 100);
  }

  @Test
  void trainingNeverHoldsWhatTestsAsk() {
    Set<String> asked = new HashSet<>();
    for (Task task : Task.values()) {
      for (TestItem item : SeedlingTests.items(task)) {
        String question = item.prompt().messages().getFirst().content();
        switch (task) {
          case STORY_ONE_HOP, STORY_TWO_HOP, TOOL_CALLS -> asked.add(item.expected());
          case ADDITION, SUBTRACTION, THREE_DIGIT, COMPARING -> {
            asked.add(question);
            asked.add(numbers(question, item.expected()));
          }
          case COUNTING, SORTING, COPYING, DATES -> asked.add(question);
        }
      }
    }
    World.PEOPLE.stream().filter(Person::reserved).forEach(p -> asked.add(p.name()));
    SeedlingCorpus corpus = SeedlingCorpus.of(SEED);
    for (long i = 0; i < SAMPLE; i++) {
      Document document = corpus.document(i);
      Set<String> held = new HashSet<>(List.of(document.render().text().split("[^A-Za-z]+", -1)));
      if (document instanceof Document.Chat chat) {
        String before = "";
        for (Message message : chat.messages()) {
          held.add(message.content());
          message.toolCalls().forEach(call -> held.add(ChatFormat.toolCall(call)));
          held.add(numbers(before, message.content()));
          before = message.content();
        }
      }
      held.retainAll(asked);
      assertThat(held).as("document %d", i).isEmpty();
    }
  }

  /// The two numbers of a question, whatever their order, and what the answer says.
  private static String numbers(String question, String answer) {
    List<String> asked =
        new ArrayList<>(NUMBER.matcher(question).results().map(MatchResult::group).toList());
    Matcher result = RESULT.matcher(answer);
    Collections.sort(asked);
    return asked.size() == 2 && result.find() ? asked + ": " + result.group() : "no numbers";
  }

  @Test
  void noSentenceOfATrainingStoryJoinsAReservedPair() {
    int joined = 0;
    for (int i = 0; i < SAMPLE / 4; i++) {
      for (String sentence : Story.draw(new Draw(SEED, 1, i), Side.TRAINING).sentences()) {
        for (String person : Scorer.Mentions.of(Entity.PERSON, sentence)) {
          if (!isWordOfTime(person) && !isScenery(sentence)) {
            assertThat(HeldOut.isReserved(HeldOut.Kind.NAME, person)).as(sentence).isFalse();
            joined += check(sentence, person, HeldOut.Kind.PERSON_PLACE, Entity.PLACE);
            joined += check(sentence, person, HeldOut.Kind.PERSON_THING, Entity.THING);
            joined += check(sentence, person, HeldOut.Kind.PERSON_JOB, Entity.JOB);
            joined += check(sentence, person, HeldOut.Kind.PERSON_FOOD, Entity.FOOD);
          }
        }
      }
    }
    assertThat(joined).isGreaterThan(SAMPLE / 4);
  }

  private static boolean isScenery(String sentence) {
    return Scenery.MOODS.contains(sentence) || Scenery.WEEKS.contains(sentence);
  }

  private static boolean isWordOfTime(String word) {
    return Set.of("Then", "After", "Soon", "Before", "At", "A", "Early", "Everyone").contains(word);
  }

  private static int check(String sentence, String person, HeldOut.Kind kind, Entity entity) {
    Set<String> others = Scorer.Mentions.of(entity, sentence);
    for (String other : others) {
      assertThat(HeldOut.isReserved(kind, person, other)).as(sentence).isFalse();
    }
    return others.size();
  }
}
