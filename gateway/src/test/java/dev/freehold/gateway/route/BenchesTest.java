package dev.freehold.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.Limits;
import dev.freehold.gateway.upstream.Secret;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BenchesTest {
  private long seconds;
  private final Benches benches =
      new Benches(
          new Time() {
            @Override
            public long nanos() {
              return seconds * 1_000_000_000;
            }

            @Override
            public Instant instant() {
              return Instant.EPOCH.plusSeconds(seconds);
            }

            @Override
            public void sleep(Duration time, Cancellation cancellation) {
              seconds += time.toSeconds();
            }
          });
  private final Candidate one = candidate(false, "model", 0);
  private final Candidate sibling = candidate(false, "model", 1);
  private final Candidate other = candidate(false, "other", 0);

  private static Candidate candidate(boolean isEngine, String model, int key) {
    Backend backend =
        new Backend(
            isEngine ? "engine" : "vendor",
            isEngine,
            isEngine,
            (ask, secret, events, cancellation) -> {
              throw new IllegalStateException("nobody is asked here");
            },
            List.of(Secret.NONE, Secret.NONE),
            Limits.DEFAULT);
    return new Candidate(new Target(backend, model, Set.of(), 0, 1, 0), key);
  }

  private void fails(Candidate candidate, FailureClass type) {
    benches.failed(candidate, Failure.of(type, "x"));
  }

  @Test
  void aFewFailuresInARowBenchATarget() {
    fails(one, FailureClass.TRANSIENT);
    fails(one, FailureClass.TRANSIENT);
    assertThat(benches.enter(one)).isTrue();
    benches.succeeded(one);
    fails(one, FailureClass.TRANSIENT);
    fails(one, FailureClass.TRANSIENT);
    assertThat(benches.enter(one)).as("a success in between").isTrue();
    fails(one, FailureClass.TRANSIENT);
    assertThat(benches.enter(one)).isFalse();
    assertThat(benches.enter(sibling)).as("the model, whatever the key").isFalse();
    assertThat(benches.enter(other)).as("another model").isTrue();
  }

  @Test
  void oneProbeGoesThereWhenTheTimeIsOver() {
    fails(one, FailureClass.WITHDRAWN);
    assertThat(benches.left(one).orElseThrow().left()).isEqualTo(Duration.ofHours(1));
    seconds += 3599;
    assertThat(benches.enter(one)).isFalse();
    seconds += 1;
    assertThat(benches.enter(one)).as("the probe").isTrue();
    assertThat(benches.enter(one)).as("while it is out").isFalse();
    fails(one, FailureClass.WITHDRAWN);
    assertThat(benches.left(one).orElseThrow().left()).as("doubled").isEqualTo(Duration.ofHours(2));
    seconds += 7200;
    assertThat(benches.enter(one)).isTrue();
    benches.succeeded(one);
    assertThat(benches.enter(one)).isTrue();
    assertThat(benches.all()).isEmpty();
  }

  @Test
  void aProbeOfWhichNothingIsHeardIsGivenUp() {
    fails(one, FailureClass.WITHDRAWN);
    seconds += 3600;
    assertThat(benches.enter(one)).isTrue();
    seconds += 121;
    assertThat(benches.enter(one)).isTrue();
    benches.left(one, false);
    assertThat(benches.enter(one)).as("the client of the probe went away").isTrue();
  }

  @Test
  void aRefusedKeyIsNotItsSiblingAndARefusedBackendIsAllOfIt() {
    fails(one, FailureClass.REVOKED_KEY);
    assertThat(benches.enter(one)).isFalse();
    assertThat(benches.enter(other)).as("the same key").isFalse();
    assertThat(benches.enter(sibling)).isTrue();
    fails(sibling, FailureClass.REGION_BLOCK);
    assertThat(benches.enter(sibling)).isFalse();
    assertThat(benches.enter(candidate(false, "third", 1))).isFalse();
  }

  @Test
  void whatTheServerAsksForIsObeyed() {
    benches.failed(
        one, Failure.of(FailureClass.OVERLOADED, "x").withRetryAfter(Duration.ofSeconds(40)));
    assertThat(benches.left(one).orElseThrow().left()).isEqualTo(Duration.ofSeconds(40));
    seconds += 40;
    assertThat(benches.enter(one)).isTrue();
  }

  @Test
  void requestsThatAreWrongAndTheEngineBenchNobody() {
    for (int i = 0; i < 10; i++) {
      fails(one, FailureClass.BAD_REQUEST);
      fails(one, FailureClass.CONTEXT_OVERFLOW);
      fails(candidate(true, "own", 0), FailureClass.TRANSIENT);
    }
    assertThat(benches.all()).isEmpty();
  }
}
