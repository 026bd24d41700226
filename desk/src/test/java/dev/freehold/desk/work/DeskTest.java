package dev.freehold.desk.work;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workflow.WorkflowListener;
import dev.freehold.agent.workflow.WorkflowParts;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Part;
import dev.freehold.chat.TokenLogprob;
import dev.freehold.chat.Usage;
import dev.freehold.desk.demo.DemoDay;
import dev.freehold.desk.demo.ExampleFiles;
import dev.freehold.desk.demo.SyntheticTickets;
import dev.freehold.desk.outcome.CaseFile;
import dev.freehold.desk.outcome.FolderSink;
import dev.freehold.desk.outcome.Reply;
import dev.freehold.desk.outcome.ReplyException;
import dev.freehold.desk.outcome.ReplySink;
import dev.freehold.desk.ticket.FolderSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A day at the desk, with a model that a script plays.
class DeskTest {
  private static final int TICKETS = 25;

  @TempDir private Path folder = Path.of("unset");
  private final Map<String, Integer> sent = new ConcurrentHashMap<>();
  private final List<String> notices = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(11);
  private Instant now = Instant.parse("2026-05-01T08:00:00Z");
  private volatile boolean isVendorThere = true;
  private volatile int dieAfter = Integer.MAX_VALUE;

  /// The process ends here, as far as the desk is concerned.
  private static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// Sorts by a word of the text, and is gone at times.
  private final class Model implements ChatBackend {
    @Override
    public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
      if (!isVendorThere) {
        throw new ChatException(ChatException.Kind.UNAVAILABLE, "", "the vendor is gone");
      }
      String prompt =
          Part.text(((Input.Conversation) request.input()).messages().getLast().content());
      String word = prompt.contains("parcel") ? "delivery" : "billing";
      double probability = prompt.contains("invoice") || prompt.contains("parcel") ? 0.9 : 0.4;
      String line = prompt.lines().filter(l -> l.contains(") " + word)).findFirst().orElseThrow();
      TokenLogprob.Candidate chosen =
          new TokenLogprob.Candidate(-1, line.substring(0, 1), List.of(), Math.log(probability));
      TokenLogprob.Candidate other =
          new TokenLogprob.Candidate(
              -1, line.startsWith("C") ? "B" : "C", List.of(), Math.log(1 - probability));
      events.accept(new ChatEvent.AnswerLogprob(new TokenLogprob(chosen, List.of(chosen, other))));
      events.accept(new ChatEvent.TextDelta(line.substring(0, 1)));
      events.accept(
          new ChatEvent.Finished(
              FinishReason.END,
              new Usage(1, 0, 1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0)));
    }
  }

  /// Writes answers into a folder, fails at times, and dies when it is told to: before it has
  /// written, or after.
  private final class Post implements ReplySink {
    private final FolderSink sink = new FolderSink(folder.resolve("outbox"));

    @Override
    public void send(Reply reply, String key) {
      boolean isAfter;
      boolean isDying;
      boolean isFailing;
      synchronized (random) {
        isDying = --dieAfter <= 0;
        isAfter = random.nextBoolean();
        isFailing = random.nextInt(10) == 0;
      }
      if (isDying && !isAfter) {
        throw new Killed();
      }
      if (isFailing) {
        throw new ReplyException("the post is closed", random.nextBoolean());
      }
      sink.send(reply, key);
      sent.merge(reply.ticket(), 1, Integer::sum);
      if (isDying) {
        throw new Killed();
      }
    }
  }

  private static Workflow workflow() throws IOException {
    return Workflow.parse(ExampleFiles.workflow(), "workflow.yaml");
  }

  private Journal journal() {
    return Journal.open(folder.resolve("j.sqlite"), () -> now, new SplittableRandom(5));
  }

  private Desk desk(Journal journal, FolderSource inbox) throws IOException {
    WorkflowParts parts =
        WorkflowParts.of(new Model())
            .withActions(
                DeskActions.of(
                    question ->
                        new Drafter.Draft(
                            question.contains("parcel") ? "Two to three days. [1]" : "",
                            List.of(new Drafter.Source(1, "delivery.md", "two to three")),
                            ""),
                    new Post(),
                    true,
                    new CaseFile(folder.resolve("cases.jsonl"))));
    WorkflowRunner runner =
        new WorkflowRunner(journal, workflow -> parts, () -> now, WorkflowListener.NONE);
    return new Desk(
        journal, runner, workflow(), List.of(inbox), new Desk.Setting(1, () -> now, notices::add));
  }

  @Test
  void everyTicketIsAnsweredOnceThroughAnOutageAndRestarts() throws Exception {
    List<SyntheticTickets.Sample> samples = SyntheticTickets.of(TICKETS, 3);
    Deque<SyntheticTickets.Sample> still = new ArrayDeque<>(samples);
    FolderSource inbox = new FolderSource(folder.resolve("inbox"), notices::add);
    int restarts = 0;
    int rounds = 0;
    Journal journal = journal();
    Desk desk = desk(journal, inbox);
    while (desk.tally().done() < TICKETS && rounds < 400) {
      rounds++;
      for (int i = 0; i < 3 && !still.isEmpty(); i++) {
        inbox.put(still.poll().ticket());
      }
      isVendorThere = rounds % 20 > 5;
      dieAfter = rounds % 4 != 0 ? 1 + random.nextInt(2) : Integer.MAX_VALUE;
      try {
        desk.round();
        new DemoDay(journal, samples).decide();
      } catch (IllegalStateException killed) {
        assertThat(killed).hasCauseInstanceOf(Killed.class);
        restarts++;
        journal.close();
        journal = journal();
        desk = desk(journal, inbox);
      }
      now = now.plusSeconds(20);
      if (rounds == 10) {
        inbox.put(samples.getFirst().ticket()); // comes once more
      }
    }
    assertThat(desk.tally()).as("%s", notices).isEqualTo(new Desk.Tally(TICKETS, 0, 0, 0));
    journal.close();
    assertThat(restarts).isGreaterThan(3);
    assertThat(sent.keySet())
        .containsExactlyInAnyOrderElementsOf(
            samples.stream().map(sample -> sample.ticket().id()).toList());
    assertThat(folder.resolve("outbox").toFile().list()).hasSize(TICKETS);
    assertThat(Files.readAllLines(folder.resolve("cases.jsonl")))
        .as("what a person changed")
        .hasSizeGreaterThan(10)
        .doesNotHaveDuplicates();
  }
}
