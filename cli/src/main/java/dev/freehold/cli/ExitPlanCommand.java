package dev.freehold.cli;

import dev.freehold.cli.exit.DescribedMachine;
import dev.freehold.cli.exit.LocalModelFacts;
import dev.freehold.cli.exit.LocalPast;
import dev.freehold.cli.exit.Plan;
import dev.freehold.cli.exit.PlanReport;
import dev.freehold.cli.exit.RouteUse;
import dev.freehold.cli.exit.Speeds;
import dev.freehold.engine.MachineMemory;
import dev.freehold.gateway.energy.EstimatedCounter;
import dev.freehold.gateway.ledger.PriceFile;
import dev.freehold.gateway.ledger.UsageQuery;
import dev.freehold.gateway.ledger.UsageReader;
import dev.freehold.gateway.route.Route;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.route.Target;
import dev.freehold.gateway.upstream.Networks;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `freehold exit plan`: what depends on which vendor, and what would take its place.
@Command(
    name = "plan",
    description = {
      "Tells for each route of a gateway which vendors it depends on, what it took of them by the"
          + " ledger, when their models end, and which models of this machine could take it: what"
          + " they lack, and what it would cost in time, energy and money.",
      "Speeds are of earlier answers in the ledger, else of a measurement of some seconds, or with"
          + " --machine at most what its numbers allow: prompts int8-rate / operations of a token,"
          + " answers memory-bandwidth / bytes that a token reads. Nobody is asked anything without"
          + " --ask."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold exit plan --gateway gateway.yaml",
      "  freehold exit plan --gateway gateway.yaml --since 7d --model qwen3-4b --per-kwh 0.30",
      "  freehold exit plan --gateway gateway.yaml --machine server.yaml --ask --json"
    })
final class ExitPlanCommand implements Callable<Integer> {
  private static final String ENGINE = RoutesFile.ENGINE;
  private static final double SECONDS_A_DAY = 86_400;

