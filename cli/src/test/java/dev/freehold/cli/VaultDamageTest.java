package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.cli.Session.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damage to a vault as its owner meets it: `verify` finds it, `vault repair` puts it right or says
/// what is lost.
class VaultDamageTest {
  @TempDir private Path home = Path.of("unset");
  private final Random random = new Random(11);
  private Path vault = Path.of("unset");

  @BeforeEach
  void keepTheDemo() {
    vault = home.resolve(".local/share/freehold/vault");
    Result added = run("vault", "add", "demo", "--no-golden");
    assertThat(added.exit()).as(added.err()).isEqualTo(Exit.OK);
    assertThat(added.err()).contains("parity: ");
  }

  private Result run(String... arguments) {
    return new Session(home).run(arguments);
  }

  /// Every file of the vault that holds something.
  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(vault)) {
      return files
          .filter(file -> Files.isRegularFile(file) && !file.endsWith("lock"))
          .filter(file -> !file.startsWith(vault.resolve("freehold/quarantine")))
          .filter(file -> !Files.isSymbolicLink(file))
          .sorted()
          .toList();
    }
  }

  @Test
  void oneBitOfAnyFileIsFoundAndRepaired() throws IOException {
    List<Path> files = files();
    assertThat(files).hasSizeGreaterThan(12);
    for (Path file : files) {
      byte[] whole = Files.readAllBytes(file);
      byte[] harmed = whole.clone();
      harmed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      requireFoundAndRepaired(file, whole, harmed);
    }
  }

  @Test
  void aCutOrZeroedTailOfAnyFileIsFoundAndRepaired() throws IOException {
    for (Path file : files()) {
      byte[] whole = Files.readAllBytes(file);
      int tail = Math.max(1, whole.length / 50);
      byte[] cut = Arrays.copyOf(whole, whole.length - tail);
      requireFoundAndRepaired(file, whole, cut);
      byte[] zeroed = Arrays.copyOf(cut, whole.length);
      if (!Arrays.equals(zeroed, whole)) {
        requireFoundAndRepaired(file, whole, zeroed);
      }
    }
  }

  private void requireFoundAndRepaired(Path file, byte[] whole, byte[] harmed) throws IOException {
    Files.delete(file);
    Files.write(file, harmed);
    Result found = run("verify", "demo:latest", "--read-data");
    assertThat(found.exit()).as("%s: %s", file, found.err()).isIn(Exit.DAMAGED, Exit.BYTES_DAMAGED);
    Result repaired = run("vault", "repair", "--all");
    assertThat(repaired.exit()).as("%s: %s", file, repaired.out()).isEqualTo(Exit.OK);
    assertThat(repaired.out()).contains("repaired  ");
    assertThat(Files.readAllBytes(file)).as("%s", file).isEqualTo(whole);
    Result again = run("verify", "demo:latest", "--read-data");
    assertThat(again.exit()).as("%s: %s %s", file, again.out(), again.err()).isEqualTo(Exit.OK);
  }

  @Test
  void whatIsBeyondTheParityIsToldByTensorAndComesFromAMirror() throws IOException {
    Path mirror = home.resolve("mirror");
    assertThat(run("vault", "mirror", mirror.toString()).exit()).isEqualTo(Exit.OK);
    Path weights = files().stream().max((a, b) -> Long.compare(size(a), size(b))).orElseThrow();
    byte[] whole = Files.readAllBytes(weights);
    byte[] harmed = whole.clone();
    Arrays.fill(harmed, 1_500_000, 2_000_000, (byte) 0x5a);
    Files.write(weights, harmed);
    Result lost = run("vault", "repair", "demo:latest");
    assertThat(lost.exit()).isEqualTo(Exit.BYTES_DAMAGED);
    assertThat(lost.out()).contains("more of it is damaged").contains("tensors: blk.");
    assertThat(Files.readAllBytes(weights)).isEqualTo(harmed);
    Result repaired = run("vault", "repair", "demo:latest", "--from", mirror.toString());
    assertThat(repaired.exit()).as(repaired.out()).isEqualTo(Exit.OK);
    assertThat(repaired.out()).contains(", from " + mirror);
    assertThat(Files.readAllBytes(weights)).isEqualTo(whole);
    try (Stream<Path> kept = Files.list(vault.resolve("freehold/quarantine"))) {
      assertThat(kept).hasSize(1);
    }
  }

  @Test
  void aVaultOfAnotherVersionIsLeftAsItIs() throws IOException {
    byte[] other = "{\"imageLayoutVersion\":\"2.0.0\"}".getBytes(StandardCharsets.UTF_8);
    Files.write(vault.resolve("oci-layout"), other);
    for (String[] command :
        new String[][] {
          {"vault", "list"},
          {"vault", "repair", "--all"},
          {"vault", "add", "demo"},
          {"verify", "vault"}
        }) {
      Result refused = run(command);
      assertThat(refused.exit()).isEqualTo(Exit.DAMAGED);
      assertThat(refused.err() + refused.out()).contains("2.0.0");
      assertThat(vault.resolve("oci-layout")).hasBinaryContent(other);
    }
  }

  @Test
  void aMirrorThatCannotBeReachedIsNoDamage() {
    Result failed = run("vault", "mirror", "oci://127.0.0.1:1/team/models");
    assertThat(failed.exit()).isEqualTo(Exit.FAILURE);
    assertThat(failed.err()).contains("no connection");
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void aModelGoesToAnotherVaultAndToPlainFiles() throws IOException {
    Path tar = home.resolve("demo.tar");
    assertThat(run("vault", "export", "demo", "--to", tar.toString()).exit()).isEqualTo(Exit.OK);
    Path other = home.resolve("other");
    Result taken = run("vault", "import", tar.toString(), "--vault", other.toString());
    assertThat(taken.exit()).as(taken.err()).isEqualTo(Exit.OK);
    assertThat(taken.out()).isEqualTo("demo:latest\n");
    assertThat(run("verify", "vault", "--read-data", "--vault", other.toString()).exit())
        .isEqualTo(Exit.OK);
    Path folder = home.resolve("bundle");
    assertThat(run("vault", "export", "demo", "--to", folder.toString()).exit()).isEqualTo(Exit.OK);
    Path third = home.resolve("third");
    assertThat(run("vault", "import", folder.toString(), "--vault", third.toString()).out())
        .isEqualTo("demo:latest\n");
    Path gguf = home.resolve("demo.gguf");
    assertThat(run("vault", "export", "demo", "--form", "gguf", "--to", gguf + "").exit())
        .isEqualTo(Exit.OK);
    assertThat(Files.readAllBytes(gguf)).isEqualTo(DemoFiles.carried().model());
    Path plain = home.resolve("plain");
    assertThat(run("vault", "export", "demo", "--form", "hf", "--to", plain + "").exit())
        .isEqualTo(Exit.OK);
    try (Stream<Path> files = Files.list(plain)) {
      assertThat(files.map(file -> String.valueOf(file.getFileName())))
          .containsExactlyInAnyOrder(
              "seedling.gguf",
              "README.md",
              "data-card.md",
              "paper.md",
              "LICENSE",
              "openness.yaml",
              "recipe.yaml",
              "transcript.jsonl");
    }
    Result again = run("vault", "export", "demo", "--to", tar.toString());
    assertThat(again.exit()).isEqualTo(Exit.FAILURE);
    assertThat(again.err()).contains("is there already");
  }

  @Test
  void whatMakesNoSenseIsToldSo() {
    assertThat(run("vault", "repair").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("vault", "repair", "--all", "demo").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("vault", "add", "demo", "--parity", "lots").exit()).isEqualTo(Exit.USAGE);
    assertThat(run("vault", "mirror", vault.toString()).exit()).isEqualTo(Exit.USAGE);
    assertThat(run("vault", "repair", "--all", "--from", home.resolve("x") + "").exit())
        .isEqualTo(Exit.NOT_KEPT);
    assertThat(run("vault", "import", home.resolve("x") + "").exit()).isEqualTo(Exit.FAILURE);
  }
}
