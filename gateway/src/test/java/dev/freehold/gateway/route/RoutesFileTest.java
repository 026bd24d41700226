package dev.freehold.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.gateway.EngineUpstream;
import dev.freehold.gateway.FastClock;
import dev.freehold.gateway.GatewayException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesFileTest {
  private static final RoutesFile.Surroundings AROUND =
      new RoutesFile.Surroundings(
          name -> Optional.of("sk-planted").filter(key -> name.equals("KEY")),
          Optional.of(
              new RoutesFile.OwnEngine(
                  new EngineUpstream("engine", (request, events, cancellation) -> {}), "own")),
          way ->
              (call, most, cancellation) -> {
                throw new IllegalStateException("nothing is sent here");
              },
          spec ->
              (ask, key, events, cancellation) -> {
                throw new IllegalStateException("nothing is started here");
              },
          FastClock.TIME);

  private static Routes parse(String text) {
    return RoutesFile.parse(text, Path.of("gateway.yaml"), AROUND);
  }

  @Test
  void aFileThatIsNotThereIsToldInWords() {
    assertThatThrownBy(() -> RoutesFile.read(Path.of("none", "gateway.yaml"), AROUND))
        .isInstanceOf(GatewayException.class)
        .hasMessage("none/gateway.yaml: no such file");
  }

  @Test
  void readsAll() {
    Routes routes =
        parse(
            """
            limits: {first-token: 400ms, whole: 1h}
            retries: {attempts: 3, patience: 1s}
            local-only-keys: [legal]
            last-resort: tiny
            backends:
              far: {shape: anthropic, url: "https://api.example.org/v1/", key: {environment: KEY},
                    limits: {connect: 1s}}
              near: {url: "http://10.0.0.7:8000/v1", local: true}
            routes:
              default:
                order: weighted
                sticky: true
                personal-data: stays
                delivery: whole
                after-cut: fail
                on-refusal: next
                targets:
                  - {backend: far, model: big, can: [tools, images], context: 200000, weight: 3}
                  - {backend: near, model: small, cost: 0.5}
              house:
                local-only: true
                last-resort: false
                targets: [{backend: near, model: small}]
            """);
    Route route = routes.find("").orElseThrow();
    assertThat(route.targets())
        .extracting(Target::id)
        .containsExactly("far/big", "near/small", "engine/tiny");
    assertThat(route.order()).isEqualTo(Route.Order.WEIGHTED);
    assertThat(route.policy()).isEqualTo(new Route.Policy(false, true));
    assertThat(route.delivery()).isEqualTo(new Route.Delivery(true, false, true));
    Backend far = route.targets().getFirst().backend();
    assertThat(far.limits().connect()).isEqualTo(Duration.ofSeconds(1));
    assertThat(far.limits().firstToken()).isEqualTo(Duration.ofMillis(400));
    assertThat(far.keys().toString()).doesNotContain("sk-planted");
    assertThat(routes.toString()).doesNotContain("sk-planted");
    assertThat(routes.retrying().attempts()).isEqualTo(3);
    assertThat(routes.localOnlyCallers()).containsExactly("legal");
    assertThat(routes.find("house").orElseThrow().targets()).hasSize(1);
    assertThat(routes.find("other").orElseThrow().targets())
        .extracting(Target::id)
        .isEqualTo(List.of("engine/other"));
  }

  /// What is wrong is told with the place.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a: b: c | gateway.yaml: no YAML",
        "[] | the top level: expected a mapping",
        "{} | routes: expected a mapping, found nothing",
        "{rooutes: {}} | routes: expected a mapping, found only \"rooutes\"",
        "{routes: {a: {tragets: []}}} | routes.a.targets: expected a list, found only \"tragets\"",
        "{backends: {b: {shape: ollama, urll: 'http://x'}}, routes: {}} | backends.b.url: expected "
            + "url or command, found only \"shape, urll\"",
        "{routes: {}, rooutes: {}} | not known here: \"rooutes\"; known are",
        "{routes: {a: {targets: [{backend: x, model: m}]}}} | routes.a.targets[0].backend: no "
            + "backend is called \"x\"; there are: engine",
        "{routes: {a: {targets: 5}}} | routes.a.targets: expected a list, found \"5\"",
        "{routes: {a: {targets: [], last-resort: false}}} | routes.a.targets: is empty",
        "{routes: {a: {targets: [], order: best}}} | routes.a.order: expected one of cheapest, "
            + "fastest, listed, weighted",
        "{routes: {'a b': {targets: []}}} | routes.a b: expected a name",
        "{backends: {b: {}}, routes: {}} | backends.b.url: expected url or command",
        "{backends: {b: {url: 'ftp://x'}}, routes: {}} | backends.b.url: expected an address",
        "{backends: {b: {url: 'https://me:secret@x'}}, routes: {}} | without a name, a password",
        "{backends: {b: {url: 'http://x.example', key: {environment: KEY}}}, routes: {}} | "
            + "backends.b.url: would send the key unencrypted",
        "{backends: {b: {url: 'https://x', key: {environment: GONE}}}, routes: {}} | "
            + "backends.b.key.environment: the variable GONE is not set",
        "{backends: {b: {url: 'https://x', key: sk-in-the-file}}, routes: {}} | backends.b.key:"
            + " expected {environment: NAME} or {file: PATH}",
        "{backends: {b: {url: 'https://x', shape: soap}}, routes: {}} | expected one of "
            + "anthropic, ollama, openai",
        "{backends: {engine: {url: 'https://x'}}, routes: {}} | take another name",
        "{backends: {b: {command: [vllm, serve]}}, routes: {}} | backends.b.command: names no "
            + "{port}",
        "{backends: {b: {command: [x], url: 'http://x'}}, routes: {}} | url or command, one of "
            + "both",
        "{limits: {whole: 5}, routes: {}} | limits.whole: expected a time such as 400ms",
        "{limits: {whole: 0s}, routes: {}} | limits.whole: expected a time above zero",
        "{retries: {attempts: 0}, routes: {}} | retries.attempts: expected an integer of 1 to 100",
        "{routes: {}, routes: {}} | no YAML"
      })
  void tellsWhatIsWrong(String text, String expected) {
    assertThatThrownBy(() -> parse(text))
        .isInstanceOf(GatewayException.class)
        .hasMessageContaining(expected)
        .message()
        .startsWith("gateway.yaml");
  }
}
