package dev.freehold.gateway.route;

import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.engine.EngineSpec;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Network;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import dev.freehold.gateway.upstream.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads `gateway.yaml`: keys as in docs/gateway.md, unknown ones refused.
public final class RoutesFile {
  /// The name by which the engine of this process is a backend.
  public static final String ENGINE = "engine";

  private static final int MAX_BYTES = 1 << 20;

  private final Path file;
  private final Surroundings around;
  private final Map<String, Backend> backends = new LinkedHashMap<>();

  /// What the file's names refer to.
  ///
  /// @param environment the value of an environment variable
  /// @param engine the engine of this process, where there is one
  /// @param network the way to servers
  /// @param engines processes by their description
  public record Surroundings(
      Function<String, Optional<String>> environment,
      Optional<OwnEngine> engine,
      Function<Way, Network> network,
      Function<EngineSpec, Upstream> engines,
      Time time) {}

  /// The engine of this process.
  ///
  /// @param model that answers where none is named
  public record OwnEngine(Upstream upstream, String model) {}

  private RoutesFile(Path file, Surroundings around) {
    this.file = file;
    this.around = around;
  }

  /// @throws GatewayException that names the file and the place in it, where something is wrong
  public static Routes read(Path file, Surroundings around) {
    try {
      if (Files.size(file) > MAX_BYTES) {
        throw new GatewayException("%s: more than %d bytes".formatted(file, MAX_BYTES));
      }
      return parse(Files.readString(file), file, around);
    } catch (NoSuchFileException absent) {
      throw new GatewayException("%s: no such file".formatted(file), absent);
    } catch (IOException failure) {
      throw new GatewayException("%s: cannot be read: %s".formatted(file, failure), failure);
    }
  }

  /// @param file what errors name, and beside which other files are looked for
  public static Routes parse(String text, Path file, Surroundings around) {
    LoadSettings settings =
        LoadSettings.builder()
            .setLabel(file.toString())
            .setAllowDuplicateKeys(false)
            .setMaxAliasesForCollections(0)
            .setCodePointLimit(MAX_BYTES)
            .build();
    Object root;
    try {
      root = new Load(settings).loadFromString(text);
    } catch (YamlEngineException failure) {
      throw new GatewayException("%s: no YAML: %s".formatted(file, problem(failure)));
    }
    return new RoutesFile(file, around).routes(Section.of(file.toString(), "", root));
  }

  /// What is wrong and where, without the line itself: a key may stand in it.
  private static String problem(YamlEngineException failure) {
    return failure instanceof MarkedYamlEngineException marked
        ? marked.getProblem()
            + marked
                .getProblemMark()
                .map(mark ->
                    ", in line %d, column %d".formatted(mark.getLine() + 1, mark.getColumn() + 1))
                .orElse("")
        : String.valueOf(failure.getMessage());
  }

  private Routes routes(Section root) {
    BackendReader reader = new BackendReader(file, around);
    Limits limits = root.section("limits", Limits.DEFAULT, BackendReader::limits);
    around
        .engine()
        .ifPresent(engine ->
            backends.put(
                ENGINE,
                new Backend(ENGINE, true, true, engine.upstream(), List.of(Secret.NONE), limits)));
    if (root.has("backends")) {
      backends.putAll(
          root.named("backends", (name, section) -> reader.read(name, section, limits)));
    }
    Optional<Target> lastResort = lastResort(root);
    Map<String, Route> routes =
        root.named("routes", (name, section) -> route(name, section, lastResort));
    List<String> callers = root.strings("local-only-keys");
    Retrying retrying = root.section("retries", Retrying.DEFAULT, RoutesFile::retrying);
    Routes.Upkeep upkeep =
        new Routes.Upkeep(
            root.flag("record", false), retirements(root, routes), reader.keyVariables());
    root.requireNothingElse();
    return new Routes(routes, engine(""), Set.copyOf(callers), retrying, reader.engines(), upkeep);
  }

