package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What hubs name is checked before it becomes a file: paths, twins, digests, pointers, pickles.
class HostileNamesTest {
  @TempDir private Path home = Path.of("unset");

  private PullResult pull(FakeHub hub, String name) throws InterruptedException {
    try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      return puller.pull(PullRequest.of(name), event -> {});
    }
  }

  private void requireNothingWritten() {
    assertThat(home).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../evil.gguf",
        "a/../../evil.gguf",
        "/evil.gguf",
        "a//evil.gguf",
        "./evil.gguf",
        "C:evil.gguf",
        "a\\..\\evil.gguf",
        "evil\u0000.gguf",
        "evil\n.gguf",
        "evil\u202efugg.gguf",
        "nul.gguf",
        "COM1.x.gguf",
        " evil.gguf",
        "dir /evil.gguf",
        "dir./evil.gguf",
        "e\u0301vil.gguf",
        "a/b/c/d/e/f/g/h/evil.gguf",
        "evil?.gguf"
      })
  void pathsWithTricksAreRefused(String path) throws IOException {
    try (FakeHub hub = new FakeHub().with(path, FakeHub.gguf(100, 1))) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("refused");
    }
    requireNothingWritten();
  }

  @Test
  void aNameOfThreeHundredCharactersIsRefused() throws IOException {
    try (FakeHub hub = new FakeHub().with("x".repeat(300) + ".gguf", FakeHub.gguf(100, 1))) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .hasMessageContaining("more than 200 bytes");
    }
    requireNothingWritten();
  }

  @Test
  void twinsThatDifferByCaseAreRefused() throws IOException {
    try (FakeHub hub =
        new FakeHub()
            .with("config.json", "{}")
            .with("model-a.safetensors", FakeHub.safetensors(100, 1))
            .with("model-A.safetensors", FakeHub.safetensors(100, 2))) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .hasMessageContaining("which are one file on some systems");
    }
    requireNothingWritten();
  }

  @Test
  void otherFilesWithTricksDoNoHarm() throws Exception {
    byte[] model = FakeHub.gguf(100, 1);
    try (FakeHub hub = new FakeHub().with("../README.md", "x").with("model-Q4_K_M.gguf", model)) {
      assertThat(pull(hub, "hf.co/org/tiny-GGUF").path()).hasBinaryContent(model);
    }
    assertThat(home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF/snapshots"))
        .isDirectoryNotContaining("glob:**/README.md");
  }

  @Test
  void pointersInPlaceOfWeightsAreNamed() throws IOException {
    String pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 4000000000\n"
            .formatted("ab".repeat(32));
    byte[] bytes = pointer.getBytes(StandardCharsets.UTF_8);
    for (String name : List.of("model-Q4_K_M.gguf", "model.safetensors")) {
      try (FakeHub hub = new FakeHub().with("config.json", "{}").with(name, bytes)) {
        assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
            .isInstanceOf(HubException.class)
            .hasMessageContaining(name + " is a Git LFS pointer file, not the model");
        assertThat(home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF/blobs"))
            .isDirectoryNotContaining("glob:**/" + FakeHub.sha256(bytes) + "*");
      }
    }
  }

  @Test
  void whatIsNotItsFormatIsRefused() throws IOException {
    byte[] zip = "PK\u0003\u0004 and so on".getBytes(StandardCharsets.UTF_8);
    try (FakeHub hub = new FakeHub().with("model-Q4_K_M.gguf", zip)) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .hasMessageContaining("is no GGUF file: it begins with \"PK\\x03\\x04 and so on\"");
    }
    try (FakeHub hub = new FakeHub().with("config.json", "{}").with("model.safetensors", zip)) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .hasMessageContaining("is no safetensors file");
    }
  }

  @Test
  void picklesAreNotPulledEvenByName() throws IOException {
    try (FakeHub hub =
        new FakeHub().with("config.json", "{}").with("pytorch_model.bin", new byte[100])) {
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .hasMessageContaining("only weights as pickles");
      PullRequest named =
          new PullRequest(
              ModelReference.parse("hf.co/org/tiny-GGUF"),
              Optional.empty(),
              List.of("pytorch_model.bin"),
              Optional.empty());
      try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
        assertThatThrownBy(() -> puller.pull(named, event -> {}))
            .hasMessageContaining("can hold programs");
      }
    }
    requireNothingWritten();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"lfs\": {\"sha256\": \"../../x\", \"size\": 5}",
        "\"lfs\": {\"sha256\": \"AB%s\"}",
        "\"lfs\": {\"sha256\": \"abab\", \"size\": 5}",
        "\"lfs\": {\"size\": 5}",
        "\"blobId\": \"xyz\", \"size\": 5"
      })
  void digestsThatAreNoneAreRefused(String fields) throws IOException {
    try (FakeHub hub = new FakeHub()) {
      hub.hubFault((request, reply) ->
          RawServer.Reply.text(
              "{\"sha\": \"%s\", \"siblings\": [{\"rfilename\": \"a-Q4_K_M.gguf\", %s}]}"
                  .formatted(FakeHub.COMMIT, fields.replace("%s", "AB".repeat(31)))));
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF"))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("expected a digest of");
    }
    requireNothingWritten();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "\"9\"", "1e300", "99999999999999999"})
  void sizesThatCannotBeAreRefused(String size) throws IOException {
    try (FakeHub hub = new FakeHub()) {
      hub.hubFault((request, reply) ->
          request.method().equals("HEAD")
              ? RawServer.Reply.of(200)
              : RawServer.Reply.text(
                  """
                  {"sha": "%s", "siblings": [{"rfilename": "a-Q4_K_M.gguf",
                  "lfs": {"sha256": "%s", "size": %s}}]}\
                  """
                      .formatted(FakeHub.COMMIT, "ab".repeat(32), size)));
      assertThatThrownBy(() -> pull(hub, "hf.co/org/tiny-GGUF")).isInstanceOf(HubException.class);
    }
    requireNothingWritten();
  }

  @Test
  void aMirrorThatListsNamesOnlyIsAskedForEachFilesDigest() throws Exception {
    byte[] model = FakeHub.gguf(2_000_000, 3);
    try (FakeHub hub = new FakeHub().with("model-Q4_K_M.gguf", model).with("x.json", "{}")) {
      hub.hubFault((request, reply) ->
          request.path().startsWith("/api/")
              ? RawServer.Reply.text(
                  """
                  {"sha": "%s", "siblings": [{"rfilename": "model-Q4_K_M.gguf"},
                  {"rfilename": "x.json"}]}\
                  """
                      .formatted(FakeHub.COMMIT))
              : reply);
      PullResult result = pull(hub, "hf.co/org/tiny-GGUF");
      assertThat(result.path()).hasBinaryContent(model);
      assertThat(result.plan().files().getFirst().digest().orElseThrow().hex())
          .isEqualTo(FakeHub.sha256(model));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "a/../b", "-x", "a b", "refs/heads/../../x", "", "x\u0000", "a//b", "~x"})
  void revisionsThatAreNoneAreRefused(String revision) throws IOException {
    try (FakeHub hub = new FakeHub().with("model-Q4_K_M.gguf", FakeHub.gguf(100, 1));
        Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      PullRequest request =
          new PullRequest(
              ModelReference.parse("hf.co/org/tiny-GGUF"),
              Optional.of(revision),
              List.of(),
              Optional.empty());
      assertThatThrownBy(() -> puller.pull(request, event -> {}))
          .isInstanceOf(HubException.class)
          .hasMessageContaining("revision");
      assertThat(hub.hub.requests()).isEmpty();
    }
    requireNothingWritten();
    assertThat(Files.exists(home)).isTrue();
  }
}
