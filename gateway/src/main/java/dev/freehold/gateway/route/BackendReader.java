package dev.freehold.gateway.route;

import dev.freehold.gateway.engine.EngineSpec;
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
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Reads the backends of the gateway's file: servers by their address, engines by their command.
final class BackendReader {
  private static final int MAX_KEY = 64 << 10;
  private static final Duration START_LIMIT = Duration.ofMinutes(10);

  private final Path file;
  private final RoutesFile.Surroundings around;
  private final Set<EngineSpec> engines = new HashSet<>();
  private final Set<String> keyVariables = new HashSet<>();

  /// @param file beside which other files are looked for
  BackendReader(Path file, RoutesFile.Surroundings around) {
    this.file = file;
    this.around = around;
  }

  /// The engines that were read.
  Set<EngineSpec> engines() {
    return engines;
  }

  /// The environment variables that were read.
  Set<String> keyVariables() {
    return keyVariables;
  }

  Backend read(String name, Section section, Limits usual) {
    if (name.equals(RoutesFile.ENGINE)) {
      throw section.wrong("shape", "engine is the engine of this process; take another name");
    }
    boolean hasAddress = section.has("url");
    if (section.has("command") == hasAddress) {
      throw hasAddress
          ? section.wrong("url", "expected url or command, one of both")
          : section.missing("url", "expected url or command");
    }
    Map<String, Shape> shapes = new LinkedHashMap<>();
    Arrays.stream(Shape.values()).forEach(shape -> shapes.put(shape.key(), shape));
    Shape shape = section.choice("shape", shapes, Shape.OPENAI);
    Limits limits = section.section("limits", usual, BackendReader::limits);
    return section.has("command")
        ? process(name, section, shape, limits)
        : server(name, section, shape, limits);
  }

  static Limits limits(Section section, Limits absent) {
    return new Limits(
        section.duration("connect", absent.connect()),
        section.duration("first-token", absent.firstToken()),
        section.duration("last-first-token", absent.lastFirstToken()),
        section.duration("between-tokens", absent.betweenTokens()),
        section.duration("whole", absent.whole()),
        section.duration("after-finish", absent.afterFinish()),
        absent.sizes());
  }

  private static Settings settings(Section section, boolean isLocal, String maxTokensField) {
    return new Settings(
        section.flag("takes-extras", isLocal),
        section.choice(
            "max-tokens-field",
            Map.of(
                "max_tokens", "max_tokens",
                "max_completion_tokens", "max_completion_tokens"),
            maxTokensField),
        section.integer("max-answer", 1, 10_000_000, Settings.DEFAULT.maxAnswer()));
  }

  private Backend process(String name, Section section, Shape shape, Limits limits) {
    List<String> command = section.strings("command");
    if (command.stream().noneMatch(word -> word.contains(EngineSpec.PORT))) {
      throw section.wrong(
          "command",
          "names no %s, in the place of which it is told the port to listen at"
              .formatted(EngineSpec.PORT));
    }
    EngineSpec spec =
        new EngineSpec(
            name,
            command,
            shape,
            settings(section, true, Settings.DEFAULT.maxTokensField()),
            path(section, "path", shape == Shape.OLLAMA ? "" : "/v1"),
            path(section, "health", "/health"),
            section.duration("start-limit", START_LIMIT),
            file.resolveSibling(section.string("log", name + ".log")));
    engines.add(spec);
    return new Backend(
        name, true, false, around.engines().apply(spec), List.of(Secret.NONE), limits);
  }

  private static String path(Section section, String key, String absent) {
    String path = section.string(key, absent);
    if (!path.matches("(/[A-Za-z0-9._~-]+)*")) {
      throw section.wrong(key, "expected a path such as /v1");
    }
    return path;
  }

  private Backend server(String name, Section section, Shape shape, Limits limits) {
    boolean isLocal = section.flag("local", false);
    URI uri = uri(section);
    List<Secret> keys = keys(section);
    boolean isOpen = uri.getScheme().equals("http") && !isLocal && !isLoopback(uri);
    if (isOpen && keys.getFirst() != Secret.NONE) {
      throw section.wrong(
          "url",
          "would send the key unencrypted; use https, or say local: true of a server in a network"
              + " of one's own");
    }
    boolean isOpenAi = uri.getHost().endsWith("openai.com");
    Settings settings =
        settings(section, isLocal, isOpenAi ? "max_completion_tokens" : "max_tokens");
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
    return host.equals("localhost") || host.matches("127(\\.\\d{1,3}){3}") || host.equals("[::1]");
  }

  private List<Secret> keys(Section section) {
    if (section.has("key") && section.has("keys")) {
      throw section.wrong("keys", "key and keys exclude each other");
    }
    for (String name : List.of("key", "keys")) {
      if (section.has(name) && !section.hasSections(name)) { // what stands there may be a key
        throw section.wrong(
            name,
            "expected {environment: NAME} or {file: PATH}; keys stand in no file of settings");
      }
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

  /// Where a key is; the key itself stands in no file of settings. Errors name the place alone,
  /// since somebody may have put the key there.
  private Secret secret(Section section) {
    if (section.has("environment") == section.has("file")) {
      throw section.wrong("environment", "expected environment or file, one of both");
    }
    if (section.has("environment")) {
      String variable = section.string("environment");
      keyVariables.add(variable);
      String value =
          around
              .environment()
              .apply(variable)
              .filter(text -> !text.isBlank())
              .orElseThrow(() -> section.wrong("environment", shown(variable) + " is not set"));
      if (!isKey(value.strip())) {
        throw section.wrong("environment", shown(variable) + " holds no key");
      }
      return new Secret("the environment variable " + variable, value::strip);
    }
    Path path = file.resolveSibling(section.string("file"));
    if (!Files.isReadable(path)) {
      throw section.wrong("file", "the file that it names is not there or cannot be read");
    }
    return new Secret("the file " + path, () -> ofFile(path));
  }

  /// What looks as names of variables do is named; no vendor's keys look so.
  private static String shown(String variable) {
    return variable.matches("[A-Z_][A-Z0-9_]{0,60}")
        ? "the variable " + variable
        : "the variable that it names";
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
}
