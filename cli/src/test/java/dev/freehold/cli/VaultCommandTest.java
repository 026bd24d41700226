package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `freehold vault` and `verify` of what it keeps, as a user sees them.
class VaultCommandTest {
  private static final String NAME = "team/assistant:2026-05";

  @TempDir private Path home = Path.of("unset");
  private Path model = Path.of("unset");

  @BeforeEach
  void placeModel() throws IOException {
    Path folder = Files.createDirectories(home.resolve("downloads"));
    model = Files.write(folder.resolve("seedling.gguf"), DemoFiles.carried().model());
  }

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  private Path root() {
    return home.resolve(".local/share/freehold/vault");
  }

  private void add(String... more) {
    String[] line =
        Stream.concat(Stream.of("vault", "add", model.toString(), "--name", NAME), Stream.of(more))
            .toArray(String[]::new);
    Result added = run(line);
    assertThat(added.err()).contains("kept; golden test: recorded");
    assertThat(added.exit()).isEqualTo(Exit.OK);
    assertThat(added.out()).isEqualTo(NAME + System.lineSeparator());
  }

  private Path weights() {
    return root().resolve("blobs/sha256").resolve(Sha256.of(DemoFiles.carried().model()));
  }

  @Test
  void aKeptModelAnswersWithoutItsOriginal() throws IOException {
    Result expected = run("run", model.toString(), "What is 48 + 36?", "--seed", "1");
    add();
    Files.delete(model);
    long before = bytes();
    Result answer = run("run", NAME, "What is 48 + 36?", "--seed", "1");
    assertThat(answer.exit()).isEqualTo(Exit.OK);
    assertThat(answer.out()).isEqualTo(expected.out());
    assertThat(run("run", "assistant", "What is 48 + 36?", "--seed", "1").out())
        .isEqualTo(expected.out());
    assertThat(bytes()).as("bytes in the vault").isEqualTo(before);
    assertThat(run("list").out()).containsPattern("team/assistant:2026-05 .* vault ");
  }

  private long bytes() throws IOException {
    try (Stream<Path> files = Files.walk(root())) {
      return files.filter(Files::isRegularFile).mapToLong(f -> f.toFile().length()).sum();
    }
  }

  @Test
  void whatIsKeptIsShown() throws IOException {
    Path license = Files.writeString(home.resolve("LICENSE"), "Do as you like.\n");
    add("--with", license.toString());
    assertThat(run("vault", "list").out()).contains(NAME);
    Result shown = run("vault", "show", NAME);
    assertThat(shown.out())
        .contains("seedling.gguf", "license", ".freehold/evidence.json", ".freehold/golden.json");
    assertThat(run("vault", "show", NAME, "--file", "LICENSE").out())
        .isEqualTo("Do as you like.\n");
    assertThat(run("vault", "show", NAME, "--file", ".freehold/evidence.json").out())
        .contains("\"path\":\"seedling.gguf\"", "\"time\":\"2026-01-02T03:04:05Z\"")
        .contains("\"digest\":\"sha256:" + Sha256.of(DemoFiles.carried().model()))
        .contains("taken from a folder of this machine");
    assertThat(run("vault", "du", "--json").out())
        .contains("\"garbage\":0,\"unfinished\":0,\"quarantine\":0");
    assertThat(run("vault", "list", "--json").out()).contains("\"name\":\"" + NAME + "\"");
  }

  @Test
  void aRemovedModelLeavesItsRoomAtGc() {
    add();
    assertThat(run("vault", "gc").out()).contains("deleted 0 blobs");
    assertThat(run("vault", "rm", NAME).out()).contains("removed " + NAME);
    assertThat(run("run", NAME, "Hello").err()).contains("no model \"" + NAME + "\"");
    assertThat(weights()).exists();
    assertThat(run("vault", "gc", "--dry-run").out()).contains("would delete");
    assertThat(weights()).exists();
    assertThat(run("vault", "gc", "--json").out()).contains("\"held\":0");
    assertThat(weights()).doesNotExist();
    Result gone = run("vault", "show", NAME);
    assertThat(gone.exit()).isEqualTo(Exit.NOT_KEPT);
    assertThat(gone.err()).contains("no model \"" + NAME + "\" in the vault");
  }

