package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import dev.freehold.hub.pull.RawServer.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// GGUF files come from plain web addresses, and are found by their names.
class WebFilePullTest {
  private static final byte[] MODEL = FakeHub.gguf(3_300_000, 3);

  @TempDir private Path home = Path.of("unset");
  private RawServer server;
  private byte[] content = MODEL;
  private String tag = "one";

  @BeforeEach
  void begin() throws IOException {
    server = new RawServer(request -> FakeHub.ranged(request, content, tag));
  }

  @AfterEach
  void end() throws IOException {
    server.close();
  }

  private PullResult pull(String path, Optional<FileDigest> sha256)
      throws InterruptedException, IOException {
    try (FakeHub hub = new FakeHub();
        Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      return puller.pull(
          new PullRequest(
              ModelReference.parse(server.uri() + path), Optional.empty(), List.of(), sha256),
          event -> {});
    }
  }

  @Test
  void aFileIsFoundByItsNameAndItsOriginIsRecorded() throws Exception {
    PullResult result = pull("/dir/some-model-Q8_0.gguf?token=secret", Optional.empty());
    assertThat(result.path()).hasBinaryContent(MODEL);
    assertThat(
            new ModelFinder(ModelLocations.of(Map.of(), home, List.of()).stores())
                .find(result.plan().name())
                .path())
        .isEqualTo(result.path());
    assertThat(result.path().resolveSibling("some-model-Q8_0.gguf.origin.json"))
        .content()
        .contains(FakeHub.sha256(MODEL), "/dir/some-model-Q8_0.gguf\"", "\"one\"")
        .doesNotContain("secret");
  }

  @Test
  void theDigestThatIsGivenDecides() throws Exception {
    assertThatThrownBy(() -> pull("/a.gguf", Optional.of(FileDigest.sha256("ab".repeat(32)))))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("are kept in ");
    assertThat(pull("/a.gguf", Optional.of(FileDigest.sha256(FakeHub.sha256(MODEL)))).path())
        .hasBinaryContent(MODEL);
  }

  @Test
  void anUnchangedFileIsNotFetchedAgainAndAChangedOneIs() throws Exception {
    pull("/a.gguf", Optional.empty());
    int before = server.requests().size();
    PullResult again = pull("/a.gguf", Optional.empty());
    assertThat(server.requests()).as("the probe").hasSize(before + 1);
    assertThat(again.plan().missing()).isZero();
    content = FakeHub.gguf(3_300_000, 4);
    tag = "two";
    assertThat(pull("/a.gguf", Optional.empty()).path()).hasBinaryContent(content);
    byte[] damaged = content.clone();
    damaged[7] ^= 1;
    Files.write(again.path(), damaged);
    assertThat(pull("/a.gguf", Optional.empty()).path()).hasBinaryContent(content);
  }

  @Test
  void splitFilesComeWithAllTheirParts() throws Exception {
    PullResult result = pull("/big-Q8_0-00002-of-00003.gguf", Optional.empty());
    assertThat(result.paths())
        .extracting(p -> p.getFileName().toString())
        .containsExactly(
            "big-Q8_0-00001-of-00003.gguf",
            "big-Q8_0-00002-of-00003.gguf",
            "big-Q8_0-00003-of-00003.gguf");
    assertThat(
            new ModelFinder(ModelLocations.of(Map.of(), home, List.of()).stores())
                .find("big-Q8_0")
                .bytes())
        .isEqualTo(3L * MODEL.length);
  }

  @Test
  void pagesAndOtherFilesAreRefused() {
    assertThatThrownBy(() -> pull("/model.safetensors", Optional.empty()))
        .hasMessageContaining("no address of a .gguf file");
    server.handle(request ->
        Reply.of(
            200,
            Map.of("content-type", "text/html"),
            "<html>".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> pull("/a.gguf", Optional.empty()))
        .hasMessageContaining("a web page instead of a file");
    server.handle(request -> Reply.of(200, Map.of("content-length", "(none)"), MODEL).cut(10));
    assertThatThrownBy(() -> pull("/a.gguf", Optional.empty()))
        .hasMessageContaining("does not say how large");
    server.handle(request ->
        FakeHub.ranged(
            request,
            "version https://git-lfs.github.com/spec/v1\noid sha256:x\n"
                .getBytes(java.nio.charset.StandardCharsets.UTF_8),
            "x"));
    assertThatThrownBy(() -> pull("/a.gguf", Optional.empty()))
        .hasMessageContaining("Git LFS pointer");
    assertThatThrownBy(() -> pull("/a%2f..%2f..%2fevil.gguf", Optional.empty()))
        .isInstanceOf(HubException.class);
  }
}
