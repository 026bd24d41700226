package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.Step;
import dev.freehold.agent.journal.StepKind;
import dev.freehold.agent.record.Difference;
import dev.freehold.agent.record.RecordException;
import dev.freehold.agent.record.RecordedRun;
import dev.freehold.agent.record.Rerun;
import dev.freehold.agent.record.RerunReport;
import dev.freehold.agent.record.RunFile;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.Answer;
import dev.freehold.agent.run.RunListener;
import dev.freehold.chat.Message;
import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// `freehold verify RECORD`: does an agent's run again, with the model asked for every answer and
/// tools, approvals and messages taken from the record.
///
/// @param named the model to ask; where nobody names one, the one that the run asked
record RunRecordVerification(Surroundings surroundings, Path file, Optional<String> named) {
  Integer verify(boolean json) {
    RecordedRun record = record();
    JsonNode asked = record.head().settings().path("asked");
    AgentSettings settings = AgentSettings.of(record.head().settings());
    Optional<Computation> computed = Computation.of(record.head().settings());
    requireOneWay(record);
    LedgerPlaces.useSqlite(surroundings);
    RerunReport report;
    Path scratch = scratch();
    try (AgentModel model =
            new AgentModel(
                surroundings,
                model(asked, computed),
                text(asked, "gateway").map(Path::of),
                settings.contextTokens(),
                computed.map(Computation::options).orElseGet(ArithmeticOptions::new),
                Optional.of(computed.flatMap(Computation::time).orElseGet(() -> begun(record))));
        Journal journal =
            Journal.open(scratch.resolve("run.sqlite"), surroundings.clock(), new SecureRandom())) {
      surroundings.err().println("model: " + Failure.printable(model.told()));
      tellDifferences(computed, model);
      report = Rerun.of(record, model.backend(), journal, new Told(surroundings.err()));
    } finally {
      delete(scratch);
    }
    if (json) {
      print(record, report);
    }
    report.difference().ifPresent(RunRecordVerification::fail);
    if (!json) {
      surroundings
          .out()
          .printf(
              "equal: %d answers computed again, %d steps taken from the record%s%n",
              report.same(),
              report.fromRecord(),
              report.stopped() == 0
                  ? ""
                  : ", %d answers that were stopped not asked for".formatted(report.stopped()));
      surroundings.out().printf("record      sha256:%s%n", record.digest());
    }
    return Exit.OK.code();
  }

  /// The time that chat templates are told where the record does not say.
  private LocalDateTime begun(RecordedRun record) {
    return LocalDateTime.ofInstant(record.head().created(), surroundings.clock().getZone());
  }

  /// The model as the run named it, or by its name on the machine that computed, where only that is
  /// known here.
  private Optional<String> model(JsonNode asked, Optional<Computation> computed) {
    Optional<String> said = named.or(() -> text(asked, "model"));
    if (computed.isEmpty() || named.isPresent()) {
      return said;
    }
    try {
      FoundModel unused = Models.find(surroundings, said.orElse(computed.get().model()));
      return said.or(() -> computed.map(Computation::model));
    } catch (HubException | CliException notHere) {
      return computed.map(Computation::model);
    }
  }

  /// Refuses a run that was gone on with in another way: its answers are of two computations.
  private void requireOneWay(RecordedRun record) {
    for (Step step : record.steps()) {
      if (step.call().kind() == StepKind.NOTE && step.call().name().equals(Computation.MEMBER)) {
        Optional<Computation> before = Computation.of(record.head().settings());
        Optional<Computation> after = Computation.of(step.result());
        List<String> differences =
            before.isPresent() && after.isPresent()
                ? before.get().differences(after.get())
                : List.of("another model");
        throw new CliException(
            Exit.FAILURE,
            "step %d: from there on the run was computed otherwise: %s"
                .formatted(step.position(), String.join("; ", differences)),
            "Answers of a run can be computed again where all were computed in one way.");
      }
    }
  }

  /// Says what is not as the record says, or that it says nothing.
  private void tellDifferences(Optional<Computation> computed, AgentModel model) {
    Optional<Computation> here = model.computation();
    if (here.isEmpty()) {
      return;
    }
    List<String> notes = new ArrayList<>();
    if (computed.isEmpty()) {
      notes.add("the record does not say with which options it was computed; the usual are taken");
    } else {
      notes.addAll(computed.get().differences(here.get()));
      computed
          .get()
          .difference(surroundings, Models.find(surroundings, here.get().model()))
          .ifPresent(first ->
              notes.add(
                  "%s is %s, the record says %s"
                      .formatted(
                          first.claim(), first.found(), Failure.printable(first.claimed()))));
    }
    notes.forEach(note -> surroundings.err().println("note: " + note));
  }

  private RecordedRun record() {
    try {
      return RunFile.read(file);
    } catch (RecordException wrong) {
      throw new CliException(
          Exit.FAILURE,
          String.valueOf(wrong.getMessage()),
          "\"freehold agent export\" writes such a file.");
    }
  }

  private static void fail(Difference first) {
    throw new CliException(
        Exit.FAILURE,
        "step %d, %s: the record has \"%s\", and now it is \"%s\""
            .formatted(first.step(), first.field(), first.recorded(), first.computed()),
        "The model is another one, is not computed here, or the record is not what happened.");
  }

  private void print(RecordedRun record, RerunReport report) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("record", "sha256:" + record.digest());
        printer.field("run", record.head().id());
        printer.field("answers", report.answers());
        printer.field("equal", report.same());
        printer.field("from_record", report.fromRecord());
        printer.field("stopped", report.stopped());
        report
            .difference()
            .ifPresent(first -> {
              printer.field("step", first.step());
              printer.field("field", first.field());
              printer.field("recorded", first.recorded());
              printer.field("computed", first.computed());
            });
      });
    }
  }

  private static Optional<String> text(JsonNode json, String name) {
    return json.has(name) ? Optional.of(json.path(name).asString("")) : Optional.empty();
  }

  private static Path scratch() {
    try {
      return Files.createTempDirectory("freehold-verify");
    } catch (IOException failure) {
      throw new CliException("no temporary folder can be made: " + failure, failure);
    }
  }

  private static void delete(Path folder) {
    try {
      RunVerification.delete(folder);
    } catch (IOException failure) {
      throw new CliException("%s: cannot be deleted: %s".formatted(folder, failure), failure);
    }
  }

  /// Tells how far it is.
  private static final class Told implements RunListener {
    private final PrintStream err;
    private int answers;

    Told(PrintStream err) {
      this.err = err;
    }

    @Override
    public void answered(Message.Assistant answer, Answer details, boolean isReplayed) {
      err.printf("answer %d is computed%n", ++answers);
    }
  }
}
