package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.ChatException;
import dev.freehold.chat.ServedModel;
import dev.freehold.hub.FoundModel;
import dev.freehold.tensor.Sha256;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a server tells of the models of this machine.
class MachineModelsTest {
  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir private Path home = Path.of("unset");

  private MachineModels models() {
    Surroundings surroundings =
        new Surroundings(
            Map.of(),
            home,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8),
            Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC));
    FoundModel demo = DemoModel.found(surroundings);
    return new MachineModels(
        surroundings, new ArithmeticOptions(), List.of(), demo, Optional.empty());
  }

  @Test
  void latestIsTheTagOfANameWithoutOne() {
    MachineModels models = models();
    assertThat(models.resolve("demo:latest")).isEqualTo("demo");
    assertThat(models.resolve("Demo")).isEqualTo("demo");
    assertThatThrownBy(() -> models.resolve("demo:other"))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("not served here");
  }

  /// Puts a model into the cache of the Hugging Face hub and returns its SHA-256.
  private String cache(String repository, byte[] model) throws IOException {
    Path folder = home.resolve(".cache/huggingface/hub/models--org--" + repository);
    String sha256 = Sha256.of(model);
    Path blob = folder.resolve("blobs").resolve(sha256);
    Path snapshot = folder.resolve("snapshots").resolve(COMMIT);
    Files.createDirectories(blob.getParent());
    Files.createDirectories(snapshot);
    Files.createDirectories(folder.resolve("refs"));
    Files.writeString(folder.resolve("refs/main"), COMMIT);
    Files.write(blob, model);
    Files.createSymbolicLink(
        snapshot.resolve("tiny-F32.gguf"), Path.of("../../blobs").resolve(sha256));
    return sha256;
  }

  private static List<String> names(MachineModels models) {
    return models.models().stream().map(ServedModel::name).toList();
  }

  @Test
  void whatAPolicyRefusesIsServedToNobody() throws Exception {
    cache("tiny-GGUF", DemoFiles.carried().model());
    MachineModels models = models();
    String name = names(models).getLast();
    assertThat(models.details(name).format()).isEqualTo("gguf");
    Path settings = home.resolve(".config/freehold/config.json");
    Files.createDirectories(settings.resolveSibling(""));
    Files.writeString(settings, "{\"audit\": {\"policy\": [\"licence-missing\"]}}");
    assertThatThrownBy(() -> models.open(name))
        .isInstanceOf(ChatException.class)
        .hasMessageContaining("policy")
        .hasMessageContaining("licence-missing");
    models.open("demo").model().close();
  }

  @Test
  void aModelThatWasPulledIsThereAtOnceAndToldWithItsDigest() throws Exception {
    MachineModels models = models();
    assertThat(names(models)).containsExactly("demo");
    String sha256 = cache("tiny-GGUF", DemoFiles.carried().model());
    assertThat(names(models)).as("looked for a moment ago").containsExactly("demo");
    models.refresh();
    String name = "org/tiny-GGUF:F32";
    assertThat(names(models)).contains("demo", name);

    ServedModel.Details details = models.details(name);
    assertThat(details.digest()).isEqualTo(sha256);
    assertThat(details.family()).isEqualTo("qwen3");
    assertThat(details.parameters()).isGreaterThan(1_000_000);
    assertThat(details.quantization()).isNotEmpty();
    assertThat(details.contextLength()).isEqualTo(512);
    assertThat(models.details("demo").digest()).as("not known without reading it all").isEmpty();
  }

  @Test
  void listsTellWhatModelsAreSoonAfter() throws Exception {
    cache("tiny-GGUF", DemoFiles.carried().model());
    cache("broken-GGUF", "no model".getBytes(StandardCharsets.UTF_8));
    MachineModels models = models();
    long end = System.nanoTime() + 60_000_000_000L;
    Optional<ServedModel> told = Optional.empty();
    while (told.isEmpty() && System.nanoTime() < end) {
      told =
          models.models().stream()
              .filter(model -> model.name().equals("org/tiny-GGUF:F32"))
              .filter(model -> model.details().isPresent())
              .findFirst();
      Thread.sleep(20);
    }
    assertThat(told).isPresent();
    assertThat(names(models)).contains("org/broken-GGUF:F32");
  }
}
