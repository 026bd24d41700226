package dev.freehold.cli;

import dev.freehold.chat.ChatException;
import dev.freehold.cli.exit.RehearsalReport;
import dev.freehold.cli.exit.Window;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.ModelPool;
import dev.freehold.engine.PoolOptions;
import dev.freehold.engine.Scheduling;
import dev.freehold.eval.task.RecordedRequest;
import dev.freehold.gateway.EngineUpstream;
import dev.freehold.gateway.cut.Cut;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.hub.FoundModel;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// `freehold exit rehearse`: cuts vendors off and tells what users noticed.
@Command(
    name = "rehearse",
    description = {
      "Cuts backends of a gateway off for a while, for all requests that it is asked, and tells"
          + " what users noticed beside as long before: who answered, failures, partial answers,"
          + " added latency, cost. \"freehold serve --gateway FILE\" must run on this machine as"
          + " this user.",
      "The cut ends at its time, with Ctrl-C, and within 10 seconds when this process is killed."
          + " Answers that are under way at a backend break off as they would without it.",
      "With --dry-run recorded requests are asked again, in this process: what is not cut off is"
          + " really asked and may cost money. The server notices nothing."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold exit rehearse --gateway gateway.yaml --cut openai --for 10m",
      "  freehold exit rehearse --gateway gateway.yaml --cut network --as silent --for 2m",
      "  freehold exit rehearse --gateway gateway.yaml --cut all --dry-run day.jsonl --limit 100",
      "  freehold exit rehearse --gateway gateway.yaml --cut all --dry-run ledger --since today"
    })
