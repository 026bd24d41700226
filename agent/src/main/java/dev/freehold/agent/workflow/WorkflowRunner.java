package dev.freehold.agent.workflow;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.JournalException;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.journal.RunHead;
import dev.freehold.agent.journal.Waiting;
import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Begins runs of workflows and goes on with them.
///
/// A run keeps the text of the file that it was begun with and goes on by that, whatever becomes of
/// the file; a difference is told.
public final class WorkflowRunner {
  /// The kind of the runs that this goes on with; see [RunHead#kind].
  public static final String KIND = "workflow";

  private static final String OUTPUT = "=output";
  private static final int SHOWN_WAITS = 3;

  private final Journal journal;
  private final Function<Workflow, WorkflowParts> parts;
  private final InstantSource clock;
  private final WorkflowListener listener;

  /// @param parts what a workflow works with
  public WorkflowRunner(
      Journal journal,
      Function<Workflow, WorkflowParts> parts,
      InstantSource clock,
      WorkflowListener listener) {
    this.journal = journal;
    this.parts = parts;
    this.clock = clock;
    this.listener = listener;
  }

  /// Begins a run and works until it is done, or something has to come first.
  ///
  /// @param input an object; data
  /// @throws WorkflowException where the input or the parts are not what the workflow needs
  public RunEnd run(Workflow workflow, JsonNode input) {
    try (Begun begun = begin(workflow, input)) {
      return begun.work();
    }
  }

  /// A run that was written down and on which nothing was done.
  public final class Begun implements AutoCloseable {
    private final OpenRun run;
    private final Workflow workflow;

    private Begun(OpenRun run, Workflow workflow) {
      this.run = run;
      this.workflow = workflow;
    }

    public String id() {
      return run.id();
    }

    public RunEnd work() {
      return WorkflowRunner.this.work(run, workflow);
    }

    @Override
    public void close() {
      run.close();
    }
  }

  /// Writes a run down.
  ///
  /// @throws WorkflowException where the input or the parts are not what the workflow needs
  public Begun begin(Workflow workflow, JsonNode input) {
    return begin(workflow, input, Optional.empty());
  }

  /// Writes a run down under a name that is made of what it is for.
  ///
  /// @throws JournalException where there is such a run
  public Begun begin(Workflow workflow, JsonNode input, String id) {
    return begin(workflow, input, Optional.of(id));
  }

  private Begun begin(Workflow workflow, JsonNode input, Optional<String> id) {
    requireInput(workflow, input);
    parts.apply(workflow).requireFor(workflow);
    ObjectNode settings = JsonNodeFactory.instance.objectNode();
    settings.put("workflow", workflow.name()).put("file", workflow.file());
    settings.put("digest", workflow.digest()).put("text", workflow.text());
    settings.set("input", input);
    Scope scope = new Scope();
    scope.put(StepReader.INPUT, input);
    String title =
        workflow.parts().title().map(one -> one.fillText(scope)).orElse(workflow.description());
    NewRun run =
        new NewRun(KIND, workflow.name() + (title.isBlank() ? "" : ": " + title), settings);
    return new Begun(id.isPresent() ? journal.begin(run, id.get()) : journal.begin(run), workflow);
  }

  private static void requireInput(Workflow workflow, JsonNode input) {
    if (!input.isObject()) {
      throw new WorkflowException(
          "the input: expected a JSON object, found " + input.getNodeType());
    }
    for (String name : workflow.input()) {
      if (!input.has(name)) {
        throw new WorkflowException(
            "the input: \"%s\" is missing; %s needs: %s"
                .formatted(name, workflow.name(), String.join(", ", workflow.input())));
      }
    }
  }

  /// Goes on with a run.
  ///
  /// @param id of the run, or the beginning of it
  /// @throws JournalException where there is none, or another process works on it
  /// @throws WorkflowException where it is a run of something else
  public RunEnd resume(String id) {
    RunHead head = journal.head(id);
    if (!head.kind().equals(KIND)) {
      throw new WorkflowException(
          "run %s: is a run of kind \"%s\", no workflow".formatted(head.id(), head.kind()));
    }
    Workflow workflow = workflow(head);
    tellChanges(head, workflow);
    RunEnd end;
    RunContext context;
    try (OpenRun run = journal.resume(head.id())) {
      context = new RunContext(run, parts(workflow), clock, listener);
      end = work(context, workflow);
    }
    settle(context);
    return end;
  }

