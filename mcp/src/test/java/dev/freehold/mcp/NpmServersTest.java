package dev.freehold.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.freehold.agent.sandbox.Confinement;
import dev.freehold.agent.sandbox.Reach;
import dev.freehold.agent.sandbox.SandboxProbe;
import dev.freehold.agent.tool.ToolOutcome;
import dev.freehold.mcp.configuration.ServerConfiguration;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Public servers, unmodified, which npm fetches. Needs `node` and `npm`: `./mvnw test -pl mcp -am
/// -Pclients`.
@Tag("clients")
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class NpmServersTest {
  private static final Path ROOT = Path.of(System.getProperty("freehold.root"));
  private static final Path WORK = ROOT.resolve("mcp/target/clients");
  private static final Path PACKAGES = WORK.resolve("node_modules/@modelcontextprotocol");
  private static final String NODE = "node";

  @TempDir private Path folder = Path.of("unset");

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    Files.createDirectories(WORK);
    Files.copy(
        ROOT.resolve("mcp/src/test/clients/package.json"),
        WORK.resolve("package.json"),
        StandardCopyOption.REPLACE_EXISTING);
    if (!Files.isDirectory(WORK.resolve("node_modules"))) {
      Process process =
          new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "--loglevel=error")
              .directory(WORK.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor()).as(said).isZero();
    }
  }

  private static Path script(String server) {
    return PACKAGES.resolve(server + "/dist/index.js");
  }

  private static ServerConfiguration files(Path shown, boolean isConfined) {
    return Reached.configuration(
        "files",
        new Way.Program(
            List.of(NODE, script("server-filesystem").toString(), shown.toString()),
            Map.of(),
            isConfined ? Optional.of(shown) : Optional.empty(),
            isConfined,
            isConfined ? List.of(WORK.resolve("node_modules")) : List.of()));
  }

  private Path shown() throws IOException {
    Path shown = Files.createDirectory(folder.resolve("shown")).toRealPath();
    Files.writeString(shown.resolve("a.txt"), "forty-two");
    return shown;
  }

  @Test
  void theFilesystemServerReadsAndWrites() throws IOException {
    Path shown = shown();
    try (Reached reached = Reached.open(folder, files(shown, false))) {
      assertThat(reached.notices).isEmpty();
      assertThat(reached.names()).contains("files__read_text_file", "files__write_file");
      workWith(reached, shown);
      ToolOutcome outside = reached.call("files__read_text_file", "{'path': '/etc/passwd'}");
      assertThat(outside.isError()).isTrue();
      assertThat(outside.text()).contains("Access denied");
    }
  }

  private static void workWith(Reached reached, Path shown) throws IOException {
    ToolOutcome read =
        reached.call("files__read_text_file", "{'path': '%s'}".formatted(shown.resolve("a.txt")));
    assertThat(read).isEqualTo(ToolOutcome.of("forty-two"));
    ToolOutcome written =
        reached.call(
            "files__write_file",
            "{'path': '%s', 'content': 'new'}".formatted(shown.resolve("b.txt")));
    assertThat(written.isError()).as(written.text()).isFalse();
    assertThat(shown.resolve("b.txt")).hasContent("new");
  }

  @Test
  void theFilesystemServerWorksConfined() throws IOException {
    assumeTrue(
        SandboxProbe.probe(Reach.NOTHING).sandbox().confinement() != Confinement.NONE,
        "nothing here confines programs");
    Path shown = shown();
    try (Reached reached = Reached.open(folder, files(shown, true))) {
      assertThat(reached.notices).isEmpty();
      workWith(reached, shown);
    }
    try (var left = Files.list(shown)) {
      assertThat(left.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("a.txt", "b.txt");
    }
  }

  @Test
  void theServerOfEverythingAnswersByItsStreams() {
    ServerConfiguration everything =
        Reached.configuration(
            "all",
            new Way.Program(
                List.of(NODE, script("server-everything").toString(), "stdio"),
                Map.of("SHOWN", "yes"),
                Optional.empty(),
                false,
                List.of()));
    try (Reached reached = Reached.open(folder, everything)) {
      assertThat(reached.notices).isEmpty();
      tryAll(reached);
      String variables = reached.call("all__get-env", "{}").text();
      assertThat(variables).contains("\"SHOWN\": \"yes\"").doesNotContain("TOKEN");
    }
  }

  private static void tryAll(Reached reached) {
    assertThat(reached.names()).contains("all__echo", "all__get-sum", "all__get-tiny-image");
    assertThat(reached.call("all__echo", "{'message': 'hi'}").text()).isEqualTo("Echo: hi");
    assertThat(reached.call("all__get-sum", "{'a': 40, 'b': 2}").text()).contains("42");
    assertThat(reached.call("all__get-tiny-image", "{}").text())
        .contains("[image of type image/png, about", "left out: only text is passed on]");
    assertThat(reached.call("all__get-sum", "{'a': 'x'}").isError()).isTrue();
    assertThat(
            reached
                .call("all__trigger-long-running-operation", "{'duration': 1, 'steps': 2}")
                .text())
        .contains("completed");
  }

  @Test
  void theServerOfEverythingAnswersByHttp() throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    ProcessBuilder builder =
        new ProcessBuilder(NODE, script("server-everything").toString(), "streamableHttp");
    builder.environment().put("PORT", "" + port);
    Process server =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("server.log").toFile())
            .start();
    try {
      awaitPort(port);
      Way way = new Way.Address(URI.create("http://127.0.0.1:%d/mcp".formatted(port)), Map.of());
      try (Reached reached = Reached.open(folder, Reached.configuration("all", way))) {
        assertThat(reached.notices).isEmpty();
        tryAll(reached);
      }
    } finally {
      server.destroy();
      server.waitFor();
    }
  }

  private static void awaitPort(int port) throws InterruptedException {
    for (int i = 0; i < 600; i++) {
      try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
        return;
      } catch (IOException notYet) {
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
  }
}
