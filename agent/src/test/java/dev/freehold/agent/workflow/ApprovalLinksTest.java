package dev.freehold.agent.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.agent.workflow.ApprovalLinks.Action;
import dev.freehold.agent.workflow.ApprovalLinks.Claim;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApprovalLinksTest {
  private static final String SERVER = "https://desk.example.org/";

  @TempDir private Path folder;
  private Instant now = Instant.parse("2026-05-01T10:00:00Z");

  private ApprovalLinks links(int key) {
    byte[] secret = new byte[32];
    secret[0] = (byte) key;
    return new ApprovalLinks(secret, () -> SERVER, Duration.ofDays(7), () -> now);
  }

  private Claim claim() {
    return new Claim(
        "k7mq2xpa", "each/0/review", "ab".repeat(32), Action.SEND, now.plusSeconds(60));
  }

  @Test
  void aLinkSaysWhatItWasMadeFor() {
    assertThat(links(1).read(links(1).token(claim()))).isEqualTo(claim());
  }

  @Test
  void anAlteredLinkIsRefusedWhereverItIsAltered() {
    String token = links(1).token(claim());
    for (int i = 0; i < token.length(); i++) {
      char other = token.charAt(i) == 'A' ? 'B' : 'A';
      String altered = token.substring(0, i) + other + token.substring(i + 1);
      if (isLastOfGroup(token, i)) {
        continue; // its last bits stand for nothing
      }
      assertThatThrownBy(() -> links(1).read(altered))
          .as("altered at %d", i)
          .isInstanceOf(WorkflowException.class);
      String cut = token.substring(0, i);
      assertThatThrownBy(() -> links(1).read(cut)).isInstanceOf(WorkflowException.class);
    }
  }

  /// Base64 of 32 bytes ends in a digit of which two bits count for nothing.
  private static boolean isLastOfGroup(String token, int i) {
    return i == token.length() - 1;
  }

  @Test
  void aLinkOfAnotherKeyOrAnOlderDayIsRefused() {
    String token = links(1).token(claim());
    assertThatThrownBy(() -> links(2).read(token)).hasMessageContaining("made by another server");
    now = now.plusSeconds(60);
    assertThatThrownBy(() -> links(1).read(token)).hasMessageContaining("was good until");
    assertThatThrownBy(() -> links(1).read("x".repeat(100_000))).hasMessageContaining("not whole");
  }

  @Test
  void theKeyIsKeptForItsOwnerAlone() throws Exception {
    Path file = folder.resolve("key");
    byte[] key = LinkKey.open(file, new SecureRandom());
    assertThat(LinkKey.open(file, new SecureRandom())).isEqualTo(key);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThatThrownBy(() -> LinkKey.open(file, new SecureRandom()))
        .hasMessageContaining("others may use it");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    Files.write(file, new byte[31]);
    assertThatThrownBy(() -> LinkKey.open(file, new SecureRandom()))
        .hasMessageContaining("expected a key of 32 bytes, found 31");
  }
}
