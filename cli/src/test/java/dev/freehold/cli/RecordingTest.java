package dev.freehold.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// What a gateway records, from requests over real sockets to an evaluation of it.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class RecordingTest {
  private static final String ROUTES =
      """
      record: RECORD
      backends:
        vendor: {url: "http://127.0.0.1:PORT/v1", key: {environment: VENDOR_KEY}}
      routes:
        default:
          targets: [{backend: vendor, model: vendor-model}]
      """;

  @TempDir private Path home;

  private String run(String... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Exit exit = Main.run(RunningGateway.surroundings(home, out, err), arguments);
    assertThat(exit).as(RunningGateway.text(err)).isEqualTo(Exit.OK);
    return RunningGateway.text(out);
  }

  @Test
  void whatIsRecordedIsReadByEval() throws Exception {
    Path file = home.resolve("gateway.yaml");
    try (FakeVendor vendor = new FakeVendor()) {
      String routes = ROUTES.replace("PORT", "" + vendor.port());
      Files.writeString(file, routes.replace("RECORD", "false"));
      try (RunningGateway gateway = new RunningGateway(home, file)) {
        gateway.chat("default", "Not to be kept?");
        assertThat(gateway.said()).doesNotContain("recorded");
        Path draft = Files.writeString(home.resolve("draft"), routes.replace("RECORD", "true"));
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE); // which is looked at any moment
        gateway.await("is in use");
        gateway.await("is recorded, word for word, in ");
        gateway.chat("default", "What is kept?");
        gateway.chat("default", "And this?");
        vendor.breaksAfter = 1; // the engine of this process answers
        gateway.chat("default", "This too?");
      }
    }
    String lines = run("usage", "export", "--requests");
    assertThat(lines.lines()).hasSize(3);
    assertThat(lines)
        .contains("What is kept?", "And this?", "This too?", "Not from this machine.")
        .doesNotContain("Not to be kept?", "sk-planted");
    Path traffic = Files.writeString(home.resolve("day.jsonl"), lines);
    String told = run("eval", "recorded", "demo", "--traffic", "" + traffic);
    assertThat(told).contains("3 of 3", "recorded", "demo");
    Files.writeString(traffic, lines.replaceFirst("\"ok\"", "\"cut\""));
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Main.run(
        RunningGateway.surroundings(home, new ByteArrayOutputStream(), err),
        "eval",
        "demo",
        "--traffic",
        "" + traffic);
    assertThat(RunningGateway.text(err)).contains("left out", "there is no whole answer");
  }
}