final class ExitRehearseCommand implements Callable<Integer> {
  private static final String OF_LEDGER = "ledger";
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})([smh])");
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final int MOST_NOTES = 5;
  private static final int MOST_REQUESTS = 100_000;

  private final Surroundings surroundings;

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      required = true,
      description = "The gateway's file, as serve has it.")
  private Path gateway = Path.of("");

  @Option(
      names = "--cut",
      paramLabel = "BACKEND",
      split = ",",
      required = true,
      description =
          "What is cut off: backends by name; all, which is every vendor; network, which is every"
              + " backend that is not on this machine.")
  private List<String> cut = List.of();

  @Option(
      names = "--for",
      paramLabel = "TIME",
      description = "How long, as 90s, 10m or 2h; 10m by default. At most 24h.")
  private String time = "10m";

  @Option(
      names = "--as",
      paramLabel = "MANNER",
      description =
          "How it fails: refused, at once, by default; or silent, after the time for the first"
              + " token, which is how networks often fail and what users notice more.")
  private Cut.Manner manner = Cut.Manner.REFUSED;

  @Option(
      names = "--dry-run",
      paramLabel = "FILE",
      description =
          "Ask recorded requests again: of a file, as \"usage export --requests\" writes it, or"
              + " with the word ledger those of the ledger.")
  private Optional<String> dryRun = Optional.empty();

  @Option(names = "--limit", paramLabel = "N", description = "Of a dry run, the first N requests.")
  private int limit = MOST_REQUESTS;

  @Option(
      names = "--together",
      paramLabel = "N",
      description = "Of a dry run, requests at once; 1 by default.")
  private int together = 1;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "Of a dry run, the model of this machine that is the last resort, as serve's first one.")
  private Optional<String> model = Optional.empty();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private UsageCommand.Span span = new UsageCommand.Span();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  ExitRehearseCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Set<String> backends;
    try (Networks networks = new Networks()) {
      backends = ExitRoutes.read(surroundings, gateway, networks, false).meant(cut);
    }
    if (limit < 1 || together < 1 || together > 256) {
      throw new CliException(
          Exit.USAGE, "--limit and --together: expected 1 and more", "At most 256 together.");
    }
    return dryRun.isPresent() ? dry(backends, dryRun.get()) : live(backends, duration());
  }

  private Duration duration() {
    Matcher matcher = TIME.matcher(time);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      Duration wanted =
          switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            default -> Duration.ofHours(count);
          };
      if (wanted.isPositive() && wanted.compareTo(LONGEST) <= 0) {
        return wanted;
      }
    }
    throw new CliException(
        Exit.USAGE,
        "--for: expected a time such as 90s, 10m or 2h, found \"%s\""
            .formatted(Failure.printable(time)),
        "At most 24h.");
  }

  private int live(Set<String> backends, Duration wanted) throws InterruptedException {
    LiveRehearsal rehearsal = new LiveRehearsal(surroundings, gateway);
    Object before = Signals.register("INT", rehearsal::stop);
    LiveRehearsal.Result result;
    try {
      result = rehearsal.run(backends, manner, wanted);
    } finally {
      Signals.unregister("INT", before);
    }
    Duration took = Duration.between(result.begun(), result.ended());
    RehearsalReport report =
        new RehearsalReport(
            "%d s before".formatted(took.toSeconds()),
            result.before(),
            "%d s without %s".formatted(took.toSeconds(), String.join(", ", backends)),
            result.during(),
            false);
    print(report, backends);
    return result.isWhole() ? Exit.OK.code() : Exit.FAILURE.code();
  }

  private void print(RehearsalReport report, Set<String> backends) {
    if (json) {
      ObjectNode told = report.json();
      backends.forEach(told.putArray("backends")::add);
      told.put("manner", manner.key()).put("dry", dryRun.isPresent());
      surroundings.out().println(told);
    } else {
      report.print(surroundings.out());
    }
  }

  private int dry(Set<String> backends, String source) throws InterruptedException {
    List<RecordedRequest> requests = requests(source);
    Window before = new Window();
    requests.forEach(request -> before.add(asOfLedger(request)));
    FoundModel usual = Models.findOrDefault(surroundings, model);
    MachineModels models =
        new MachineModels(surroundings, arithmetic, List.of(usual), usual, Optional.empty());
    try (ModelPool pool = new ModelPool(models, poolOptions())) {
      FreshSeeds engine = new FreshSeeds(pool, new SecureRandom());
      RoutesFile.OwnEngine own =
          new RoutesFile.OwnEngine(new EngineUpstream(RoutesFile.ENGINE, engine), usual.name());
      DryRehearsal rehearsal = new DryRehearsal(surroundings, gateway, own);
      Object old = Signals.register("INT", rehearsal::stop);
      try {
        Window without = rehearsal.run(requests, backends, manner, together);
        String name = "without " + String.join(", ", backends);
        print(new RehearsalReport("recorded", before, name, without, true), backends);
      } finally {
        Signals.unregister("INT", old);
      }
    } catch (ChatException failure) {
      throw new CliException(String.valueOf(failure.getMessage()), failure);
    }
    return Exit.OK.code();
  }

  private PoolOptions poolOptions() {
    EngineOptions engine =
        new EngineOptions(
            OptionalInt.empty(),
            EngineOptions.DEFAULT_STEP,
            0,
            surroundings.clock(),
            Scheduling.DEFAULT);
    return new PoolOptions(
        MachineMemory.availableBytes(),
        PoolOptions.DEFAULT_STATE_SHARE,
        PoolOptions.DEFAULT_KEEP_ALIVE,
        engine);
  }

  private List<RecordedRequest> requests(String source) {
    List<RecordedRequest> requests = new ArrayList<>();
    List<String> leftOut = new ArrayList<>();
    if (source.equals(OF_LEDGER)) {
      UsageQuery query = span.query(UsageQuery.By.DAY, surroundings);
      try (UsageReader reader = span.open(surroundings)) {
        reader.exchanges(
            query,
            line ->
                RecordedRequest.read(line, "the ledger", one -> add(requests, one), leftOut::add));
      }
    } else {
      RecordedRequest.read(Path.of(source), one -> add(requests, one), leftOut::add);
    }
    leftOut.stream()
        .limit(MOST_NOTES)
        .forEach(why -> surroundings.err().println("note: left out: " + Failure.printable(why)));
    if (leftOut.size() > MOST_NOTES) {
      surroundings.err().printf("note: %,d are left out together%n", leftOut.size());
    }
    if (requests.isEmpty()) {
      throw new CliException(
          Exit.FAILURE,
          "there is no recorded request to ask again",
          "Recording is switched on by record: true in the gateway's file.");
    }
    return requests;
  }

  private void add(List<RecordedRequest> requests, RecordedRequest one) {
    if (requests.size() < Math.min(limit, MOST_REQUESTS)) {
      requests.add(one);
    }
  }

  /// The recorded answer as a line of the ledger.
  private static ObjectNode asOfLedger(RecordedRequest request) {
    ObjectNode told = JsonNodeFactory.instance.objectNode();
    told.put("outcome", request.line().path("outcome").asString("ok"));
    told.put("backend", request.line().path("backend").asString("recorded"));
    told.put("model", request.line().path("model").asString(""));
    micros(told, "whole_micros", request.line().path("ms").asDouble(-1), 1e3);
    micros(told, "first_token_micros", request.line().path("first_ms").asDouble(-1), 1e3);
    micros(told, "cost_micros", request.line().at("/cost/amount").asDouble(-1), 1e6);
    told.put("currency", request.line().at("/cost/currency").asString(""));
    micros(told, "millijoules", request.line().at("/energy/joules").asDouble(-1), 1e3);
    return told;
  }

  private static void micros(ObjectNode told, String name, double value, double times) {
    if (value >= 0 && value < 1e12) {
      told.put(name, Math.round(value * times));
    }
  }
}
