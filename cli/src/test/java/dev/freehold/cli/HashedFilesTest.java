package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.engine.receipt.ModelFile;
import dev.freehold.hub.FoundModel;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Digests of a model's files are computed once, and never told of files that changed.
class HashedFilesTest {
  private static final String OF_ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  @TempDir private Path home = Path.of("unset");
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Path folder = Path.of("unset");
  private Path weights = Path.of("unset");

  @BeforeEach
  void write() throws IOException {
    folder = Files.createDirectory(home.resolve("model"));
    weights = Files.writeString(folder.resolve("model.safetensors"), "abc");
    for (String name : List.of("config.json", "tokenizer.json", "README.md")) {
      Files.writeString(folder.resolve(name), name);
    }
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        home,
        new ByteArrayInputStream(new byte[0]),
        new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        Clock.systemUTC());
  }

  private HashedFiles opened() {
    FoundModel found =
        new FoundModel(
            "m", FoundModel.Source.FOLDER, folder, FoundModel.Format.SAFETENSORS, 3, Map.of());
    return HashedFiles.of(found, List.of(weights));
  }

  @Test
  void allFilesThatDecideAreNamedInTheOrderOfTheirNames() {
    HashedFiles files = opened();
    List<ModelFile> hashed = files.hash(surroundings());
    assertThat(hashed.stream().map(ModelFile::name))
        .containsExactly("config.json", "model.safetensors", "tokenizer.json");
    assertThat(hashed.get(1)).isEqualTo(new ModelFile("model.safetensors", 3, OF_ABC));
    assertThat(files.sizes()).isEqualTo(List.of(3L, 11L, 14L));
    assertThat(opened().hash(surroundings())).isEqualTo(hashed);
  }

  @Test
  void aDigestIsRememberedAsLongAsSizeAndTimeStampStay() throws IOException {
    opened().hash(surroundings());
    FileTime time = Files.getLastModifiedTime(weights);
    Files.writeString(weights, "xyz");
    Files.setLastModifiedTime(weights, time);
    assertThat(opened().hash(surroundings()).get(1).sha256()).isEqualTo(OF_ABC);
    Files.setLastModifiedTime(weights, FileTime.fromMillis(time.toMillis() + 1000));
    assertThat(opened().hash(surroundings()).get(1).sha256()).isNotEqualTo(OF_ABC);
  }

  @Test
  void aFileThatChangedAfterTheModelWasOpenedIsAnError() throws IOException {
    HashedFiles files = opened();
    Files.writeString(weights, "abcd");
    assertThatThrownBy(() -> files.hash(surroundings()))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("m: a file of the model changed");
    Files.delete(weights);
    assertThatThrownBy(() -> files.hash(surroundings())).isInstanceOf(CliException.class);
  }

  @Test
  void whereNothingCanBeRememberedTheDigestIsToldNevertheless() throws IOException {
    Files.writeString(home.resolve(".cache"), "a file where a folder should be");
    assertThat(opened().hash(surroundings()).get(1).sha256()).isEqualTo(OF_ABC);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("note: ", "cannot be written");
  }
}