  private final Surroundings surroundings;

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      required = true,
      description = "The gateway's file, as serve has it.")
  private Path gateway = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "Models of this machine to look at, may be given again; all by default.")
  private List<String> models = List.of();

  @Option(
      names = "--machine",
      paramLabel = "FILE",
      description =
          "Speeds of the machine that this YAML file describes: name, cores, memory-bandwidth"
              + " (GB/s), int8-rate (10^12 operations a second), watts, memory (GB).")
  private Optional<Path> machine = Optional.empty();

  @Option(
      names = "--per-kwh",
      paramLabel = "PRICE",
      description = "What a kilowatt-hour costs; energy.per_kwh of prices.yaml by default.")
  private Optional<Double> perKilowattHour = Optional.empty();

  @Option(
      names = "--no-measure",
      description = "Measure nothing: without answers in the ledger speeds are unknown.")
  private boolean isUnmeasured;

  @Option(
      names = "--ask",
      description = "Ask vendors for their lists of models, which may tell their ends.")
  private boolean isAsked;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Mixin private UsageCommand.Span span = new UsageCommand.Span();
  @Mixin private EvalFolder folder = new EvalFolder();
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  /// What the ledger tells.
  ///
  /// @param first when the first request came; empty where there is none
  private record Used(
      SortedMap<String, RouteUse> routes, Map<String, LocalPast> pasts, List<Instant> first) {}

  ExitPlanCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Optional<DescribedMachine> described = machine.map(MachineFile::read);
    PriceFile.Content terms = LedgerPlaces.readPrices(surroundings);
    try (Networks networks = new Networks()) {
      ExitRoutes routes = ExitRoutes.read(surroundings, gateway, networks, isAsked);
      UsageQuery query = span.query(UsageQuery.By.ROUTE, surroundings);
      Used used = used(query);
      List<Plan.RoutePlan> plans = plans(routes, used, described, terms);
      String told =
          described
              .map(
                  one -> "at most what %s allows, with %d cores".formatted(one.name(), one.cores()))
              .orElse("of this machine");
      PlanReport report = new PlanReport(new Plan(days(query, used), told, power(terms), plans));
      if (json) {
        surroundings.out().println(report.json());
      } else {
        report.print(surroundings.out());
      }
    }
    return Exit.OK.code();
  }

  /// Of the time that was asked for, what the ledger can know of: from its first request on.
  private static double days(UsageQuery query, Used used) {
    Instant since = used.first().isEmpty() ? query.since() : used.first().getFirst();
    return Math.max(1, Duration.between(since, query.until()).toSeconds()) / SECONDS_A_DAY;
  }

  private Optional<Plan.Power> power(PriceFile.Content terms) {
    String currency = terms.prices().currency();
    return perKilowattHour
        .map(price -> new Plan.Power(price, currency))
        .or(() ->
            terms
                .prices()
                .energy()
                .map(price ->
                    new Plan.Power(price.perKilowattHour().doubleValue(), price.currency())));
  }

  private Used used(UsageQuery query) {
    Used used = new Used(new TreeMap<>(), new HashMap<>(), new ArrayList<>());
    if (!span.isThere(surroundings)) {
      surroundings.err().println("note: there is no ledger, so nothing is known of use");
      return used;
    }
    try (UsageReader reader = span.open(surroundings)) {
      reader.requests(query, line -> add(used, line));
      reader.exchanges(query, line -> use(used, line).addRecorded(line));
    }
    return used;
  }

  private static RouteUse use(Used used, JsonNode line) {
    String route = line.path("route").asString("");
    return used.routes().computeIfAbsent(route, any -> new RouteUse());
  }

  private static void add(Used used, JsonNode line) {
    use(used, line).add(line);
    if (used.first().isEmpty()) {
      used.first().add(Instant.parse(line.path("time").asString("")));
    }
    boolean isOwn =
        line.path("backend").asString("").equals(ENGINE)
            && line.path("outcome").asString("").equals("ok");
    if (isOwn) {
      used.pasts()
          .computeIfAbsent(line.path("model").asString(""), any -> new LocalPast())
          .add(line);
    }
  }

  /// Of the routes of the file, and of those that it had before, where a vendor answered.
  private static Map<String, RouteUse> uses(ExitRoutes file, Used used) {
    Map<String, RouteUse> uses = new TreeMap<>();
    Map<String, Route> routes = file.routes().routes();
    for (String name : routes.keySet()) {
      uses.put(name, used.routes().getOrDefault(name, new RouteUse()));
    }
    for (Map.Entry<String, RouteUse> one : used.routes().entrySet()) {
      if (!one.getValue().vendors().isEmpty()) {
        uses.putIfAbsent(one.getKey(), one.getValue());
      }
    }
    return uses;
  }

  private List<Plan.RoutePlan> plans(
      ExitRoutes routes, Used used, Optional<DescribedMachine> described, PriceFile.Content terms) {
    Map<String, RouteUse> uses = uses(routes, used);
    double memory =
        described.map(DescribedMachine::memory).orElse((double) MachineMemory.availableBytes());
    List<PlanModels.Looked> looked = looked(uses, used, described, memory);
    PlanEnds ends = new PlanEnds(surroundings, routes.routes().upkeep().retirements(), isAsked);
    PlanScores scores = new PlanScores(folder.path(surroundings), surroundings);
    List<Plan.RoutePlan> plans = new ArrayList<>();
    uses.forEach((name, use) -> {
      List<Plan.Substitute> substitutes = new ArrayList<>();
      for (PlanModels.Looked one : looked) {
        List<String> lacks = one.facts().lacks(use, memory);
        Optional<Speeds> speeds = speeds(one, used, described, terms);
        substitutes.add(
            new Plan.Substitute(
                one.facts().name(), lacks, speeds, scores.of(one.facts().name(), name)));
      }
      Optional<Route> route = Optional.ofNullable(routes.routes().routes().get(name));
      plans.add(plan(name, use, route, ends, substitutes));
    });
    return plans;
  }

  private static Plan.RoutePlan plan(
      String name,
      RouteUse use,
      Optional<Route> route,
      PlanEnds ends,
      List<Plan.Substitute> substitutes) {
    TreeSet<String> vendors = new TreeSet<>();
    List<String> own = new ArrayList<>();
    route.ifPresent(one -> {
      for (Target target : one.targets()) {
        if (!target.backend().isLocal()) {
          vendors.add(target.backend().name());
        } else if (target.backend().isEngine()) {
          own.add(target.model().isEmpty() ? "the model of serve" : target.model());
        } else {
          own.add(target.id());
        }
      }
    });
    return new Plan.RoutePlan(
        route.isPresent() ? name : name + " (not in the file)",
        use,
        route.isPresent() ? vendors : use.vendors(),
        own,
        route.map(ends::of).orElse(Map.of()),
        substitutes);
  }

  private List<PlanModels.Looked> looked(
      Map<String, RouteUse> uses, Used used, Optional<DescribedMachine> described, double memory) {
    long longest = uses.values().stream().mapToLong(RouteUse::longest).max().orElse(0);
    PlanModels all = new PlanModels(surroundings, arithmetic, longest);
    List<PlanModels.Looked> looked = new ArrayList<>();
    all.look(
        all.chosen(models),
        facts ->
            !isUnmeasured
                && described.isEmpty()
                && past(used, facts, 0, "").isEmpty()
                && uses.values().stream().anyMatch(use -> facts.lacks(use, memory).isEmpty()),
        looked::add);
    return looked;
  }

  private static Optional<Speeds> past(
      Used used, LocalModelFacts facts, double watts, String wattsHow) {
    return Optional.ofNullable(used.pasts().get(facts.name()))
        .flatMap(past -> past.speeds(watts, wattsHow));
  }

  private static Optional<Speeds> speeds(
      PlanModels.Looked looked,
      Used used,
      Optional<DescribedMachine> described,
      PriceFile.Content terms) {
    if (described.isPresent()) {
      return Optional.of(described.get().speeds(looked.facts().prompt(), looked.facts().answer()));
    }
    int threads = Runtime.getRuntime().availableProcessors();
    double watts = terms.tdpWatts().orElse(EstimatedCounter.DEFAULT_WATTS * threads);
    String how =
        terms.tdpWatts().isPresent()
            ? "TDP"
            : "%d hardware threads x %.0f W, assumed"
                .formatted(threads, EstimatedCounter.DEFAULT_WATTS);
    return past(used, looked.facts(), watts, how)
        .or(() ->
            looked
                .measured()
                .map(rates ->
                    new Speeds(rates[0], rates[1], "measured now, one at a time", watts, how)));
  }
}
