package dev.freehold.audit.licence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.audit.licence.RuleAnswer.Basis;
import dev.freehold.audit.subject.Document;
import dev.freehold.audit.subject.Span;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The rules give the answers of the table for every licence in it, with the words that say so.
class RuleTableTest {
  private final RuleBook book = RuleBook.load();
  private final LicenceReader reader = new LicenceReader(book);

  static List<String> ids() {
    return WrittenLicences.ids();
  }

  private static Document document(String text) {
    return new Document("LICENSE", text.getBytes(StandardCharsets.UTF_8));
  }

  private String expected(String id, RuleId rule) {
    return WrittenLicences.asks(id).getOrDefault(rule, book.rule(rule).mildest());
  }

  @ParameterizedTest
  @MethodSource("ids")
  void aTextIsRecognisedAndAnswersEveryRule(String id) {
    Reading reading = reader.read(document(WrittenLicences.text(id)), Reading.Role.LICENCE);
    assertThat(reading.recognised()).extracting(Licence::id).containsExactly(id);
    List<String> wrong = new ArrayList<>();
    for (RuleId rule : RuleId.values()) {
      String answer = reading.answer(rule).map(RuleAnswer::answer).orElse("none given");
      if (!answer.equals(expected(id, rule))) {
        wrong.add("%s: %s, expected %s".formatted(rule, answer, expected(id, rule)));
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("ids")
  void clausesAnswerWhereNobodyKnowsTheLicence(String id) {
    String text = "An agreement of nobody in particular.\n" + WrittenLicences.clauses(id);
    Reading reading = reader.read(document(text), Reading.Role.LICENCE);
    assertThat(reading.recognised()).isEmpty();
    for (Map.Entry<RuleId, String> ask : WrittenLicences.asks(id).entrySet()) {
      if (ask.getValue().equals("silent")) {
        continue;
      }
      Optional<RuleAnswer> answer = reading.answer(ask.getKey());
      assertThat(answer.map(RuleAnswer::answer)).as("%s", ask.getKey()).contains(ask.getValue());
      assertThat(answer.map(RuleAnswer::basis)).contains(Basis.TEXT);
    }
    for (RuleId rule : RuleId.values()) {
      boolean silent = !WrittenLicences.asks(id).containsKey(rule);
      boolean adverse =
          silent
              && reading
                  .answer(rule)
                  .map(RuleAnswer::answer)
                  .filter(book.rule(rule)::isAdverse)
                  .isPresent();
      assertThat(adverse).as("%s is asked by no clause", rule).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("ids")
  void quotationsStandInTheTextAtTheirOffsets(String id) {
    String text = "\u00e9\u4e2d\ud83d\ude00 " + WrittenLicences.text(id);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Document document = new Document("LICENSE", bytes);
    for (RuleAnswer answer : reader.read(document, Reading.Role.LICENCE).answers().values()) {
      for (Span span : answer.evidence()) {
        assertThat(span.sha256()).isEqualTo(document.sha256());
        String from =
            new String(
                bytes,
                (int) span.offset(),
                (int) (bytes.length - span.offset()),
                StandardCharsets.UTF_8);
        String quote = span.quote().replaceAll(" \\.\\.\\.$", "");
        assertThat(from.replaceAll("\\s+", " ")).startsWith(quote);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("ids")
  void caseAndLinesAndPunctuationMakeNoDifference(String id) {
    String text = WrittenLicences.text(id);
    String other =
        text.toUpperCase(Locale.ROOT)
            .replace(" ", " \r\n\t")
            .replace(",", " ;")
            .replace("'", "\u2019");
    Reading plain = reader.read(document(text), Reading.Role.LICENCE);
    Reading shaped = reader.read(document(other), Reading.Role.LICENCE);
    assertThat(shaped.recognised()).isEqualTo(plain.recognised());
    plain
        .answers()
        .forEach((rule, answer) ->
            assertThat(shaped.answer(rule).map(RuleAnswer::answer))
                .as("%s", rule)
                .contains(answer.answer()));
  }

  @Test
  void everyKnownLicenceThatIsNotOpenIsInTheTable() {
    List<String> variants = List.of("CC-BY-NC-SA-4.0", "CC-BY-NC-ND-4.0");
    List<String> missing = new ArrayList<>();
    for (Licence licence : book.licences()) {
      if (!licence.open() && !ids().contains(licence.id()) && !variants.contains(licence.id())) {
        missing.add(licence.id());
      }
    }
    assertThat(missing).isEmpty();
  }

  @Test
  void openLicencesTakeNothingBack() {
    List<RuleId> taking =
        List.of(
            RuleId.COMM,
            RuleId.MAU,
            RuleId.REV,
            RuleId.FIELD,
            RuleId.CHANGE,
            RuleId.REVOKE,
            RuleId.REMOTE,
            RuleId.LATEST,
            RuleId.GEO,
            RuleId.TRAIN,
            RuleId.OUT,
            RuleId.INDEM);
    for (Licence licence : book.licences()) {
      if (licence.open()) {
        assertThat(licence.facts().keySet()).as(licence.id()).doesNotContainAnyElementsOf(taking);
        assertThat(book.isOpenId(licence.id().replace("LicenseRef-", ""))).isTrue();
      }
    }
  }

  @Test
  void claimsAreKnownInAnyCase() {
    assertThat(book.claimed("APACHE-2.0").map(Licence::id)).contains("Apache-2.0");
    assertThat(book.claimed("openmdw-1.1").map(Licence::id)).contains("LicenseRef-OpenMDW-1.1");
    assertThat(book.isOpenId("openmdw-1.1")).isTrue();
    assertThat(book.isOpenId("llama3.1")).isFalse();
    assertThat(book.claimed("openrail")).isEmpty();
  }

  @Test
  void anAddedClauseMakesAnOpenTextAskMore() {
    String text = WrittenLicences.text("MIT") + "\nYou may use it for research purposes only.";
    Reading reading = reader.read(document(text), Reading.Role.LICENCE);
    assertThat(reading.recognised()).extracting(Licence::id).containsExactly("MIT");
    assertThat(reading.answer(RuleId.COMM).map(RuleAnswer::answer)).contains("no");
    String longer = text + " and so on".repeat(150);
    assertThat(reader.read(document(longer), Reading.Role.LICENCE).surplus()).isPositive();
  }

  @Test
  void hostileTextsAreReadInTimeThatGrowsWithTheirLength() {
    for (String word :
        List.of("you ", "not ", "policy ", "use ", "institute ", "annual revenue ")) {
      String text = word.repeat(Document.MOST_BYTES / word.length());
      long begin = System.nanoTime();
      reader.read(document(text), Reading.Role.LICENCE);
      assertThat(System.nanoTime() - begin).as("%s", word).isLessThan(60_000_000_000L);
    }
  }
}
