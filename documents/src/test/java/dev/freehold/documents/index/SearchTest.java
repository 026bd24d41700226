package dev.freehold.documents.index;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.documents.SmallCorpus;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Questions find the passages that answer them, and those alone reach the threshold.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SearchTest {
  private Path home = Path.of("");
  private DocumentIndex index = new DocumentIndex(Path.of(""), SmallCorpus.LATER);

  @BeforeAll
  void read(@TempDir Path folder) {
    home = folder;
    index = new DocumentIndex(home.resolve("index"), SmallCorpus.LATER);
    UpdateReport report = SmallCorpus.update(index, SmallCorpus.write(home.resolve("documents")));
    assertThat(report.problems()).isEmpty();
    assertThat(report.read()).isEqualTo(5);
    assertThat(report.leftOut()).isEqualTo(1);
  }

  private List<FoundPassage> search(String question) {
    try (OpenIndex open = index.open()) {
      return open.search(question, Optional.empty(), 10, new Cancellation());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "How many days of paid leave do I have?|personal/leave.md|30 days",
        "when is a doctor's certificate needed|personal/leave.md|third day",
        "Wie lang ist die Kündigungsfrist?|personal/kuendigung.md|drei Monate",
        "kuendigungsfristen|personal/kuendigung.md|drei Monate",
        "An wie vielen Tagen darf ich zu Hause arbeiten?|personal/kuendigung.md|zwei Tagen",
        "Where is the toner?|printer.txt|room 214",
        "printers|printer.txt|Gutenberg",
        "To whom are outages reported?|network.html|4711",
        "wireless password for guests|network.html|Monday",
        "When is the canteen open?|canteen.pdf|11:30",
        "vegetarian dish|canteen.pdf|green leaf",
      })
  void theRightPassageComesFirst(String question, String path, String text) {
    FoundPassage first = search(question).getFirst();
    assertThat(first.path()).isEqualTo(path);
    assertThat(first.text()).contains(text);
    assertThat(RelevanceThreshold.DEFAULT.isReached(first.relevance()))
        .as("%s", first.relevance())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "What is the capital of Mongolia?",
    "Wer hat die Relativitätstheorie entdeckt?",
    "swordfish",
    "!?",
  })
  void whatTheDocumentsDoNotTellReachesNoThreshold(String question) {
    assertThat(search(question))
        .filteredOn(found -> RelevanceThreshold.DEFAULT.isReached(found.relevance()))
        .isEmpty();
  }

  @Test
  void aPassageSaysWhereItStands() {
    FoundPassage leave = search("paid leave in a calendar year").getFirst();
    assertThat(leave.headings()).containsExactly("Leave", "Holidays");
    assertThat(leave.where()).isEqualTo("personal/leave.md, Leave > Holidays");
    assertThat(leave.file()).exists();
    assertThat(leave.sha256()).hasSize(64);
    assertThat(leave.end() - leave.start()).isEqualTo(leave.text().length());
    FoundPassage dishes = search("vegetarian dishes").getFirst();
    assertThat(dishes.page()).isEqualTo(2);
    FoundPassage outages = search("outages extension").getFirst();
    assertThat(outages.headings()).containsExactly("Network", "Wireless", "Outages");
  }

  @Test
  void theOrderDoesNotDependOnHowTheIndexCameAbout() {
    DocumentIndex other = new DocumentIndex(home.resolve("other"), SmallCorpus.LATER);
    Path documents = SmallCorpus.write(home.resolve("again"));
    SmallCorpus.update(other, documents);
    for (String changed : List.of("printer.txt", "personal/leave.md")) {
      write(documents.resolve(changed), "guests and days and passwords");
      SmallCorpus.update(other);
    }
    SmallCorpus.write(documents);
    SmallCorpus.update(other, Optional.empty(), false);
    try (OpenIndex open = other.open()) {
      for (String question : List.of("guests", "days", "the password of the office")) {
        List<FoundPassage> here = open.search(question, Optional.empty(), 10, new Cancellation());
        assertThat(here)
            .extracting(FoundPassage::where, FoundPassage::text, FoundPassage::relevance)
            .containsExactlyElementsOf(
                search(question).stream()
                    .map(f ->
                        org.assertj.core.groups.Tuple.tuple(f.where(), f.text(), f.relevance()))
                    .toList());
      }
    }
  }

  private static void write(Path file, String text) {
    try {
      java.nio.file.Files.writeString(file, text);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
