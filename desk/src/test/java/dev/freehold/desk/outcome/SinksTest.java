package dev.freehold.desk.outcome;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.desk.ticket.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Answers and cases as files.
class SinksTest {
  private static final Reply REPLY = new Reply("t1", "a@b.example", "s", "It is there.");

  @TempDir private Path folder = Path.of("unset");

  @Test
  void anAnswerIsWrittenOnce() throws IOException {
    FolderSink sink = new FolderSink(folder.resolve("out"));
    sink.send(REPLY, "k1");
    String first = Files.readString(folder.resolve("out/t1.json"));
    sink.send(REPLY, "k1");
    assertThat(folder.resolve("out/t1.json")).hasContent(first);
    assertThatThrownBy(() -> sink.send(REPLY, "k2"))
        .isInstanceOfSatisfying(
            ReplyException.class, failure -> assertThat(failure.isKnownUnsent()).isTrue())
        .hasMessageContaining("another answer");
    assertThat(folder.resolve("out").toFile().list()).containsExactly("t1.json");
  }

  @Test
  void casesAreAddedOnceAndHalfLinesGo() throws IOException {
    Path file = folder.resolve("cases/tickets.jsonl");
    CaseFile cases = new CaseFile(file);
    Ticket ticket = new Ticket("t1", "", "Invoice", "It is \"wrong\".");
    cases.sorted(ticket, "Which team?", List.of("billing", "other"), "billing");
    cases.sorted(ticket, "Which team?", List.of("billing", "other"), "other");
    Files.writeString(file, "{\"id\":\"t2-sor", StandardOpenOption.APPEND);
    cases.answered(ticket, "Draft an answer.", "We send a new one.");
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .contains("\"expected\":[\"billing\"]", "Answer with one of: billing, other.");
    assertThat(lines.getLast()).startsWith("{\"id\":\"t1-answers\",").contains("rubric");
  }
}
