package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.HubException;
import dev.freehold.hub.ModelFinder;
import dev.freehold.hub.ModelLocations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Models of the Hugging Face hub come into the cache that its tools share, whole and verified.
class HuggingFacePullTest {
  private static final int SIZE = 9_500_001;
  private static final byte[] Q4 = FakeHub.gguf(SIZE, 4);
  private static final byte[] Q8 = FakeHub.gguf(3_000_000, 8);

  @TempDir private Path home = Path.of("unset");
  private FakeHub hub;
  private final List<PullEvent> events = Collections.synchronizedList(new ArrayList<>());

  @BeforeEach
  void begin() throws IOException {
    hub =
        new FakeHub()
            .with("README.md", "# A model")
            .with("tiny-Q8_0.gguf", Q8)
            .with("tiny-Q4_K_M.gguf", Q4)
            .with("mmproj-tiny-F16.gguf", FakeHub.gguf(1000, 1));
  }

  @AfterEach
  void end() throws IOException {
    hub.close();
  }

  private PullResult pull(PullRequest request) throws InterruptedException {
    try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      return puller.pull(request, events::add);
    }
  }

  private PullResult pull(String name) throws InterruptedException {
    return pull(PullRequest.of(name));
  }

  private Path cache() {
    return home.resolve(".cache/huggingface/hub/models--org--tiny-GGUF");
  }

  private FoundModel find(String name) {
    return new ModelFinder(ModelLocations.of(Map.of(), home, List.of()).stores()).find(name);
  }

  @Test
  void aQuantizationComesIntoTheSharedCacheAndIsFoundByItsName() throws Exception {
    PullResult result = pull("hf.co/org/tiny-GGUF");
    Path link = cache().resolve("snapshots/" + FakeHub.COMMIT + "/tiny-Q4_K_M.gguf");
    assertThat(result.path()).isEqualTo(link);
    assertThat(Files.readSymbolicLink(link))
        .isEqualTo(Path.of("../../blobs/" + FakeHub.sha256(Q4)));
    assertThat(link).hasBinaryContent(Q4);
    assertThat(cache().resolve("refs/main")).hasContent(FakeHub.COMMIT);
    assertThat(cache().resolve("blobs").toFile().list())
        .as("the model and its card")
        .hasSize(2)
        .contains(FakeHub.sha256(Q4));
    assertThat(result.plan().name()).isEqualTo("hf.co/org/tiny-GGUF:Q4_K_M");
    assertThat(find("hf.co/org/tiny-GGUF:Q4_K_M").path()).isEqualTo(link);
    assertThat(find("hf.co/org/tiny-GGUF").path()).isEqualTo(link);
    assertThat(find("hf.co/org/tiny-GGUF:tiny-Q4_K_M.gguf").path()).isEqualTo(link);
    assertThat(hub.storage.requests()).as("connections share the file").hasSizeGreaterThan(3);
  }

  @Test
  void quantizationsAreNamedInAnyCaseAndFilesExactly() throws Exception {
    assertThat(pull("hf.co/org/tiny-GGUF:q8_0").path()).hasBinaryContent(Q8);
    assertThat(pull("https://huggingface.co/org/tiny-GGUF:tiny-Q4_K_M.gguf").plan().files())
        .extracting(RemoteFile::name)
        .containsExactly("README.md", "tiny-Q4_K_M.gguf");
  }

  @Test
  void aSecondPullFetchesNothingButChecks() throws Exception {
    pull("hf.co/org/tiny-GGUF");
    int before = hub.storage.requests().size();
    events.clear();
    PullResult again = pull("hf.co/org/tiny-GGUF:Q4_K_M");
    assertThat(hub.storage.requests()).hasSize(before);
    assertThat(again.plan().missing()).isZero();
    assertThat(events).contains(new PullEvent.Finished(again.plan().files().getFirst(), true));
    Path blob = cache().resolve("blobs/" + FakeHub.sha256(Q4));
    byte[] damaged = Q4.clone();
    damaged[SIZE / 2] ^= 1;
    Files.write(blob, damaged);
    pull("hf.co/org/tiny-GGUF:Q4_K_M");
    assertThat(blob).hasBinaryContent(Q4);
    assertThat(events).anyMatch(e -> e.toString().contains("does not have the bytes"));
  }

  @Test
  void aPlanListsFilesAndWritesNothing() throws Exception {
    try (Puller puller = new Puller(hub.settings(), PullFolders.of(Map.of(), home))) {
      PullPlan plan = puller.plan(PullRequest.of("hf.co/org/tiny-GGUF"), events::add);
      assertThat(plan.files())
          .extracting(RemoteFile::name)
          .containsExactly("README.md", "tiny-Q4_K_M.gguf");
      assertThat(plan.bytes()).isEqualTo(SIZE + "# A model".length());
      assertThat(plan.texts()).containsExactly("README.md");
      assertThat(plan.revision()).isEqualTo(FakeHub.COMMIT);
    }
    assertThat(home).isEmptyDirectory();
    assertThat(hub.storage.requests()).isEmpty();
  }

  @Test
  void namedFilesCome() throws Exception {
    PullResult result =
        pull(
            new PullRequest(
                ModelReference.parse("hf.co/org/tiny-GGUF"),
                Optional.of("main"),
                List.of("mmproj-tiny-F16.gguf", "README.md"),
                Optional.empty()));
    assertThat(result.paths())
        .extracting(p -> p.getFileName().toString())
        .containsExactly("mmproj-tiny-F16.gguf", "README.md");
    assertThat(result.paths().get(1)).hasContent("# A model");
    assertThat(Files.readSymbolicLink(result.paths().get(1)).getFileName().toString())
        .isEqualTo(FakeHub.gitSha1("# A model".getBytes(java.nio.charset.StandardCharsets.UTF_8)));
  }

  @Test
  void aMovedRevisionKeepsWhatIsTheSame() throws Exception {
    pull("hf.co/org/tiny-GGUF:Q8_0");
    String next = "fedcba9876543210fedcba9876543210fedcba98";
    hub.at(next).with("tiny-Q4_K_M.gguf", FakeHub.gguf(2_000_000, 44));
    pull("hf.co/org/tiny-GGUF:Q4_K_M");
    assertThat(cache().resolve("refs/main")).hasContent(next);
    assertThat(find("hf.co/org/tiny-GGUF:Q8_0").path()).hasBinaryContent(Q8);
    assertThat(find("hf.co/org/tiny-GGUF:Q4_K_M").bytes()).isEqualTo(2_000_000);
    assertThat(cache().resolve("snapshots/" + FakeHub.COMMIT)).isDirectory();
    assertThat(events).anyMatch(e -> e.toString().contains("has moved from commit 0123456789ab"));
  }

  @Test
  void aSafetensorsRepositoryComesWithWhatBelongsToItAndWithoutPickles() throws Exception {
    try (FakeHub other =
        new FakeHub()
            .with("config.json", "{}")
            .with("tokenizer.json", "{\"a\": 1}")
            .with("generation_config.json", "{\"b\": 2}")
            .with("chat_template.jinja", "{{ x }}")
            .with("modeling.py", "import os")
            .with("pytorch_model.bin", new byte[2000])
            .with("model.safetensors.index.json", "{\"c\": 2}")
            .with("model-00001-of-00002.safetensors", FakeHub.safetensors(3_000_000, 1))
            .with("model-00002-of-00002.safetensors", FakeHub.safetensors(2_000_000, 2))) {
      try (Puller puller = new Puller(other.settings(), PullFolders.of(Map.of(), home))) {
        PullResult result = puller.pull(PullRequest.of("hf.co/org/tiny-GGUF"), events::add);
        assertThat(result.plan().files())
            .extracting(RemoteFile::name)
            .containsExactly(
                "chat_template.jinja",
                "config.json",
                "generation_config.json",
                "model.safetensors.index.json",
                "tokenizer.json",
                "model-00001-of-00002.safetensors",
                "model-00002-of-00002.safetensors");
        assertThat(find("hf.co/org/tiny-GGUF").path()).isEqualTo(result.path());
        assertThat(find("hf.co/org/tiny-GGUF").format()).isEqualTo(FoundModel.Format.SAFETENSORS);
      }
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertThatThrownBy(() -> pull("hf.co/org/tiny-GGUF:Q2_K"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("no \"Q2_K\"; its GGUF files: tiny-Q8_0.gguf, tiny-Q4_K_M.gguf");
    assertThatThrownBy(() -> pull("hf.co/org/other"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("/api/models/org/other/revision/main");
    assertThat(home).isEmptyDirectory();
  }
}
