package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Part;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.engine.EngineEnvironment;
import dev.freehold.gateway.engine.EngineRegister;
import dev.freehold.gateway.engine.Engines;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Way;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// An engine in a process of its own that is killed, starts again, and leaves nothing behind.
@Timeout(value = 300, unit = TimeUnit.SECONDS)
class SupervisedEngineTest {
  @TempDir private Path folder = Path.of("unset");
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final Networks networks = new Networks();
  private final Time time = new WallTime(Clock.systemUTC());

  private Routes routes(Engines engines) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String path =
        System.getProperty("java.class.path")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    String tests = Path.of("target/test-classes").toAbsolutePath().toString();
    String text =
        """
        limits: {first-token: 120s, last-first-token: 120s, between-tokens: 120s}
        backends:
          slow:
            command: ["%s", -cp, "%s", dev.freehold.gateway.FakeEngine, "{port}", "30"]
            log: slow.log
          vendor:
            url: https://vendor.example/v1
            key: {environment: HOME}
        routes:
          default:
            last-resort: false
            targets: [{backend: slow, model: own, can: [continue]}]
          with-last:
            targets: [{backend: slow, model: own}]
        """
            .formatted(java, tests + File.pathSeparator + path);
    return RoutesFile.parse(
        text,
        folder.resolve("gateway.yaml"),
        new RoutesFile.Surroundings(
            name -> Optional.of("sk-test"),
            Optional.of(new RoutesFile.OwnEngine(new EngineUpstream("engine", last()), "last")),
            networks::of,
            engines::of,
            time));
  }

  private static ChatBackend last() {
    return (request, events, cancellation) -> {
      Input.Conversation asked = (Input.Conversation) request.input();
      int told =
          asked.messages().getLast() instanceof Message.Assistant begun
              ? Part.text(begun.content()).split(" ").length
              : 0;
      events.accept(new ChatEvent.TextDelta(FaultBed.words(told, FaultBed.TOKENS)));
      events.accept(
          new ChatEvent.Finished(
              FinishReason.END,
              new Usage(1, 0, 1, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0)));
    };
  }

  private static String text(List<ChatEvent> events) {
    return events.stream()
        .map(event -> event instanceof ChatEvent.TextDelta delta ? delta.text() : "")
        .collect(Collectors.joining());
  }

  private static Set<ProcessHandle> children() {
    return ProcessHandle.current().descendants().collect(Collectors.toSet());
  }

  private static void await(BooleanSupplier isSo) throws InterruptedException {
    while (!isSo.getAsBoolean()) { // the test has a limit of time
      Thread.sleep(20);
    }
  }

  @Test
  void anEngineKilledWithinAnAnswerStartsAgainAndTheAnswerIsWhole() throws Exception {
    Set<ProcessHandle> before = children();
    Engines engines =
        new Engines(
            networks.of(Way.direct(Duration.ofSeconds(5))),
            time,
            told::add,
            EngineRegister.none(),
            new EngineEnvironment());
    Routes routes = routes(engines);
    Gateway gateway = new Gateway(routes, Ledger.NONE, time, new SplittableRandom(1));
    engines.use(routes.engines(), routes.upkeep().keyVariables());
    await(() -> told.stream().anyMatch(line -> line.contains("ready at")));
    Set<ProcessHandle> started = children();
    started.removeAll(before);
    assertThat(started).isNotEmpty();

    List<ChatEvent> events = new ArrayList<>();
    gateway.answer(
        FaultBed.request("a question").withModel("with-last"),
        event -> {
          events.add(event);
          if (text(events).endsWith("w9 ")) {
            started.forEach(ProcessHandle::destroyForcibly); // kill -9
          }
        },
        new Cancellation());
    assertThat(events.getLast()).isInstanceOf(ChatEvent.Finished.class);
    assertThat(text(events)).isEqualTo(FaultBed.ANSWER);
    assertThat(events)
        .anyMatch(e -> e instanceof ChatEvent.Served s && s.backend().equals("engine"));

    await(() -> told.stream().filter(line -> line.contains("ready at")).count() == 2);
    List<ChatEvent> again = new ArrayList<>();
    gateway.answer(FaultBed.request("another"), again::add, new Cancellation());
    assertThat(text(again)).isEqualTo(FaultBed.ANSWER);
    assertThat(Files.readString(folder.resolve("slow.log")))
        .contains("listening at")
        .contains("variable PATH")
        .as("what holds the key of a vendor is not told to an engine")
        .doesNotContain("variable HOME");

    engines.close();
    networks.close();
    Set<ProcessHandle> after = children();
    after.removeAll(before);
    assertThat(after).as("nothing is left").noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void aCommandThatCannotBeStartedIsToldAndTriedAgain() throws Exception {
    String text =
        """
        backends: {gone: {command: [no-such-program, "{port}"]}}
        routes: {default: {targets: [{backend: gone, model: m}]}}
        """;
    try (Engines engines =
        new Engines(
            networks.of(Way.direct(Duration.ofSeconds(5))),
            time,
            told::add,
            EngineRegister.none(),
            new EngineEnvironment())) {
      Routes routes =
          RoutesFile.parse(
              text,
              folder.resolve("gateway.yaml"),
              new RoutesFile.Surroundings(
                  name -> Optional.empty(),
                  Optional.of(
                      new RoutesFile.OwnEngine(new EngineUpstream("engine", last()), "last")),
                  networks::of,
                  engines::of,
                  time));
      Gateway gateway = new Gateway(routes, Ledger.NONE, time, new SplittableRandom(1));
      engines.use(routes.engines(), routes.upkeep().keyVariables());
      List<ChatEvent> events = new ArrayList<>();
      gateway.answer(FaultBed.request("a"), events::add, new Cancellation());
      assertThat(text(events)).isEqualTo(FaultBed.ANSWER);
      await(() -> told.stream().filter(line -> line.contains("cannot be started")).count() >= 2);
    }
    networks.close();
  }
}
