package dev.freehold.gateway.route;

import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.HttpUpstream;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Network;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Settings;
import dev.freehold.gateway.upstream.Shape;
import dev.freehold.gateway.upstream.Upstream;
import dev.freehold.gateway.upstream.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/// Reads `gateway.yaml`: keys as in docs/gateway.md, unknown ones refused.
public final class RoutesFile {
  /// The name by which the engine of this process is a backend.
  public static final String ENGINE = "engine";

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_KEY = 64 << 10;

  private final Path file;
  private final Surroundings around;
  private final Map<String, Backend> backends = new LinkedHashMap<>();

  /// What the file's names refer to.
  ///
  /// @param environment the value of an environment variable
  /// @param engine the engine of this process, where there is one
  /// @param network the way to servers
  public record Surroundings(
      Function<String, Optional<String>> environment,
      Optional<OwnEngine> engine,
      Function<Way, Network> network,
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
      throw new GatewayException("%s: no YAML: %s".formatted(file, failure.getMessage()), failure);
    }
    return new RoutesFile(file, around).routes(Section.of(file.toString(), "", root));
  }

  private Routes routes(Section root) {
    Limits limits = root.section("limits", Limits.DEFAULT, RoutesFile::limits);
    around
        .engine()
        .ifPresent(engine ->
            backends.put(
                ENGINE,
                new Backend(ENGINE, true, true, engine.upstream(), List.of(Secret.NONE), limits)));
    if (root.has("backends")) {
      backends.putAll(root.named("backends", (name, section) -> backend(name, section, limits)));
    }
    Optional<Target> lastResort = lastResort(root);
    Map<String, Route> routes =
        root.named("routes", (name, section) -> route(name, section, lastResort));
    List<String> callers = root.strings("local-only-keys");
    Retrying retrying = root.section("retries", Retrying.DEFAULT, RoutesFile::retrying);
    root.requireNothingElse();
    return new Routes(routes, engine(""), Set.copyOf(callers), retrying);
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

  private static Limits limits(Section section, Limits absent) {
    return new Limits(
        section.duration("connect", absent.connect()),
        section.duration("first-token", absent.firstToken()),
        section.duration("last-first-token", absent.lastFirstToken()),
        section.duration("between-tokens", absent.betweenTokens()),
        section.duration("whole", absent.whole()),
        section.duration("after-finish", absent.afterFinish()),
        absent.sizes());
  }

  private static Retrying retrying(Section section, Retrying absent) {
    return new Retrying(
        section.integer("attempts", 1, 100, absent.attempts()),
        section.duration("pause", absent.pause()),
        section.duration("longest-pause", absent.longestPause()),
        section.duration("patience", absent.patience()));
  }

  private Backend backend(String name, Section section, Limits usual) {
    if (name.equals(ENGINE)) {
      throw section.wrong("shape", "engine is the engine of this process; take another name");
    }
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Arrays.stream(Shape.values()).forEach(shape -> shapes.put(shape.key(), shape));
    Shape shape = section.choice("shape", shapes, Shape.OPENAI);
    boolean isLocal = section.flag("local", false);
    URI uri = uri(section);
    List<Secret> keys = keys(section);
    if (uri.getScheme().equals("http") && keys.getFirst() != Secret.NONE && !isLocal) {
      if (!isLoopback(uri)) {
        throw section.wrong(
            "url",
            "would send the key unencrypted; use https, or say local: true of a server"
                + " in a network of one's own");
      }
    }
    Limits limits = section.section("limits", usual, RoutesFile::limits);
    Settings settings =
        new Settings(
            section.flag("takes-extras", isLocal),
            section.choice(
                "max-tokens-field",
                Map.of(
                    "max_tokens", "max_tokens",
                    "max_completion_tokens", "max_completion_tokens"),
                uri.getHost().endsWith("openai.com") ? "max_completion_tokens" : "max_tokens"),
            section.integer("max-answer", 1, 10_000_000, Settings.DEFAULT.maxAnswer()));
    Optional<String> proxy =
        section.has("proxy") ? Optional.of(section.string("proxy")) : Optional.empty();
    Optional<Path> certificates =
        section.has("certificates")
            ? Optional.of(file.resolveSibling(section.string("certificates")))
            : Optional.empty();
    Network network = around.network().apply(new Way(limits.connect(), proxy, certificates));
    Upstream upstream =
        HttpUpstream.of(
            shape, new HttpUpstream.Address(name, uri), settings, network, around.time());
    return new Backend(name, isLocal, false, upstream, keys, limits);
  }

  private static URI uri(Section section) {
    String text = section.string("url").replaceFirst("/+$", "");
    try {
      URI uri = new URI(text);
      boolean isHttp = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (isHttp
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException broken) {
      throw section.wrong("url", "expected an address such as https://api.example.org/v1");
    }
    throw section.wrong(
        "url",
        "expected an address such as https://api.example.org/v1, without a name, a password, a"
            + " query or a fragment");
  }

  private static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    return host.equals("localhost")
        || host.matches("127(\\.\\d{1,3}){3}")
        || host.equals("[::1]")
        || host.equals(InetAddress.getLoopbackAddress().getHostAddress());
  }

  private List<Secret> keys(Section section) {
    if (section.has("key") && section.has("keys")) {
      throw section.wrong("keys", "key and keys exclude each other");
    }
    if (section.has("keys")) {
      List<Secret> keys = section.list("keys", this::secret);
      if (keys.isEmpty()) {
        throw section.wrong("keys", "is empty; leave it out where no key is needed");
      }
      return keys;
    }
    if (!section.has("key")) {
      return List.of(Secret.NONE);
    }
    Section key = section.section("key");
    Secret secret = secret(key);
    key.requireNothingElse();
    return List.of(secret);
  }

  /// Where a key is; the key itself stands in no file of settings.
  private Secret secret(Section section) {
    if (section.has("environment") == section.has("file")) {
      throw section.wrong("environment", "expected environment or file, one of both");
    }
    if (section.has("environment")) {
      String variable = section.string("environment");
      String value =
          around
              .environment()
              .apply(variable)
              .filter(text -> !text.isBlank())
              .orElseThrow(() ->
                  section.wrong("environment", "the variable %s is not set".formatted(variable)));
      if (!isKey(value.strip())) {
        throw section.wrong("environment", "the variable %s holds no key".formatted(variable));
      }
      return new Secret("the environment variable " + variable, value::strip);
    }
    Path path = file.resolveSibling(section.string("file"));
    if (!Files.isReadable(path)) {
      throw section.wrong("file", "%s cannot be read".formatted(path));
    }
    return new Secret("the file " + path, () -> ofFile(path));
  }

  private static boolean isKey(String value) {
    return value.matches("[!-~]{1,65536}");
  }

  private static String ofFile(Path path) {
    try {
      byte[] bytes;
      try (var in = Files.newInputStream(path)) {
        bytes = in.readNBytes(MAX_KEY);
      }
      String value = new String(bytes, StandardCharsets.UTF_8).strip();
      if (isKey(value)) {
        return value;
      }
    } catch (IOException failure) {
      throw new AttemptException(
          FailureClass.REVOKED_KEY, "the key cannot be read from " + path, failure);
    }
    throw new AttemptException(FailureClass.REVOKED_KEY, path + " holds no key");
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
              .filter(ability ->
                  !Set.of(Ability.RAW, Ability.RECEIPTS, Ability.LOGPROBS).contains(ability))
              .findFirst()
              .orElseThrow(() ->
                  section.wrong(
                      "can",
                      "expected tools, images, image_links, schema, guided and continue, found \""
                          + name
                          + "\"")));
    }
    return abilities;
  }
}
