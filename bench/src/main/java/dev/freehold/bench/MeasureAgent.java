package dev.freehold.bench;

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
import dev.freehold.agent.run.Pricing;
import dev.freehold.agent.run.RunListener;
import dev.freehold.agent.run.Stop;
import dev.freehold.agent.tool.WriteTool;
import dev.freehold.agent.workspace.Workspace;
import dev.freehold.agent.workspace.WorkspaceLimits;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Usage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;

/// Measures what a turn of an agent takes besides the model and the tool: two steps in the journal,
/// each written before and after, and two looks at the workspace.
///
/// `MeasureAgent [FILES] [TURNS]`; fails where the median is above 20 ms.
public final class MeasureAgent {
  private static final double MOST_MILLIS = 20;
  private static final int FILES_IN_FOLDER = 20;
  private static final int WARM_UP = 20;

  private final List<Long> begins = new ArrayList<>();
  private final int turns;

  private MeasureAgent(int turns) {
    this.turns = turns;
  }

  public static void main(String... arguments) throws IOException {
    int files = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 200;
    int turns = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    Path folder = Files.createTempDirectory("measure-agent");
    try {
      double median = new MeasureAgent(turns).measure(folder, files);
      System.out.printf("%d files, %d turns: median %.1f ms a turn%n", files, turns, median);
      if (median > MOST_MILLIS) {
        System.out.printf("above %.0f ms%n", MOST_MILLIS);
        Runtime.getRuntime().exit(1);
      }
    } finally {
      Workspace.delete(folder);
    }
  }

  /// A model that writes a file in each turn, and tells when it was asked.
  private ChatBackend backend() {
    return (request, events, cancellation) -> {
      begins.add(System.nanoTime());
      int turn = begins.size();
      boolean isLast = turn > turns;
      if (isLast) {
        events.accept(new ChatEvent.TextDelta("done"));
      } else {
        events.accept(new ChatEvent.CallStarted(0, "c" + turn, "write"));
        events.accept(
            new ChatEvent.CallArguments(
                0,
                "{\"path\": \"d0/f%d\", \"content\": \"turn %d\"}"
                    .formatted(turn % FILES_IN_FOLDER, turn)));
      }
      events.accept(
          new ChatEvent.Finished(
              isLast ? FinishReason.END : FinishReason.TOOL_CALLS,
              new Usage(1, 0, 1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0)));
    };
  }

  private double measure(Path folder, int files) throws IOException {
    Path source = folder.resolve("source");
    for (int i = 0; i < files; i++) {
      Path place = source.resolve("d" + i / FILES_IN_FOLDER);
      Files.createDirectories(place);
      Files.writeString(place.resolve("f" + i % FILES_IN_FOLDER), "text " + i + "\n");
    }
    Workspace workspace =
        Workspace.create(
            folder.resolve("w"),
            new Workspace.Origin(source, List.of(), path -> false),
            WorkspaceLimits.DEFAULT);
    AgentSettings settings =
        new AgentSettings(
            "",
            "",
            List.of(),
            AgentSettings.CallForm.TOOLS,
            OptionalInt.empty(),
            OptionalInt.empty(),
            Sampling.greedy());
    AgentParts parts =
        new AgentParts(
            backend(),
            List.of(new WriteTool(path -> false)),
            workspace,
            new Permissions(List.of(new Rule(Verdict.ALLOW, "*", "*"))),
            Approver.NOBODY,
            Pricing.NONE);
    Budget budget =
        new Budget(OptionalLong.empty(), Optional.empty(), Optional.empty(), Integer.MAX_VALUE);
    AtomicBoolean isSaid = new AtomicBoolean();
    try (Journal journal =
            Journal.open(folder.resolve("j.sqlite"), Clock.systemUTC(), new SplittableRandom());
        OpenRun run = journal.begin(new NewRun(AgentRun.KIND, "t", settings.asJson()))) {
      new AgentRun(run, settings, parts, budget, RunListener.NONE, new Stop())
          .work(() -> isSaid.getAndSet(true) ? Optional.empty() : Optional.of("write"));
    }
    List<Double> millis = new ArrayList<>();
    for (int i = WARM_UP; i + 1 < begins.size(); i++) {
      millis.add((begins.get(i + 1) - begins.get(i)) / 1e6);
    }
    millis.sort(null);
    return millis.get(millis.size() / 2);
  }
}
