package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Links that someone planted in the cache lead no write elsewhere.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "needs symbolic links")
class PlantedLinksTest {
  private static final byte[] MODEL = FakeHub.gguf(2_500_000, 7);

  @TempDir private Path home = Path.of("unset");
  private FakeHub hub;
  private Path repository = Path.of("unset");
  private Path outside = Path.of("unset");

  @BeforeEach
  void begin() throws IOException {
    hub = new FakeHub().with("tiny-Q4_K_M.gguf", MODEL);
    repository = home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF");
    outside = Files.createDirectory(home.resolve("outside"));
  }

  @AfterEach
  void end() throws IOException {
    hub.close();
  }

  private PullResult pull() throws InterruptedException {
    try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      return puller.pull(PullRequest.of("hf.co/org/tiny-GGUF"), event -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "blobs",
        "snapshots",
        "snapshots/" + FakeHub.COMMIT,
        "refs",
        "../.locks",
        "../.locks/models--org--tiny-GGUF"
      })
  void aFolderThatIsALinkIsRefused(String place) throws IOException {
    Path link = repository.resolve(place).normalize();
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, outside);
    assertThatThrownBy(this::pull)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("is a link or a file where a folder belongs");
    assertThat(outside).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".freehold.incomplete", ".freehold.incomplete.pieces"})
  void aBlobThatIsALinkIsRefused(String ending) throws IOException {
    Path victim = Files.writeString(outside.resolve("victim"), "precious");
    Path blob = repository.resolve("blobs").resolve(FakeHub.sha256(MODEL) + ending);
    Files.createDirectories(blob.getParent());
    Files.createSymbolicLink(blob, victim);
    assertThatThrownBy(this::pull)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("is not a plain file");
    assertThat(victim).hasContent("precious");
  }

  @Test
  void aLockOrARevisionThatIsALinkIsRefused() throws IOException {
    Path victim = Files.writeString(outside.resolve("victim"), "precious");
    Path lock =
        home.resolve(".cache/huggingface/hub/.locks/models--org--tiny-GGUF")
            .resolve(FakeHub.sha256(MODEL) + ".lock");
    Files.createDirectories(lock.getParent());
    Files.createSymbolicLink(lock, victim);
    assertThatThrownBy(this::pull).isInstanceOf(HubException.class);
    Files.delete(lock);
    Path ref = repository.resolve("refs/main");
    Files.createDirectories(ref.getParent());
    Files.createSymbolicLink(ref, victim);
    assertThatThrownBy(this::pull)
        .isInstanceOf(HubException.class)
        .hasMessageContaining("is a link");
    assertThat(victim).hasContent("precious");
  }

  @Test
  void aSnapshotsLinkToElsewhereGivesWay() throws Exception {
    Path victim = Files.writeString(outside.resolve("victim"), "precious");
    Path link = repository.resolve("snapshots/" + FakeHub.COMMIT + "/tiny-Q4_K_M.gguf");
    Files.createDirectories(link.getParent());
    Files.createSymbolicLink(link, victim);
    assertThat(pull().path()).isEqualTo(link).hasBinaryContent(MODEL);
    assertThat(victim).hasContent("precious");
  }

  @Test
  void theCacheItselfMayLieElsewhere() throws Exception {
    Files.createDirectories(home.resolve(".cache/huggingface"));
    Files.createSymbolicLink(home.resolve(".cache/huggingface/hub"), outside);
    assertThat(pull().path()).hasBinaryContent(MODEL);
    assertThat(outside.resolve("models--org--tiny-GGUF/refs/main")).hasContent(FakeHub.COMMIT);
  }
}
