package dev.freehold.gateway.cut;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.Input;
import dev.freehold.chat.Sampling;
import dev.freehold.gateway.GatewayException;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.route.Backend;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Cuts in a time of their own: what fails, how, and when that is over.
class CutsTest {
  private static final Duration LEASE = Duration.ofSeconds(10);

  @TempDir private Path folder;

  private final SteppedTime time = new SteppedTime();
  private final Cuts cuts = new Cuts(time);
  private final List<ChatEvent> told = new ArrayList<>();
  private Runnable within = () -> {};

  /// Time that goes on only when somebody waits; the clock on the wall can be put.
  private static final class SteppedTime implements Time {
    private long nanos;
    private Duration wall = Duration.ZERO;

    @Override
    public long nanos() {
      return nanos;
    }

    @Override
    public Instant instant() {
      return Instant.EPOCH.plus(wall).plusNanos(nanos);
    }

    @Override
    public void sleep(Duration pause, Cancellation cancellation) {
      nanos += pause.toNanos();
    }
  }

  private Upstream.Answered answer(
      Upstream.Ask ask,
      Secret key,
      java.util.function.Consumer<ChatEvent> events,
      Cancellation cancellation) {
    events.accept(new ChatEvent.TextDelta("one"));
    within.run();
    events.accept(new ChatEvent.TextDelta("two"));
    return new Upstream.Answered("m", false);
  }

  private Backend backend(String name, boolean isEngine) {
    return new Backend(
        name, isEngine, isEngine, this::answer, List.of(Secret.NONE), Limits.DEFAULT);
  }

  private void ask(Backend backend) {
    ChatRequest request = new ChatRequest("", new Input.Text("a"), Sampling.UNSAID, Ending.NATURAL);
    Upstream.Ask ask = new Upstream.Ask(request, "m", backend.limits(), false);
    var unused = cuts.ask(backend, ask, Secret.NONE, told::add, new Cancellation());
  }

  private Cut cut(Cut.Manner manner, Duration length, String... backends) {
    Instant now = time.instant();
    return new Cut("id", Set.of(backends), manner, now, LEASE, now.plus(length));
  }

  private FailureClass failure(Backend backend) {
    try {
      ask(backend);
    } catch (AttemptException failed) {
      assertThat(failed.failure().message()).contains("cut off for a rehearsal");
      return failed.failure().type();
    }
    throw new AssertionError("it answered");
  }

  @Test
  void onlyWhatIsCutFailsAndTheEngineNever() {
    cuts.hold(cut(Cut.Manner.REFUSED, Duration.ofHours(1), "north", "engine"));
    assertThat(failure(backend("north", false))).isEqualTo(FailureClass.TRANSPORT);
    ask(backend("south", false));
    ask(backend("engine", true));
    assertThat(told).hasSize(4);
    cuts.restore();
    ask(backend("north", false));
  }

  @Test
  void anAnswerUnderWayBreaksOff() {
    within = () -> cuts.hold(cut(Cut.Manner.REFUSED, Duration.ofHours(1), "north"));
    assertThat(failure(backend("north", false))).isEqualTo(FailureClass.CUT);
    assertThat(told).containsExactly(new ChatEvent.TextDelta("one"));
  }

  @Test
  void silenceTakesTheTimeForTheFirstToken() {
    cuts.hold(cut(Cut.Manner.SILENT, Duration.ofHours(1), "north"));
    assertThat(failure(backend("north", false))).isEqualTo(FailureClass.SILENT);
    assertThat(time.nanos()).isEqualTo(Limits.DEFAULT.firstToken().toNanos());
  }

  @Test
  void aCutEndsWithItsLeaseOrItsTimeWhateverTheClockSays() {
    cuts.hold(cut(Cut.Manner.REFUSED, Duration.ofHours(1), "north"));
    time.wall = Duration.ofDays(-2); // the clock goes back
    time.sleep(LEASE.minusMillis(1), new Cancellation());
    assertThat(cuts.now()).isPresent();
    time.sleep(Duration.ofMillis(1), new Cancellation());
    assertThat(cuts.now()).isEmpty();
    cuts.hold(cut(Cut.Manner.REFUSED, Duration.ofSeconds(3), "north"));
    time.sleep(Duration.ofSeconds(3), new Cancellation());
    assertThat(cuts.now()).isEmpty();
    Cut old = cut(Cut.Manner.REFUSED, Duration.ofHours(1), "north");
    time.wall = Duration.ofDays(-4); // one from the future holds no longer than any other
    cuts.hold(old);
    time.sleep(LEASE, new Cancellation());
    assertThat(cuts.now()).isEmpty();
    assertThatThrownBy(() ->
            new Cut(
                "id",
                Set.of("north"),
                Cut.Manner.REFUSED,
                time.instant(),
                Duration.ofHours(1),
                time.instant()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFileIsReadAsItWasWrittenAndOnlyByWhoIsMeant() throws Exception {
    Path routes = folder.resolve("gateway.yaml");
    CutFile file = new CutFile(folder, routes);
    assertThat(file.wanted()).isEmpty();
    Cut cut = cut(Cut.Manner.SILENT, Duration.ofMinutes(2), "north", "south");
    file.want(cut);
    assertThat(file.wanted()).contains(cut);
    assertThat(new CutFile(folder, folder.resolve("other.yaml")).wanted()).isEmpty();
    assertThat(file.state().orElseThrow().gateway()).endsWith("other.yaml");
    assertThat(file.state().orElseThrow().isInForce()).isFalse();
    Path wanted = folder.resolve("cut.json");
    Files.setPosixFilePermissions(wanted, PosixFilePermissions.fromString("rw-rw-r--"));
    assertThatThrownBy(file::wanted)
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining("others may write it");
    file.drop();
    String good =
        "{\"format\":1,\"gateway\":\"%s\",\"id\":\"a\",\"backends\":[\"n\"],\"manner\":\"refused\","
            + "\"renewed\":\"2026-01-01T00:00:00Z\",\"lease_ms\":1000,"
            + "\"ends\":\"2026-01-01T00:00:00Z\"}";
    for (String broken :
        List.of(
            good.replace("1000", "99999999"),
            good.replace("refused", "loud"),
            good.replace("[\"n\"]", "[]"),
            good.replace("[\"n\"]", "[7]"),
            good.replace("\"2026-01-01T00:00:00Z\",\"lease", "7,\"lease"),
            "[".repeat(1000))) {
      Files.deleteIfExists(wanted);
      Files.createFile(
          wanted,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(wanted, broken.formatted(routes.toAbsolutePath()));
      assertThatThrownBy(file::wanted).as(broken).isInstanceOf(GatewayException.class);
    }
  }
}
