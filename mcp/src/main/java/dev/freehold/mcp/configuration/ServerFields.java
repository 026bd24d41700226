package dev.freehold.mcp.configuration;

import dev.freehold.mcp.McpException;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// Reads servers as files have them: nothing unknown, nothing that is not as it must be.
///
/// @param home what `~/` in paths stands for, where it stands for anything
/// @param isOwn whether the file is the person's; a repository's names no secrets, trusts no
///   annotations, and its programs are confined
record ServerFields(Optional<Path> home, boolean isOwn) {
  private static final int MOST_SERVERS = 64;
  private static final int MOST_WORDS = 256;
  private static final int MOST_SECONDS = 3_600;

  private static final Set<String> PROGRAM = Set.of("command", "args", "env", "cwd");
  private static final Set<String> ADDRESS = Set.of("url", "headers");
  private static final Set<String> BOTH = Set.of("type", "disabled", "tools", "timeout");
  private static final Set<String> OWN_PROGRAM = Set.of("sandbox", "readable");
  private static final Set<String> OWN = Set.of("trustAnnotations", "undo");

  /// @param of the file, for errors
  List<ServerConfiguration> servers(JsonNode root, String of) {
    for (String name : root.propertyNames()) {
      if (!name.equals(ServersFile.MEMBER)) {
        throw new McpException(
            "%s: unknown member \"%s\"; known is: %s".formatted(of, name, ServersFile.MEMBER));
      }
    }
    JsonNode all = root.path(ServersFile.MEMBER);
    if (!all.isMissingNode() && !all.isObject() || all.size() > MOST_SERVERS) {
      throw new McpException(
          "%s: %s: expected an object of at most %d servers"
              .formatted(of, ServersFile.MEMBER, MOST_SERVERS));
    }
    List<ServerConfiguration> servers = new ArrayList<>();
    for (Map.Entry<String, JsonNode> member : all.properties()) {
      servers.add(server(member.getKey(), member.getValue(), of));
    }
    return servers;
  }

  private ServerConfiguration server(String name, JsonNode fields, String of) {
    String at = "%s: server \"%s\"".formatted(of, name);
    if (!ServerConfiguration.isName(name)) {
      throw new McpException(
          at + ": expected a name of letters, digits and single - or _ between, at most 24 in all");
    }
    if (!fields.isObject() || fields.has("command") == fields.has("url")) {
      throw new McpException(
          at + ": expected {\"command\": \"PROGRAM\", ...} or {\"url\": \"https://...\", ...}");
    }
    boolean isProgram = fields.has("command");
    requireKnown(fields, isProgram, at);
    requireType(fields, isProgram, at);
    Way way = isProgram ? program(fields, at) : address(fields, at);
    Set<String> tools = new TreeSet<>(texts(fields, "tools", at));
    return new ServerConfiguration(
        name,
        way,
        tools,
        flag(fields, "trustAnnotations", at),
        timeout(fields, at),
        flag(fields, "disabled", at),
        undo(fields, at + ": undo"));
  }