  @Test
  void verifyFindsDamageAndNamesTheTensors() throws IOException {
    add();
    Result whole = run("verify", NAME, "--read-data", "--golden");
    assertThat(whole.out())
        .contains("gives the same logits to the bit")
        .contains("structure and every byte, at 2026-01-02T03:04:05Z");
    assertThat(whole.exit()).isEqualTo(Exit.OK);
    try (FileChannel channel = FileChannel.open(weights(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {85, 86, 87}), channel.size() - 100);
    }
    assertThat(run("verify", NAME).exit()).isEqualTo(Exit.OK);
    Result damaged = run("verify", NAME, "--read-data");
    assertThat(damaged.exit()).isEqualTo(Exit.BYTES_DAMAGED);
    assertThat(damaged.out())
        .contains(
            "DAMAGED  seedling.gguf has other bytes", "tensors: ", "bytes 3145728 to 3194816");
    assertThat(run("verify", "vault", "--read-data", "--subset", "100%").exit())
        .isEqualTo(Exit.BYTES_DAMAGED);
    Files.delete(weights());
    Result missing = run("verify", NAME, "--json");
    assertThat(missing.exit()).isEqualTo(Exit.DAMAGED);
    assertThat(run("vault", "add", model.toString(), "--name", NAME).exit()).isEqualTo(Exit.OK);
    run("vault", "add", model.toString(), "--name", "plain", "--no-golden");
    assertThat(run("verify", "plain", "--golden").exit()).isEqualTo(Exit.ANSWERS_OTHERWISE);
    Result all = run("verify", "vault", "--golden");
    assertThat(all.exit()).isEqualTo(Exit.OK);
    assertThat(all.out()).contains("none     plain:latest has no golden test");
    assertThat(missing.out()).contains("\"kind\":\"missing\"", "\"paths\":[\"seedling.gguf\"]");
  }

  /// A model that is kept with the answer of another, as if the engine had changed since.
  @Test
  void anotherAnswerThanWhenItWasKeptIsTold() throws Exception {
    add();
    Golden kept = Golden.record(Models.find(surroundings(), NAME));
    assertThat(kept.again(Models.find(surroundings(), NAME)).logits()).isEqualTo(kept.logits());
    Golden other =
        new Golden(
            kept.arithmetic(),
            kept.activations(),
            kept.keyValues(),
            kept.promptIds(),
            "0".repeat(64),
            kept.text());
    Vault vault = Vault.openForWriting(LocalDisk.ofProcess(), root());
    Descriptor manifest = vault.find(NAME).manifest();
    try (Ingest ingest = vault.begin()) {
      List<Descriptor> layers = new ArrayList<>();
      for (Manifest.KeptFile file : vault.manifest(manifest).files()) {
        Stored forged = ingest.put(other.toBytes());
        layers.add(
            file.role() == Role.GOLDEN
                ? new Descriptor(
                    file.blob().mediaType(),
                    forged.digest(),
                    forged.size(),
                    file.blob().annotations(),
                    Optional.empty())
                : file.blob());
      }
      ingest.name(
          ModelName.parse(NAME),
          new Manifest(
              Manifest.MODEL,
              vault.manifest(manifest).config(),
              layers,
              Optional.empty(),
              Map.of()));
    }
    Result differs = run("verify", NAME, "--golden");
    assertThat(differs.exit()).isEqualTo(Exit.ANSWERS_OTHERWISE);
    assertThat(differs.out()).contains("DIFFERS  " + NAME + " logits hash to " + kept.logits());
  }

  private Surroundings surroundings() {
    return new Surroundings(
        Map.of(),
        home,
        java.io.InputStream.nullInputStream(),
        System.out,
        System.err,
        java.time.Clock.systemUTC());
  }

  @Test
  void whatIsNotThereOrNoModelIsSaid() throws IOException {
    assertThat(run("vault", "list").exit()).isEqualTo(Exit.NOT_KEPT);
    assertThat(run("verify", "vault").exit()).isEqualTo(Exit.NOT_KEPT);
    assertThat(run("verify", "nobody", "--read-data").exit()).isEqualTo(Exit.NOT_KEPT);
    assertThat(run("verify", "nobody").exit()).isEqualTo(Exit.USAGE);
    Path pointer =
        Files.writeString(home.resolve("p.gguf"), "version https://git-lfs.github.com/spec/v1\n");
    Result refused = run("vault", "add", pointer.toString());
    assertThat(refused.exit()).isEqualTo(Exit.FAILURE);
    assertThat(refused.err()).contains("a Git LFS pointer, not the file itself");
    assertThat(run("vault", "add", model.toString(), "--name", "../x").err())
        .contains("is not a name for a kept model");
    assertThat(run("vault").exit()).isEqualTo(Exit.USAGE);
    assertThat(root()).doesNotExist();
  }
}
