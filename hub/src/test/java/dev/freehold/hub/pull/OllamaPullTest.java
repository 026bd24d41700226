package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.hub.pull.RawServer.Reply;
import dev.freehold.hub.pull.RawServer.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models of a registry that speaks Ollama's protocol come into a store of its layout, whole.
class OllamaPullTest {
  private static final byte[] MODEL = FakeHub.gguf(4_200_000, 3);
  private static final byte[] TEMPLATE = "{{ .Prompt }}".getBytes(StandardCharsets.UTF_8);
  private static final byte[] CONFIG =
      "{\"model_format\":\"gguf\"}".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path home = Path.of("unset");
  private final Map<String, byte[]> blobs = new LinkedHashMap<>();
  private String manifest = "";
  private RawServer registry;
  private RawServer storage;

  @BeforeEach
  void begin() throws IOException {
    manifest =
        """
        {"schemaVersion": 2, "config": %s, "layers": [%s, %s]}\
        """
            .formatted(
                layer("application/vnd.docker.container.image.v1+json", CONFIG),
                layer("application/vnd.ollama.image.model", MODEL),
                layer("application/vnd.ollama.image.template", TEMPLATE));
    storage =
        new RawServer(request ->
            FakeHub.ranged(
                request,
                blobs.getOrDefault(
                    request.path().replaceFirst("\\?.*", "").substring(1), new byte[0]),
                "r2"));
    registry = new RawServer(this::answer);
  }

  @AfterEach
  void end() throws IOException {
    registry.close();
    storage.close();
  }

  private String layer(String type, byte[] bytes) {
    String digest = "sha256:" + FakeHub.sha256(bytes);
    blobs.put(digest, bytes);
    return "{\"mediaType\": \"%s\", \"digest\": \"%s\", \"size\": %d}"
        .formatted(type, digest, bytes.length);
  }

  private Reply answer(Request request) {
    String blob = request.path().replaceFirst("/v2/library/qwen3/blobs/", "");
    if (blobs.containsKey(blob)) {
      return Reply.redirect(storage.uri() + "/" + blob + "?X-Amz-Signature=signed");
    }
    return request.path().equals("/v2/library/qwen3/manifests/4b")
        ? Reply.text(manifest)
        : Reply.of(404);
  }

  private PullResult pull(String name) throws InterruptedException, IOException {
    try (FakeHub hub = new FakeHub()) {
      PullSettings base = hub.settings();
      PullSettings settings =
          new PullSettings(
              base.huggingFace(),
              registry.uri(),
              Optional.of(new Credentials(hub.hub.uri(), FakeHub.TOKEN)),
              base.proxies(),
              base.connections(),
              base.patience());
      try (Puller puller = new Puller(settings, PullFolders.of(Map.of(), home))) {
        return puller.pull(PullRequest.of(name), event -> {});
      }
    }
  }

  private Path store() {
    return home.resolve(".local/share/freehold/models/ollama");
  }

  private ModelFinder finder() {
    return new ModelFinder(ModelLocations.of(Map.of(), home, List.of()).stores());
  }

  @ParameterizedTest
  @ValueSource(strings = {"qwen3:4b", "ollama.com/library/qwen3:4b", "registry.ollama.ai/qwen3:4b"})
  void aModelIsFoundAsOllamaCallsIt(String name) throws Exception {
    PullResult result = pull(name);
    assertThat(result.path()).hasBinaryContent(MODEL);
    assertThat(store().resolve("manifests/registry.ollama.ai/library/qwen3/4b"))
        .hasContent(manifest);
    assertThat(result.plan().name()).isEqualTo("qwen3:4b");
    FoundModel found = finder().find("qwen3:4b");
    assertThat(found.path()).isEqualTo(result.path());
    assertThat(found.extras()).containsKey("template");
    assertThat(finder().find("ollama.com/library/qwen3:4b").path()).isEqualTo(result.path());
    assertThat(blobs.keySet().stream().map(d -> d.replace(':', '-')).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(store().resolve("blobs").toFile().list());
    assertThat(List.of(registry, storage))
        .allSatisfy(
            server -> assertThat(server.requests().toString()).doesNotContain(FakeHub.TOKEN));
  }

  @Test
  void whatOllamaHasUnderTheSameNameStandsBehind() throws Exception {
    Path theirs = home.resolve(".ollama/models");
    String digest = "cd".repeat(32);
    Files.createDirectories(theirs.resolve("blobs"));
    Files.writeString(theirs.resolve("blobs/sha256-" + digest), "GGUF");
    Path tag = theirs.resolve("manifests/registry.ollama.ai/library/qwen3/4b");
    Files.createDirectories(tag.getParent());
    Files.writeString(
        tag,
        "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\", \"digest\":"
            + " \"sha256:"
            + digest
            + "\", \"size\": 4}]}");
    assertThat(finder().find("qwen3:4b").bytes()).isEqualTo(4);
    PullResult result = pull("qwen3:4b");
    assertThat(finder().find("qwen3:4b").path()).isEqualTo(result.path());
    assertThat(tag).content().contains(digest);
  }

  @Test
  void aModelThatIsNotThereIsAnError() {
    assertThatThrownBy(() -> pull("qwen3:5b"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("/v2/library/qwen3/manifests/5b: not there (status 404)");
    assertThat(home).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "sha256:../../../../etc/passwd",
        "sha256:ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
        "sha256:abab",
        "sha512:abababababababababababababababababababababababababababababababab",
        ""
      })
  void digestsThatAreNoneAreRefused(String digest) {
    manifest =
        "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.model\", \"digest\": \"%s\","
                .formatted(digest)
            + " \"size\": 5}]}";
    assertThatThrownBy(() -> pull("qwen3:4b"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("layers.digest: expected sha256: and 64 hexadecimal digits");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void manifestsOfOtherShapesAreRefused() {
    for (String other :
        List.of(
            "{}",
            "[]",
            "{\"layers\": 7}",
            "{\"layers\": []}",
            "{\"layers\": [{\"mediaType\": \"application/vnd.ollama.image.tensor\"}]}",
            "<html>")) {
      manifest = other;
      assertThatThrownBy(() -> pull("qwen3:4b")).isInstanceOf(HubException.class);
    }
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void wrongBytesLeaveNoManifest() {
    blobs.put(
        "sha256:" + FakeHub.sha256(TEMPLATE), "{{ .Prompt }!".getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> pull("qwen3:4b")).hasMessageContaining("are kept in ");
    assertThat(store().resolve("manifests")).doesNotExist();
    assertThat(finder().inventory().models()).isEmpty();
  }

  @Test
  void aRegistryThatWantsAnAccountIsToldNothing() throws Exception {
    try (RawServer realm = new RawServer(request -> Reply.text("{\"token\": \"x\"}"))) {
      registry.handle(request ->
          Reply.of(401)
              .with(
                  "www-authenticate", "Bearer realm=\"" + realm.uri() + "/token\",service=\"s\""));
      assertThatThrownBy(() -> pull("qwen3:4b"))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("needs an account there (status 401)");
      assertThat(realm.requests()).isEmpty();
    }
  }
}