  private static Map<String, UndoCall> undo(JsonNode fields, String at) {
    JsonNode members = fields.path("undo");
    if (!members.isMissingNode() && !members.isObject() || members.size() > MOST_WORDS) {
      throw new McpException(at + ": expected an object of at most %d calls".formatted(MOST_WORDS));
    }
    Map<String, UndoCall> calls = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      JsonNode call = member.getValue();
      boolean isCall =
          call.path("tool").isString()
              && call.path("arguments").isObject()
              && call.propertyNames().size() == 2;
      if (!isCall) {
        throw new McpException(
            "%s: %s: expected {\"tool\": \"NAME\", \"arguments\": {...}}"
                .formatted(at, member.getKey()));
      }
      calls.put(
          member.getKey(), new UndoCall(call.path("tool").stringValue(), call.path("arguments")));
    }
    return calls;
  }

  private void requireKnown(JsonNode fields, boolean isProgram, String at) {
    Set<String> known = new TreeSet<>(BOTH);
    known.addAll(isProgram ? PROGRAM : ADDRESS);
    if (isOwn) {
      known.addAll(OWN);
      known.addAll(isProgram ? OWN_PROGRAM : Set.of());
    }
    for (String name : fields.propertyNames()) {
      if (!known.contains(name)) {
        throw new McpException(
            "%s: unknown member \"%s\"; known are: %s"
                .formatted(at, name, String.join(", ", known)));
      }
    }
  }

  private static void requireType(JsonNode fields, boolean isProgram, String at) {
    String type = fields.path("type").asString(isProgram ? "stdio" : "http");
    Set<String> known = isProgram ? Set.of("stdio") : Set.of("http", "streamable-http");
    if (!known.contains(type)) {
      throw new McpException(
          "%s: type: expected %s, found \"%s\""
              .formatted(at, isProgram ? "stdio" : "http (streamable HTTP)", type));
    }
  }

  private Way.Program program(JsonNode fields, String at) {
    List<String> argv = new ArrayList<>(List.of(text(fields.path("command"), at + ": command")));
    argv.addAll(texts(fields, "args", at));
    if (argv.getFirst().isBlank() || argv.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      throw new McpException(at + ": command: expected a program");
    }
    List<Path> readable = new ArrayList<>();
    texts(fields, "readable", at).forEach(text -> readable.add(path(text, at + ": readable")));
    boolean isConfined = !isOwn || flag(fields, "sandbox", at);
    if (!readable.isEmpty() && !isConfined) {
      throw new McpException(at + ": readable: is for \"sandbox\": true");
    }
    Optional<Path> folder =
        fields.has("cwd")
            ? Optional.of(path(text(fields.path("cwd"), at + ": cwd"), at + ": cwd"))
            : Optional.empty();
    return new Way.Program(
        argv, texts(fields.path("env"), at + ": env"), folder, isConfined, readable);
  }

  private Way.Address address(JsonNode fields, String at) {
    Map<String, String> headers = texts(fields.path("headers"), at + ": headers");
    headers.forEach((name, value) -> {
      if (!name.matches("[A-Za-z0-9-]{1,64}") || value.chars().anyMatch(c -> c < ' ')) {
        throw new McpException(at + ": headers: expected names and values of HTTP headers");
      }
    });
    return new Way.Address(
        ServerAddress.of(text(fields.path("url"), at + ": url"), at + ": url"), headers);
  }

  private static Duration timeout(JsonNode fields, String at) {
    JsonNode seconds = fields.path("timeout");
    if (seconds.isMissingNode()) {
      return ServerConfiguration.TIMEOUT;
    }
    if (!seconds.isInt() || seconds.asInt() < 1 || seconds.asInt() > MOST_SECONDS) {
      throw new McpException(
          "%s: timeout: expected seconds from 1 to %d, found %s"
              .formatted(at, MOST_SECONDS, seconds));
    }
    return Duration.ofSeconds(seconds.asInt());
  }

  private Path path(String text, String at) {
    try {
      Path path =
          home.isPresent() && text.startsWith("~/")
              ? home.get().resolve(text.substring(2))
              : Path.of(text);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException invalid) {
      // told below with what was found
    }
    throw new McpException("%s: expected an absolute path, found \"%s\"".formatted(at, text));
  }

  private static boolean flag(JsonNode fields, String name, String at) {
    JsonNode value = fields.path(name);
    if (!value.isMissingNode() && !value.isBoolean()) {
      throw new McpException("%s: %s: expected true or false".formatted(at, name));
    }
    return value.asBoolean(false);
  }

  private static String text(JsonNode value, String at) {
    if (!value.isString()) {
      throw new McpException(at + ": expected a text");
    }
    return value.asString();
  }

  private static List<String> texts(JsonNode fields, String name, String at) {
    JsonNode list = fields.path(name);
    if (!list.isMissingNode() && !list.isArray() || list.size() > MOST_WORDS) {
      throw new McpException(
          "%s: %s: expected a list of at most %d texts".formatted(at, name, MOST_WORDS));
    }
    List<String> texts = new ArrayList<>();
    list.forEach(value -> texts.add(text(value, at + ": " + name)));
    return texts;
  }

  private Map<String, String> texts(JsonNode members, String at) {
    if (!members.isMissingNode() && !members.isObject() || members.size() > MOST_WORDS) {
      throw new McpException(at + ": expected an object of texts");
    }
    Map<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : members.properties()) {
      String value = text(member.getValue(), at + ": " + member.getKey());
      boolean isName = !member.getKey().isEmpty() && !member.getKey().contains("=");
      if (!isName || (member.getKey() + value).indexOf('\0') >= 0) {
        throw new McpException(at + ": a name is empty or has =, or a zero byte is there");
      }
      if (!isOwn && Secrets.names(value)) {
        throw new McpException(
            "%s: %s: a repository's file names no secrets of yours; put the server into your own"
                .formatted(at, member.getKey()));
      }
      texts.put(member.getKey(), value);
    }
    return texts;
  }
}