  /// `retires`: the last days of models, each as `backend/model`.
  private static Map<String, LocalDate> retirements(Section root, Map<String, Route> routes) {
    if (!root.has("retires")) {
      return Map.of();
    }
    Set<String> known = new TreeSet<>();
    routes.values().forEach(route -> route.targets().forEach(target -> known.add(target.id())));
    Section section = root.section("retires");
    Map<String, LocalDate> all = section.dates();
    for (String id : all.keySet()) {
      if (!known.contains(id)) {
        throw section.wrong(id, "is no target of a route; there are: " + String.join(", ", known));
      }
    }
    return all;
  }

  private Optional<Target> engine(String model) {
    return around
        .engine()
        .map(engine -> {
          String named = model.isEmpty() ? engine.model() : model;
          return new Target(
              Objects.requireNonNull(backends.get(ENGINE)), named, Ability.OF_ENGINE, 0, 1, 0);
        });
  }

  /// Where nothing is said, the usual model of the engine.
  private Optional<Target> lastResort(Section root) {
    String model = root.string("last-resort", "");
    return model.equals("none") ? Optional.empty() : engine(model);
  }

  private static Retrying retrying(Section section, Retrying absent) {
    return new Retrying(
        section.integer("attempts", 1, 100, absent.attempts()),
        section.duration("pause", absent.pause()),
        section.duration("longest-pause", absent.longestPause()),
        section.duration("patience", absent.patience()));
  }

  private Route route(String name, Section section, Optional<Target> lastResort) {
    List<Target> targets = new ArrayList<>(section.list("targets", this::target));
    boolean namesEngine = targets.stream().anyMatch(target -> target.backend().isEngine());
    if (section.flag("last-resort", true) && !namesEngine) {
      lastResort.ifPresent(targets::add);
    }
    if (targets.isEmpty()) {
      throw section.wrong("targets", "is empty, and there is no engine as the last resort");
    }
    Map<String, Route.Order> orders = new LinkedHashMap<>();
    Arrays.stream(Route.Order.values()).forEach(order -> orders.put(order.key(), order));
    return new Route(
        name,
        targets,
        section.choice("order", orders, Route.Order.LISTED),
        section.flag("sticky", false),
        new Route.Policy(
            section.flag("local-only", false),
            section.choice("personal-data", Map.of("stays", true, "leaves", false), false)),
        new Route.Delivery(
            section.choice("delivery", Map.of("whole", true, "stream", false), false),
            section.choice("after-cut", Map.of("continue", true, "fail", false), true),
            section.choice("on-refusal", Map.of("next", true, "fail", false), false)));
  }

  private Target target(Section section) {
    String name = section.string("backend");
    Backend backend = backends.get(name);
    if (backend == null) {
      throw section.wrong(
          "backend",
          "no backend is called \"%s\"; there are: %s"
              .formatted(name, String.join(", ", backends.keySet())));
    }
    String model = backend.isEngine() ? section.string("model", "") : section.string("model");
    Set<Ability> abilities = backend.isEngine() ? Ability.OF_ENGINE : abilities(section);
    return new Target(
        backend,
        model,
        abilities,
        section.integer("context", 1, Integer.MAX_VALUE, 0),
        section.real("weight", 0, 1e6, 1),
        section.real("cost", 0, 1e9, 0));
  }

  private static Set<Ability> abilities(Section section) {
    if (!section.has("can")) {
      return Ability.USUAL;
    }
    Set<Ability> abilities = EnumSet.noneOf(Ability.class);
    for (String name : section.strings("can")) {
      abilities.add(
          Arrays.stream(Ability.values())
              .filter(ability -> ability.key().equals(name))
              .filter(ability -> !Set.of(Ability.RAW, Ability.RECEIPTS).contains(ability))
              .findFirst()
              .orElseThrow(() ->
                  section.wrong(
                      "can",
                      "expected tools, images, image_links, schema, guided, logprobs and continue,"
                          + " found \""
                          + name
                          + "\"")));
    }
    return abilities;
  }
}