  /// The workflow that a run was begun with.
  static Workflow workflow(RunHead head) {
    String file = head.settings().path("file").asString("");
    Workflow workflow = Workflow.parse(head.settings().path("text").asString(""), file);
    if (!workflow.digest().equals(head.settings().path("digest").asString(""))) {
      throw new WorkflowException(
          "run %s: its workflow is not the one that was written down".formatted(head.id()));
    }
    return workflow;
  }

  private void tellChanges(RunHead head, Workflow workflow) {
    try {
      Path file = Path.of(workflow.file());
      if (!Files.isRegularFile(file)) {
        listener.note(
            "%s is gone; run %s goes on as it was begun"
                .formatted(Shown.text(workflow.file(), 300), head.id()));
      } else if (Files.size(file) > YamlText.MAX_CHARACTERS
          || !Sha256.of(Files.readAllBytes(file)).equals(workflow.digest())) {
        listener.note(
            "%s was changed since; run %s goes on as it was begun"
                .formatted(Shown.text(workflow.file(), 300), head.id()));
      }
    } catch (IOException | InvalidPathException unreadable) {
      listener.note(
          "%s cannot be read; run %s goes on as it was begun"
              .formatted(Shown.text(workflow.file(), 300), head.id()));
    }
  }

  private WorkflowParts parts(Workflow workflow) {
    WorkflowParts made = parts.apply(workflow);
    made.requireFor(workflow);
    return made;
  }

  private RunEnd work(OpenRun run, Workflow workflow) {
    RunContext context = new RunContext(run, parts(workflow), clock, listener);
    RunEnd end = work(context, workflow);
    run.close();
    settle(context);
    return end;
  }

  /// What is known not to have happened is done when the run is resumed, and nobody is asked. It is
  /// said after the run was let go of; who dies before is asked.
  private void settle(RunContext context) {
    for (String key : context.undone()) {
      try {
        journal.settle(context.run().id(), key, Optional.empty());
      } catch (JournalException taken) {
        listener.note(String.valueOf(taken.getMessage())); // the person will be asked
      }
    }
  }

  private RunEnd work(RunContext context, Workflow workflow) {
    OpenRun run = context.run();
    try {
      JsonNode output = output(context, workflow);
      run.done("");
      return new RunEnd(run.id(), RunEnd.Kind.DONE, "", output, Optional.empty(), List.of());
    } catch (Waiting waiting) {
      String what = awaited(context);
      run.suspend(what);
      return new RunEnd(
          run.id(),
          RunEnd.Kind.WAITS,
          what,
          JsonNodeFactory.instance.nullNode(),
          run.nextTime(),
          context.allAwaited());
    } catch (StepFailure | WorkflowException failure) {
      String why = String.valueOf(failure.getMessage());
      run.fail(why);
      return new RunEnd(
          run.id(),
          RunEnd.Kind.FAILED,
          why,
          JsonNodeFactory.instance.nullNode(),
          Optional.empty(),
          context.allAwaited());
    }
  }

  private static JsonNode output(RunContext context, Workflow workflow) {
    OpenRun run = context.run();
    Scope scope = new Scope();
    scope.put(StepReader.INPUT, run.head().settings().path("input"));
    ObjectNode about = JsonNodeFactory.instance.objectNode();
    about.put("id", run.id()).put("workflow", workflow.name());
    scope.put(StepReader.RUN, about);
    JsonNode last = new RunSteps(context).sequence(workflow.parts().steps(), scope, "");
    JsonNode output = workflow.parts().output().map(one -> one.fill(scope)).orElse(last);
    return run.note(OUTPUT, "output", () -> output);
  }

  private static String awaited(RunContext context) {
    List<RunEnd.Awaited> all = context.allAwaited();
    String some =
        String.join("; ", all.stream().limit(SHOWN_WAITS).map(RunEnd.Awaited::text).toList());
    return all.size() > SHOWN_WAITS
        ? "%s; and %d more".formatted(some, all.size() - SHOWN_WAITS)
        : some;
  }

  /// What a run came to; a missing node while it is not done.
  public static JsonNode output(Journal journal, String run) {
    return journal
        .step(run, OUTPUT)
        .map(step -> step.result())
        .orElse(JsonNodeFactory.instance.missingNode());
  }
}
