package dev.freehold.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.hub.FoundModel.Format;
import dev.freehold.hub.FoundModel.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Models are found by the names that other tools give them, in stores made here.
class ModelFinderTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  private static final String OLD_COMMIT = "fedcba9876543210fedcba9876543210fedcba98";
  private static final String DIGEST = "ab".repeat(32);

  @TempDir private Path home = Path.of("unset");

  private ModelFinder finder(String... environment) {
    Map<String, String> variables = new java.util.HashMap<>();
    for (int i = 0; i < environment.length; i += 2) {
      variables.put(environment[i], environment[i + 1]);
    }
    return new ModelFinder(ModelLocations.of(variables, home, List.of()).stores());
  }

  private Path file(String path, int bytes) throws IOException {
    Path file = home.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.write(file, new byte[bytes]);
  }

  private Path manifest(String place, String text) throws IOException {
    return Files.writeString(file(".ollama/models/manifests/" + place, 0), text);
  }

  private static String layer(String kind, String digest, int size) {
    return """
    {"mediaType": "application/vnd.ollama.image.%s", "digest": "%s", "size": %d}\
    """
        .formatted(kind, digest, size);
  }

  private void huggingFaceModel(String cache) throws IOException {
    String repository = cache + "/models--qwen--Qwen3-0.6B-GGUF/";
    file(repository + "blobs/b1", 11);
    file(repository + "blobs/b2", 12);
    Path snapshot = home.resolve(repository + "snapshots/" + COMMIT);
    Files.createDirectories(snapshot);
    Files.createSymbolicLink(snapshot.resolve("Qwen3-0.6B-Q8_0.gguf"), Path.of("../../blobs/b1"));
    Files.createSymbolicLink(snapshot.resolve("Qwen3-0.6B-Q4_K_M.gguf"), Path.of("../../blobs/b2"));
    Files.createSymbolicLink(snapshot.resolve("Qwen3-0.6B-F16.gguf"), Path.of("../../blobs/gone"));
    file(repository + "snapshots/" + OLD_COMMIT + "/Qwen3-0.6B-Q2_K.gguf", 5);
    Files.writeString(file(repository + "refs/main", 0), COMMIT);
  }

  @Test
  void huggingFaceModelsAreCalledByRepositoryAndQuantization() throws Exception {
    huggingFaceModel(".cache/huggingface/hub");
    FoundModel model = finder().find("qwen/Qwen3-0.6B-GGUF:Q4_K_M");
    assertThat(model.path().getFileName()).hasToString("Qwen3-0.6B-Q4_K_M.gguf");
    assertThat(model.bytes()).isEqualTo(12);
    assertThat(model.source()).isEqualTo(Source.HUGGING_FACE);
    assertThat(finder().find("hf.co/QWEN/qwen3-0.6b-gguf:q8_0").bytes()).isEqualTo(11);
    assertThat(finder().find("Qwen3-0.6B-GGUF:Q8_0").bytes()).isEqualTo(11);
    assertThat(finder().inventory().models()).hasSize(2);
    assertThat(finder().inventory().problems())
        .singleElement()
        .asString()
        .contains("Qwen3-0.6B-F16.gguf")
        .contains("not there");
  }

  @Test
  void severalFitsAreAnErrorThatListsThem() throws Exception {
    huggingFaceModel(".cache/huggingface/hub");
    assertThatThrownBy(() -> finder().find("qwen/Qwen3-0.6B-GGUF"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("means 2 models")
        .hasMessageContaining("qwen/Qwen3-0.6B-GGUF:Q4_K_M (hugging-face)")
        .hasMessageContaining("qwen/Qwen3-0.6B-GGUF:Q8_0 (hugging-face)");
  }

  @Test
  void unknownNamesListWhatIsNear() throws Exception {
    huggingFaceModel(".cache/huggingface/hub");
    assertThatThrownBy(() -> finder().find("qwen/Qwen3-0.8B-GGUF:Q8_0"))
        .isInstanceOf(HubException.class)
        .hasMessageContaining("near it: qwen/Qwen3-0.6B-GGUF:Q8_0");
    assertThatThrownBy(() -> finder().find("something-else-entirely"))
        .hasMessageContaining("no model \"something-else-entirely\" among the 2");
  }

  @Test
  void theCacheLiesWhereItsVariablesSay() throws Exception {
    huggingFaceModel("elsewhere/hub");
    assertThat(finder().inventory().models()).isEmpty();
    String place = home.resolve("elsewhere").toString();
    assertThat(finder("HF_HOME", place).inventory().models()).hasSize(2);
    assertThat(finder("HF_HUB_CACHE", place + "/hub").inventory().models()).hasSize(2);
    assertThat(finder("HF_HUB_CACHE", place, "HF_HOME", place).inventory().models()).isEmpty();
  }

  @Test
  void safetensorsFoldersOfTheCacheAreModels() throws Exception {
    String snapshot = ".cache/huggingface/hub/models--org--name/snapshots/" + COMMIT + "/";
    file(snapshot + "config.json", 2);
    file(snapshot + "model-00001-of-00002.safetensors", 30);
    file(snapshot + "model-00002-of-00002.safetensors", 12);
    FoundModel model = finder().find("org/name");
    assertThat(model.format()).isEqualTo(Format.SAFETENSORS);
    assertThat(model.path()).isEqualTo(home.resolve(snapshot));
    assertThat(model.bytes()).isEqualTo(42);
  }

  @Test
  void ollamaModelsAreTheBlobsOfTheirManifests() throws Exception {
    file(".ollama/models/blobs/sha256-" + DIGEST, 7);
    file(".ollama/models/blobs/sha256-" + "cd".repeat(32), 3);
    String text =
        "{\"layers\": [%s, %s]}"
            .formatted(
                layer("model", "sha256:" + DIGEST, 7),
                layer("template", "sha256:" + "cd".repeat(32), 3));
    manifest("registry.ollama.ai/library/llama3/latest", text);
    manifest("registry.ollama.ai/someone/tuned/8b", text);
    manifest("hf.co/org/repo/Q4_0", text);
    assertThat(finder().inventory().models())
        .extracting(FoundModel::name)
        .containsExactlyInAnyOrder("llama3:latest", "someone/tuned:8b", "hf.co/org/repo:Q4_0");
    FoundModel model = finder().find("llama3");
    assertThat(model.path()).isEqualTo(home.resolve(".ollama/models/blobs/sha256-" + DIGEST));
    assertThat(model.extras()).containsOnlyKeys("template");
    assertThat(finder().find("tuned:8b").source()).isEqualTo(Source.OLLAMA);
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
  void aDigestThatIsNoneIsRefused(String digest) throws Exception {
    manifest(
        "registry.ollama.ai/library/bad/latest",
        "{\"layers\": [" + layer("model", digest, 7) + "]}");
    Inventory inventory = finder().inventory();
    assertThat(inventory.models()).isEmpty();
    assertThat(inventory.problems()).singleElement().asString().contains("layers.digest");
  }

  @Test
  void brokenManifestsAreProblemsAndHideNoOther() throws Exception {
    file(".ollama/models/blobs/sha256-" + DIGEST, 7);
    manifest("registry.ollama.ai/library/cut/latest", "{\"layers\": [");
    manifest("registry.ollama.ai/library/empty/latest", "{}");
    manifest(
        "registry.ollama.ai/library/missing/latest",
        "{\"layers\": [" + layer("model", "sha256:" + "ef".repeat(32), 7) + "]}");
    manifest(
        "registry.ollama.ai/library/short/latest",
        "{\"layers\": [" + layer("model", "sha256:" + DIGEST, 8) + "]}");
    manifest(
        "registry.ollama.ai/library/good/latest",
        "{\"layers\": [" + layer("model", "sha256:" + DIGEST, 7) + "]}");
    Inventory inventory = finder().inventory();
    assertThat(inventory.models()).extracting(FoundModel::name).containsExactly("good:latest");
    assertThat(inventory.problems())
        .hasSize(4)
        .anyMatch(p -> p.contains("cut"))
        .anyMatch(p -> p.contains("no layer of type"))
        .anyMatch(p -> p.contains("is missing"))
        .anyMatch(p -> p.contains("has 7 bytes, its manifest says 8"));
  }

  @Test
  void lmStudioAndOwnFoldersAreSearched() throws Exception {
    file(".lmstudio/models/pub/model-GGUF/model-Q4_K_M.gguf", 4);
    file(".lmstudio/models/pub/model-GGUF/mmproj-model-F16.gguf", 4);
    file("mine/deep/My-Model.gguf", 5);
    file("mine/hf/config.json", 1);
    file("mine/hf/model.safetensors", 6);
    ModelFinder finder = finder("FREEHOLD_MODELS", home.resolve("mine").toString());
    assertThat(finder.find("pub/model-gguf:q4_k_m").source()).isEqualTo(Source.LM_STUDIO);
    assertThat(finder.find("model-GGUF").bytes()).isEqualTo(4);
    assertThat(finder.find("my-model").bytes()).isEqualTo(5);
    assertThat(finder.find("hf").format()).isEqualTo(Format.SAFETENSORS);
    assertThat(finder.find("my-model:latest").bytes()).as("no tag means latest").isEqualTo(5);
    assertThat(finder.inventory().models()).hasSize(3);
  }

  @Test
  void splitFilesAreOneModelAndNeedEveryPart() throws Exception {
    file("mine/big-Q8_0-00001-of-00002.gguf", 4);
    Path second = file("mine/big-Q8_0-00002-of-00002.gguf", 5);
    ModelFinder finder = finder("FREEHOLD_MODELS", home.resolve("mine").toString());
    FoundModel model = finder.find("big-Q8_0");
    assertThat(model.bytes()).isEqualTo(9);
    assertThat(model.path().getFileName()).hasToString("big-Q8_0-00001-of-00002.gguf");
    Files.delete(second);
    assertThat(finder.inventory().models()).isEmpty();
    assertThat(finder.inventory().problems()).singleElement().asString().contains("1 of 2 parts");
  }

  @Test
  void aPathWinsOverAName() throws Exception {
    Path file = file("mine/a.gguf", 4);
    assertThat(finder().find(file.toString()).source()).isEqualTo(Source.PATH);
    assertThat(finder().find(home.resolve("mine").toString()).path()).isEqualTo(file);
    file("mine/b.gguf", 4);
    assertThatThrownBy(() -> finder().find(home.resolve("mine").toString()))
        .hasMessageContaining("holds 2 models");
    file("none/readme.txt", 4);
    assertThatThrownBy(() -> finder().find(home.resolve("none").toString()))
        .hasMessageContaining("holds no model");
  }

  @Test
  void theSameFileThroughTwoStoresIsOneModel() throws Exception {
    Path file = file("mine/twice.gguf", 4);
    Files.createDirectories(home.resolve("other"));
    Files.createSymbolicLink(home.resolve("other/twice.gguf"), file);
    String both = home.resolve("mine") + java.io.File.pathSeparator + home.resolve("other");
    assertThat(finder("FREEHOLD_MODELS", both).find("twice").bytes()).isEqualTo(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../../etc/passwd",
        "a/../../b",
        "a/..",
        "name:../x",
        "a//b",
        "/nowhere",
        "C:\\x",
        "~x",
        "a\u0000b",
        "a b",
        "",
        " ",
        "name:",
        "missing.gguf",
        "a\u202eb"
      })
  void namesThatReachElsewhereAreRefused(String name) {
    assertThatThrownBy(() -> finder().find(name)).isInstanceOf(HubException.class);
  }
}
