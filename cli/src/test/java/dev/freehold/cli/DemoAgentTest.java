package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.NewRun;
import dev.freehold.agent.journal.OpenRun;
import dev.freehold.agent.permission.Approver;
import dev.freehold.agent.permission.Permissions;
import dev.freehold.agent.permission.Rule;
import dev.freehold.agent.permission.Verdict;
import dev.freehold.agent.run.AgentParts;
import dev.freehold.agent.run.AgentRun;
import dev.freehold.agent.run.AgentSettings;
import dev.freehold.agent.run.Budget;
import dev.freehold.agent.run.Ending;
import dev.freehold.agent.run.Pricing;
import dev.freehold.agent.run.RunListener;
import dev.freehold.agent.run.Stop;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.Effect;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.agent.workspace.Change;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The demo model works as an agent on narrow tasks, with tools of the kind that it was trained on.
class DemoAgentTest {
  @TempDir private Path home;

  /// A tool over one file or folder of the workspace.
  private record FileTool(String name, String description, List<String> parameters, Work work)
      implements AgentTool {
    /// What it does with the file or folder that is named.
    interface Work {
      String on(Path place) throws IOException;
    }

    @Override
    public Tool definition() {
      ObjectNode schema = JsonNodeFactory.instance.objectNode().put("type", "object");
      ObjectNode all = schema.putObject("properties");
      parameters.forEach(parameter -> all.putObject(parameter).put("type", "string"));
      parameters.forEach(schema.putArray("required")::add);
      return new Tool(name, description, schema);
    }

    private Path place(JsonNode arguments, ToolContext context) {
      Path place = context.workspace();
      for (String parameter : parameters.reversed()) {
        place = place.resolve(arguments.path(parameter).asString("")).normalize();
      }
      if (!place.startsWith(context.workspace()) || !Files.exists(place)) {
        throw new ToolException("there is no such file or folder");
      }
      return place;
    }

    @Override
    public Effect effect(JsonNode arguments, ToolContext context) {
      String path = context.workspace().relativize(place(arguments, context)).toString();
      return new Effect(Effect.Reach.WORKSPACE, Effect.Subject.path(path), "");
    }

    @Override
    public ToolOutcome run(JsonNode arguments, ToolContext context) {
      try {
        return ToolOutcome.of(work.on(place(arguments, context)));
      } catch (IOException failure) {
        throw new ToolException("" + failure.getMessage(), failure);
      }
    }
  }

  private static final FileTool DELETE =
      new FileTool(
          "delete_file",
          "Deletes a file.",
          List.of("file"),
          place -> {
            Files.delete(place);
            return "{\"ok\": true}";
          });

  private static final FileTool LIST =
      new FileTool(
          "list_files",
          "Lists the files in a folder.",
          List.of("folder"),
          place -> {
            try (Stream<Path> files = Files.list(place)) {
              return "{\"files\": %d}".formatted(files.count());
            }
          });

  private static final FileTool READ =
      new FileTool(
          "read_file",
          "Reads a file in a folder.",
          List.of("file", "folder"),
          place -> "{\"lines\": %d}".formatted(Files.readAllLines(place).size()));

  /// What the model answers in the end, and what it changed.
  private record Done(String answer, List<String> changed) {}

  private Done run(String task, FileTool tool) {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(PrintStream.nullOutputStream()),
            new PrintStream(PrintStream.nullOutputStream()),
            Clock.systemUTC());
    Path place = home.resolve("w-" + tool.name());
    try (Journal journal =
            Journal.open(home.resolve("j.sqlite"), surroundings.clock(), new SplittableRandom());
        AgentModel model =
            new AgentModel(
                surroundings,
                Optional.of("demo"),
                Optional.empty(),
                OptionalInt.empty(),
                new ArithmeticOptions(),
                Optional.empty())) {
      AgentSettings settings =
          new AgentSettings(
                  "",
                  "",
                  List.of(tool.definition()),
                  model.form(),
                  model.context(),
                  OptionalInt.of(60),
                  Sampling.greedy())
              .forSmallModel();
      Workspace workspace =
          Workspace.create(
              place,
              new Workspace.Origin(home.resolve("source"), List.of(), path -> false),
              WorkspaceLimits.DEFAULT);
      AtomicInteger said = new AtomicInteger();
      try (OpenRun open = journal.begin(new NewRun(AgentRun.KIND, task, settings.asJson()))) {
        Ending ending =
            new AgentRun(
                    open,
                    settings,
                    new AgentParts(
                        model.backend(),
                        List.of(tool),
                        workspace,
                        new Permissions(List.of(new Rule(Verdict.ALLOW, "*", "*"))),
                        Approver.NOBODY,
                        Pricing.NONE),
                    Budget.DEFAULT,
                    RunListener.NONE,
                    new Stop())
                .work(() -> said.getAndIncrement() == 0 ? Optional.of(task) : Optional.empty());
        assertThat(ending.kind()).isEqualTo(Ending.Kind.ANSWERED);
        return new Done(ending.text(), workspace.changes().stream().map(Change::path).toList());
      }
    }
  }

  @Test
  void theDemoModelDoesThreeNarrowTasks() throws IOException {
    Path garden = Files.createDirectories(home.resolve("source/garden"));
    Files.writeString(garden.resolve("lamp.txt"), "a\nb\nc\n");
    Files.writeString(garden.resolve("key.md"), "k\n");
    Files.writeString(home.resolve("source/map.csv"), "m\n");
    Done deleted = run("Delete the file map.csv.", DELETE);
    assertThat(deleted.changed()).containsExactly("map.csv");
    assertThat(deleted.answer()).contains("map.csv");
    Done listed = run("Which files are in the folder garden?", LIST);
    assertThat(listed.answer()).contains("2").contains("garden");
    Done read = run("Read the file lamp.txt in the folder garden.", READ);
    assertThat(read.answer()).contains("3").contains("lamp.txt");
    assertThat(home.resolve("source/map.csv")).exists();
  }
}
