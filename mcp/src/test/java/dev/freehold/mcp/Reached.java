package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.AgentTool;
import dev.freehold.agent.tool.ToolContext;
import dev.freehold.agent.tool.ToolException;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.chat.Cancellation;
import dev.freehold.mcp.configuration.Secrets;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import dev.freehold.mcp.pin.PinFile;
import dev.freehold.mcp.pin.ToolChange;
import dev.freehold.mcp.pin.ToolReview;
import dev.freehold.mcp.transport.Programs;
import dev.freehold.mcp.transport.ServerPrograms;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Servers as tests start them, and what was told of them.
final class Reached implements AutoCloseable {
  static final ToolReview ALL =
      (server, changes) ->
          changes.stream().map(change -> change.now().name()).collect(Collectors.toSet());

  private static final String INSIDE = "inside";

  final List<String> notices = Collections.synchronizedList(new ArrayList<>());
  private final McpServers servers;
  private final Path folder;

  private Reached(List<ServerConfiguration> configurations, Path folder, ToolReview review) {
    this.folder = folder;
    Secrets secrets = new Secrets(Map.of("TOKEN", "s3cret", "PATH", "/usr/bin:/bin"));
    servers =
        McpServers.open(
            configurations,
            new McpServers.Parts(secrets, programs(secrets), pins(folder), review, notices::add));
  }

  private Programs programs(Secrets secrets) {
    Programs real =
        new ServerPrograms(secrets, folder, reach -> SandboxProbe.probe(reach).sandbox());
    return (server, program) ->
        program.argv().getFirst().equals(INSIDE)
            ? new InsideProgram(program.argv().get(1), folder.resolve("state"))
            : real.start(server, program);
  }

  /// A hostile server on a thread of the test.
  static ServerConfiguration inside(String way) {
    return configuration(
        "evil",
        new Way.Program(List.of(INSIDE, way), Map.of(), Optional.empty(), false, List.of()));
  }

  static Reached open(Path folder, ServerConfiguration... configurations) {
    return new Reached(List.of(configurations), folder, ALL);
  }

  static Reached open(Path folder, ToolReview review, ServerConfiguration... configurations) {
    return new Reached(List.of(configurations), folder, review);
  }

  static PinFile pins(Path folder) {
    return new PinFile(folder.resolve("pins.json"));
  }

  /// A Java program of these tests, as a server.
  static ServerConfiguration program(String name, Class<?> main, String... words) {
    Path tests = Path.of(System.getProperty("freehold.root"), "mcp/target/test-classes");
    String path =
        tests
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "")
            + File.pathSeparator
            + System.getProperty("java.class.path", "");
    List<String> argv =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Dstdout.encoding=UTF-8",
                "-cp",
                path,
                main.getName()));
    argv.addAll(List.of(words));
    return configuration(
        name, new Way.Program(argv, Map.of("SHOWN", "yes"), Optional.empty(), false, List.of()));
  }

  static ServerConfiguration configuration(String name, Way way) {
    return new ServerConfiguration(name, way, Set.of(), false, Duration.ofSeconds(120), false);
  }

  List<AgentTool> tools() {
    return servers.tools();
  }

  List<String> names() {
    return servers.tools().stream().map(tool -> tool.definition().name()).sorted().toList();
  }

  AgentTool tool(String name) {
    return servers.tools().stream()
        .filter(tool -> tool.definition().name().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is not among " + names() + notices));
  }

  ToolOutcome call(String tool, String arguments) {
    return call(tool, arguments, new Cancellation());
  }

  ToolOutcome call(String tool, String arguments, Cancellation cancellation) {
    try {
      return tool(tool).run(json(arguments), context(cancellation));
    } catch (ToolException failure) {
      if (!failure.mayHaveHappened()) {
        throw failure;
      }
      return ToolOutcome.error(String.valueOf(failure.getMessage()));
    }
  }

  ToolContext context(Cancellation cancellation) {
    return new ToolContext(folder, cancellation, "key");
  }

  static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  static String only(List<ToolChange> changes) {
    assertThat(changes).hasSize(1);
    return changes.getFirst().shown();
  }

  @Override
  public void close() {
    servers.close();
  }
}
