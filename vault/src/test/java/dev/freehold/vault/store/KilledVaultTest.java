package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.vault.disk.LocalDisk;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Processes that keep, remove and collect at the same time in one store are killed at random
/// moments: what they acknowledged holds, and what they left is reclaimed.
class KilledVaultTest {
  @TempDir private Path home = Path.of("unset");

  @Test
  void threeKills() throws Exception {
    kill(3, 1);
  }

  @Test
  @Tag("long")
  void aHundredKills() throws Exception {
    kill(100, 2);
  }

  private void kill(int kills, long seed) throws Exception {
    Random random = new Random(seed);
    List<Path> files = List.of(model("one", 5_000_000, random), model("two", 3_000_000, random));
    Path root = home.resolve("vault");
    for (int i = 0; i < kills; i++) {
      List<Process> processes = new ArrayList<>();
      for (String name : List.of("left", "right")) {
        processes.add(new ProcessBuilder(VaultProgram.command(root, name, files)).start());
      }
      for (Process process : processes) {
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
      }
      processes.getFirst().waitFor(random.nextInt(900), TimeUnit.MILLISECONDS);
      Map<String, String> acknowledged = new HashMap<>();
      Set<String> inDoubt = new HashSet<>();
      for (Process process : processes) {
        process.toHandle().destroyForcibly();
        process.waitFor();
        assertThat(process.exitValue()).as("its own failure: %s", errors(process)).isNotEqualTo(1);
        collect(process.inputReader(), acknowledged, inDoubt);
      }
      String when = "seed %d, kill %d".formatted(seed, i);
      Vault vault = Vault.openForWriting(LocalDisk.ofProcess(), root);
      StoreChecks.requireWhole(vault, when);
      Map<String, String> found = new HashMap<>();
      vault.models().forEach(e -> found.put(e.label(), e.digest().toString()));
      acknowledged.forEach((name, digest) -> {
        if (!inDoubt.contains(name)) {
          assertThat(Optional.ofNullable(found.get(name))).as(when).contains(digest);
        }
      });
      vault.collectGarbage(false);
      StoreChecks.requireTidy(vault, when);
    }
  }

  private Path model(String name, int size, Random random) throws IOException {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return Files.write(home.resolve(name + ".gguf"), bytes);
  }

  private static String errors(Process process) throws IOException {
    return process.errorReader().readLine() + "";
  }

  /// What a process had acknowledged, and the names that it was changing when it ended.
  private static void collect(
      BufferedReader lines, Map<String, String> acknowledged, Set<String> inDoubt)
      throws IOException {
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      String[] words = line.split(" ");
      switch (words[0]) {
        case "keeping", "removing" -> inDoubt.add(words[1]);
        case "kept" -> {
          inDoubt.remove(words[1]);
          acknowledged.put(words[1], words[2]);
        }
        case "removed" -> {
          inDoubt.remove(words[1]);
          acknowledged.remove(words[1]);
        }
        default -> {} // busy, or a line that was cut
      }
    }
  }
}
