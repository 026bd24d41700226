package dev.freehold.hub.pull;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What was fetched and is not what was promised is kept to be looked at, and fills no disk.
class QuarantineTest {
  private static final RemoteFile FILE =
      new RemoteFile(
          "tiny.gguf",
          100,
          Optional.of(FileDigest.sha256("ab".repeat(32))),
          URI.create("https://example.org/tiny.gguf?Signature=secret"),
          Map.of());

  @TempDir private Path home = Path.of("unset");

  private Quarantine quarantine(int files, long bytes) {
    return new Quarantine(home.resolve("quarantine"), files, bytes);
  }

  private Path wrong(int bytes) throws IOException {
    return Files.write(home.resolve("partial"), new byte[bytes]);
  }

  private List<String> names() {
    String[] names = home.resolve("quarantine").toFile().list();
    return names == null ? List.of() : Arrays.stream(names).sorted().toList();
  }

  private void take(Quarantine quarantine, int bytes, String found, int second) throws IOException {
    String became = quarantine.take(FILE, wrong(bytes), found);
    assertThat(became).isEqualTo("are kept in " + home.resolve("quarantine/refused-" + found));
    Files.setLastModifiedTime(
        home.resolve("quarantine/refused-" + found), FileTime.fromMillis(1000L * second));
  }

  @Test
  void theRecordSaysWhatItWasToBeAndTellsNoSecret() throws Exception {
    take(quarantine(4, 1000), 100, "cd", 1);
    assertThat(home.resolve("quarantine/refused-cd")).hasSize(100);
    assertThat(home.resolve("quarantine/refused-cd.json"))
        .content()
        .contains("tiny.gguf", "https://example.org/tiny.gguf", "sha256:abab", "\"cd\"")
        .doesNotContain("secret");
    assertThat(home.resolve("partial")).doesNotExist();
  }

  @Test
  void theOldestGiveWayByNumberAndByBytes() throws Exception {
    Quarantine quarantine = quarantine(2, 1000);
    take(quarantine, 10, "a1", 1);
    take(quarantine, 10, "a2", 2);
    take(quarantine, 10, "a2", 3); // the same bytes again are one file
    assertThat(names()).hasSize(4);
    take(quarantine, 10, "a3", 4);
    assertThat(names())
        .containsExactly("refused-a2", "refused-a2.json", "refused-a3", "refused-a3.json");
    take(quarantine, 985, "a4", 5);
    assertThat(names())
        .containsExactly("refused-a3", "refused-a3.json", "refused-a4", "refused-a4.json");
    take(quarantine, 1000, "a5", 6);
    assertThat(names()).containsExactly("refused-a5", "refused-a5.json");
  }

  @Test
  void whatIsLargerThanAllOfItIsThrownAway() throws Exception {
    assertThat(quarantine(2, 99).take(FILE, wrong(100), "cd"))
        .contains("thrown away", "at most 99 bytes");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void aLinkInItsPlaceIsNotFollowed() throws Exception {
    Path elsewhere = Files.createDirectory(home.resolve("elsewhere"));
    Files.createSymbolicLink(home.resolve("quarantine"), elsewhere);
    assertThat(quarantine(2, 1000).take(FILE, wrong(100), "cd")).contains("thrown away");
    assertThat(elsewhere).isEmptyDirectory();
    assertThat(home.resolve("partial")).doesNotExist();
  }
}
