package dev.freehold.cli.speed;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.freehold.cli.CliException;
import dev.freehold.cli.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Peers of both dialects are asked and read right; those that misbehave end in an error that says
/// how.
class LlamaBenchTest {
  private static final SpeedTest PREFILL = new SpeedTest.Prefill(512);
  private static final SpeedTest DECODE = new SpeedTest.Decode(128, 0);
  private static final SpeedTest DEEP = new SpeedTest.Decode(64, 2048);
  private static final SpeedTest TOGETHER = new SpeedTest.DecodeTogether(8, 16);

  @TempDir private Path folder;

  private static LlamaBench open(Path program, Duration limit, String... options) {
    return LlamaBench.of(
        new LlamaBench.Settings(program, List.of(options), List.of(), limit),
        new LlamaBench.Shared(Path.of("a model.gguf"), 2, "f16", 3));
  }

  private static LlamaBench open(Path program, String... options) {
    return open(program, Duration.ofSeconds(120), options);
  }

  private LlamaBench doing(String commands) throws IOException {
    return open(FakePeer.doing(folder, commands));
  }

  @Test
  void llamaCppGivesTheSamplesOfEachTest() throws IOException {
    LlamaBench peer = open(FakePeer.llamaCpp(folder));

    assertThat(peer.measure(PREFILL)).containsExactly(1, 1000, 100000);
    assertThat(peer.measure(DECODE)).containsExactly(1, 10, 100000);
    assertThat(peer.measure(DEEP)).containsExactly(1, 10, 100000);
    assertThat(peer.build()).isEqualTo("c0ffee1");
    assertThat(peer.declines(DEEP)).isEmpty();
  }

  @Test
  void ikIsAskedForTokensAfterAPromptAndItsOtherLinesAreSkipped() throws IOException {
    LlamaBench peer = open(FakePeer.ik(folder), "-rtr", "1");

    assertThat(peer.measure(PREFILL)).containsExactly(20.5);
    assertThat(peer.measure(DEEP)).containsExactly(20.5);
    assertThat(peer.build()).isEqualTo("badcafe2");
  }

  @Test
  void severalSequencesAreMeasuredByTheProgramBesideIt() throws IOException {
    LlamaBench peer = open(FakePeer.llamaCpp(folder));
    assertThat(peer.declines(TOGETHER)).contains("no llama-batched-bench beside llama-bench");

    FakePeer.addBatched(folder);
    assertThat(peer.declines(TOGETHER)).isEmpty();
    assertThat(peer.measure(TOGETHER)).containsExactly(70, 70, 70);
  }

  @Test
  void withoutAnOptionForDepthThatTestIsDeclined() throws IOException {
    Path program =
        FakePeer.script(folder, "llama-bench", "echo '  -n, --n-gen <n>  -pg <pp,tg>'\n");
    assertThat(open(program).declines(DEEP)).contains("llama-bench has neither -d nor -gp");
    assertThat(open(program).declines(DECODE)).isEmpty();
  }

  @Test
  void whatIsNoProgramIsNamed() throws IOException {
    assertThatThrownBy(() -> open(folder.resolve("absent")))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("absent: no such file");
    assertThatThrownBy(() -> open(folder)).hasMessageContaining("is not a program");
    Path text = Files.writeString(folder.resolve("text"), "no program");
    assertThatThrownBy(() -> open(text)).hasMessageContaining("may not be executed");
    Path other = FakePeer.script(folder, "other", "echo 'usage: other'\n");
    assertThatThrownBy(() -> open(other)).hasMessageContaining("is no llama-bench");
  }

  @Test
  void aPeerThatFailsIsQuotedWithItsLastLines() throws IOException {
    LlamaBench peer = doing("echo 1 >&2; echo 2 >&2; echo 3 >&2; echo failed to load >&2; exit 7");
    assertThatThrownBy(() -> peer.measure(DECODE))
        .hasMessage("llama-bench ended with 7: 2 / 3 / failed to load")
        .asInstanceOf(type(CliException.class))
        .satisfies(failure -> {
          assertThat(failure.exit()).isEqualTo(Exit.FAILURE);
          assertThat(failure.remedy()).contains("-m a model.gguf -p 0 -n 128", "-ctk f16 -ctv f16");
        });
  }

  @Test
  void aPeerThatHangsIsStoppedWithWhatItStarted() throws IOException {
    Path alive = folder.resolve("pid");
    Path program =
        FakePeer.doing(
            folder,
            "sleep 600 & echo $! > '"
                + alive
                + ".part'; mv '"
                + alive
                + ".part' '"
                + alive
                + "'; wait");
    for (int seconds = 2; !Files.exists(alive); seconds *= 3) { // more where the machine is slow
      LlamaBench peer = open(program, Duration.ofSeconds(seconds));
      assertThatThrownBy(() -> peer.measure(DECODE))
          .hasMessage("llama-bench did not end within %d s, and was stopped", seconds);
    }
    long child = Long.parseLong(Files.readString(alive).strip());
    ProcessHandle.of(child).ifPresent(left -> left.onExit().orTimeout(60, SECONDS).join());
  }

  @Test
  void whatIsNotTheRecordThatWasAskedForIsRefused() throws IOException {
    for (String printed :
        List.of(
            "echo 'Segmentation fault'",
            "true",
            "echo '[ { broken ]'",
            "echo '[]'",
            "echo '[1]'",
            "echo '[{\"n_prompt\": 0}, {\"n_prompt\": 1}]'")) {
      LlamaBench peer = doing(printed);
      assertThatThrownBy(() -> peer.measure(DECODE))
          .as(printed)
          .isInstanceOf(CliException.class)
          .hasMessageContaining("did not print the JSON record of its test");
    }
    LlamaBench other = doing("echo '[{\"n_prompt\": 0, \"n_gen\": 64, \"avg_ts\": 5}]'");
    assertThatThrownBy(() -> other.measure(DECODE))
        .hasMessageContaining("was asked for prompt 0 and 128 tokens");
    for (String speed : List.of("0", "-1", "\"fast\"", "null", "1e300")) {
      LlamaBench peer =
          doing("echo '[{\"n_prompt\": 0, \"n_gen\": 128, \"avg_ts\": " + speed + "}]'");
      assertThatThrownBy(() -> peer.measure(DECODE))
          .as(speed)
          .hasMessageContaining("no tokens per second, or impossible ones");
    }
  }

  @Test
  void aPeerThatPrintsWithoutEndIsStopped() throws IOException {
    LlamaBench peer = doing("yes");
    assertThatThrownBy(() -> peer.measure(DECODE))
        .isInstanceOf(CliException.class)
        .hasMessageContaining("prints more than 8388608 bytes");
  }

  @Test
  void whatAPeerLeavesWhereItRunsGoes() throws IOException {
    Path told = folder.resolve("where");
    LlamaBench peer =
        doing("pwd > '" + told + "'; echo log > peer.log; mkdir more; : > more/log; exit 1");
    assertThatThrownBy(() -> peer.measure(DECODE)).hasMessageContaining("ended with 1");
    Path ran = Path.of(Files.readString(told).strip());
    assertThat(ran).doesNotExist().isNotEqualTo(Path.of("").toAbsolutePath());
  }

  @Test
  void whenItsCallerIsInterruptedThePeerIsStopped() throws Exception {
    LlamaBench peer = doing("sleep 600");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> peer.measure(DECODE))
        .asInstanceOf(type(CliException.class))
        .extracting(CliException::exit)
        .isEqualTo(Exit.INTERRUPTED);
  }
}
