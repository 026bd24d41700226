package dev.freehold.desk.work;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.RunState;
import dev.freehold.agent.workflow.RunEnd;
import dev.freehold.agent.workflow.Workflow;
import dev.freehold.agent.workflow.WorkflowException;
import dev.freehold.agent.workflow.WorkflowRunner;
import dev.freehold.chat.ChatException;
import dev.freehold.desk.ticket.Ticket;
import dev.freehold.desk.ticket.TicketException;
import dev.freehold.desk.ticket.TicketSource;
import dev.freehold.desk.ticket.TicketSource.Incoming;
import dev.freehold.tensor.Sha256;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Takes tickets in and goes on with their runs, round by round.
///
/// A ticket is one run of the workflow, named after the ticket's id: a ticket that comes twice, or
/// after a crash again, finds its run. A ticket is told to be taken after its run is written down.
public final class Desk {
  private static final int MOST_IN_A_ROUND = 100;
  private static final int MOST_RUNS = 100_000;

  /// How long a run that failed rests before it is tried again.
  private static final Duration REST = Duration.ofSeconds(30);

  private final Journal journal;
  private final WorkflowRunner runner;
  private final Workflow workflow;
  private final List<TicketSource> sources;
  private final Setting setting;

  /// How a desk works.
  ///
  /// @param atOnce runs that are worked on at the same time
  /// @param notices is told what a person should know
  public record Setting(int atOnce, InstantSource clock, Consumer<String> notices) {}

  /// What a round did.
  ///
  /// @param taken tickets that came in
  /// @param worked runs that were worked on
  /// @param failed of these, those that failed
  public record Round(int taken, int worked, int failed) {
    /// Whether there was nothing to do.
    public boolean isIdle() {
      return taken == 0 && worked == 0;
    }
  }

  public Desk(
      Journal journal,
      WorkflowRunner runner,
      Workflow workflow,
      List<TicketSource> sources,
      Setting setting) {
    this.journal = journal;
    this.runner = runner;
    this.workflow = workflow;
    this.sources = List.copyOf(sources);
    this.setting = setting;
  }

  /// The run of a ticket.
  public static String runOf(Ticket ticket) {
    return "t" + Sha256.of(ticket.id()).substring(0, 23);
  }

  /// Takes in what waits, and goes on with every run that can.
  public Round round() throws InterruptedException {
    int taken = 0;
    for (TicketSource source : sources) {
      taken += take(source);
    }
    List<RunHead> ready = ready();
    AtomicInteger failed = new AtomicInteger();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            setting.atOnce(), Thread.ofVirtual().name("desk-", 0).factory())) {
      List<Future<?>> all = new ArrayList<>();
      for (RunHead head : ready) {
        all.add(threads.submit(() -> goOn(head, failed)));
      }
      for (Future<?> one : all) {
        one.get();
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    }
    return new Round(taken, ready.size(), failed.get());
  }

  private int take(TicketSource source) {
    int taken = 0;
    try {
      for (Incoming incoming : source.poll(MOST_IN_A_ROUND)) {
        begin(incoming.ticket());
        incoming.taken();
        taken++;
      }
    } catch (TicketException failure) {
      setting.notices().accept(String.valueOf(failure.getMessage()));
    }
    return taken;
  }

  private void begin(Ticket ticket) {
    ObjectNode input = JsonNodeFactory.instance.objectNode();
    input.set("ticket", ticket.asJson());
    try {
      runner.begin(workflow, input, runOf(ticket)).close();
    } catch (JournalException there) {
      if (there.reason() != JournalException.Reason.EXISTS) {
        throw there;
      }
    }
  }

  /// The desk's runs that can go on: broken off, decided, due, or rested after a failure.
  private List<RunHead> ready() {
    Instant rested = setting.clock().instant().minus(REST);
    return journal.ready(WorkflowRunner.KIND, Optional.of(rested)).stream()
        .filter(head -> head.settings().path("workflow").asString("").equals(workflow.name()))
        .toList();
  }

  private void goOn(RunHead head, AtomicInteger failed) {
    try {
      RunEnd end = runner.resume(head.id());
      if (end.kind() == RunEnd.Kind.FAILED) {
        failed.incrementAndGet();
        setting.notices().accept("%s: %s".formatted(head.title(), end.text()));
      }
    } catch (ChatException | WorkflowException failure) {
      failed.incrementAndGet();
      setting.notices().accept("%s: %s".formatted(head.title(), failure.getMessage()));
    } catch (JournalException failure) {
      if (failure.reason() != JournalException.Reason.BUSY) {
        throw failure;
      }
    }
  }

  /// How many tickets are in which state.
  public Tally tally() {
    int done = 0;
    int waiting = 0;
    int failed = 0;
    int open = 0;
    for (RunHead head : journal.runs(MOST_RUNS)) {
      if (head.settings().path("workflow").asString("").equals(workflow.name())) {
        done += head.state() == RunState.DONE ? 1 : 0;
        waiting += head.state() == RunState.WAITING ? 1 : 0;
        failed += head.state() == RunState.FAILED ? 1 : 0;
        open += head.state() == RunState.OPEN ? 1 : 0;
      }
    }
    return new Tally(done, waiting, failed, open);
  }

  /// Tickets by their state.
  ///
  /// @param open worked on at this moment, or broken off
  public record Tally(int done, int waiting, int failed, int open) {}
}
