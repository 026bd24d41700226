package dev.freehold.gateway;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Handling;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.gateway.upstream.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// Two vendors and an engine behind a gateway, in time that runs ten times as fast.
final class FaultBed implements AutoCloseable {
  static final int TOKENS = 60;
  static final String ANSWER = words(0, TOKENS);
  static final FastTime TIME = new FastTime(10);

  final Shape shape;
  final boolean isWhole;
  final FakeProvider primary;
  final FakeProvider fallback;
  final Books books = new Books();
  final Networks networks = new Networks();
  private final Gateway gateway;
  private final List<String> engineAsked = new ArrayList<>();
  private final String settings;
  private final Map<String, String> environment;

  /// What a client heard.
  ///
  /// @param time by the fast clock
  record Heard(List<ChatEvent> events, Optional<ChatException> thrown, Duration time) {
    String text() {
      return events.stream()
          .map(event -> event instanceof ChatEvent.TextDelta delta ? delta.text() : "")
          .collect(Collectors.joining());
    }

    List<ChatEvent.CallStarted> calls() {
      return of(ChatEvent.CallStarted.class);
    }

    <T extends ChatEvent> List<T> of(Class<T> type) {
      return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /// How many ends there were; must be one.
    long ends() {
      return of(ChatEvent.Finished.class).size()
          + of(ChatEvent.Failed.class).size()
          + (thrown.isPresent() ? 1 : 0);
    }

    Optional<ChatEvent.Finished> end() {
      return of(ChatEvent.Finished.class).stream().findFirst();
    }

    Optional<ChatException> failure() {
      return thrown.or(
          () -> of(ChatEvent.Failed.class).stream().map(ChatEvent.Failed::failure).findFirst());
    }

    String served() {
      List<ChatEvent.Served> all = of(ChatEvent.Served.class);
      return all.isEmpty() ? "nobody" : all.getLast().backend();
    }
  }

  FaultBed(Shape shape, boolean isWhole) throws IOException {
    this(shape, isWhole, "PRIMARY", Map.of());
  }

  /// @param settings the routes of the configuration, after the two vendors; `PRIMARY` for the
  ///   usual ones
  FaultBed(Shape shape, boolean isWhole, String settings, Map<String, String> environment)
      throws IOException {
    this.shape = shape;
    this.isWhole = isWhole;
    this.primary = new FakeProvider(shape, whole("first-model"));
    this.fallback = new FakeProvider(shape, whole("second-model"));
    this.settings = settings;
    this.environment = environment;
    RandomGenerator random = new SplittableRandom(7);
    this.gateway = new Gateway(routes(), books, TIME, random);
  }

  private static final String USUAL =
      """
      routes:
        default:
          delivery: DELIVERY
          last-resort: false
          targets:
            - {backend: primary, model: first-model, context: 8000}
            - {backend: fallback, model: second-model, context: 128000, can: [tools, continue]}
      """;

  private Routes routes() {
    String text =
        """
        limits: {connect: 5s}
        backends:
          primary: {shape: SHAPE, url: "http://127.0.0.1:%d/v1"}
          fallback: {shape: SHAPE, url: "http://127.0.0.1:%d/v1"}
        """
            .formatted(primary.port(), fallback.port());
    String routes = settings.equals("PRIMARY") ? text + USUAL : settings;
    return RoutesFile.parse(
        routes
            .replace("SHAPE", shape.key())
            .replace("DELIVERY", isWhole ? "whole" : "stream")
            .replace("PORT1", "" + primary.port())
            .replace("PORT2", "" + fallback.port()),
        Path.of("gateway.yaml"),
        new RoutesFile.Surroundings(
            name -> Optional.ofNullable(environment.get(name)),
            Optional.of(
                new RoutesFile.OwnEngine(
                    new EngineUpstream(RoutesFile.ENGINE, engine()), "own-model")),
            way -> TIME.network(networks.of(way.withConnect(Duration.ofMillis(500)))),
            spec -> {
              throw new IllegalStateException("no process is started here");
            },
            TIME));
  }

  Gateway gateway() {
    return gateway;
  }

  List<String> engineAsked() {
    return engineAsked;
  }

  private ChatBackend engine() {
    return (request, events, cancellation) -> {
      engineAsked.add(request.model());
      if (request.model().equals("broken")) {
        throw new ChatException(ChatException.Kind.UNAVAILABLE, "", "no memory");
      }
      events.accept(new ChatEvent.TextDelta("from my own machine"));
      events.accept(
          new ChatEvent.Finished(
              FinishReason.END,
              new Usage(5, 0, 4, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1)));
    };
  }

  static ChatRequest request(String text) {
    return new ChatRequest(
        "",
        Input.Conversation.of(List.of(Message.user(text))),
        Sampling.UNSAID,
        Ending.NATURAL,
        Output.FREE,
        Caller.LOCAL);
  }

  Heard ask() {
    return ask(request("a question"));
  }

  static ChatRequest localOnly() {
    ChatRequest request = request("a question");
    return request.withCaller(Caller.LOCAL.withHandling(new Handling(true, false, "")));
  }

  Heard ask(ChatRequest request) {
    List<ChatEvent> events = new ArrayList<>();
    long begun = TIME.nanos();
    Optional<ChatException> thrown = Optional.empty();
    try {
      gateway.answer(request, events::add, new Cancellation());
    } catch (ChatException failure) {
      thrown = Optional.of(failure);
    }
    return new Heard(events, thrown, Duration.ofNanos(TIME.nanos() - begun));
  }

  static String words(int from, int to) {
    return IntStream.range(from, to).mapToObj(i -> "w" + i + " ").collect(Collectors.joining());
  }

  /// All of the answer; where the request ends with a part of it, the rest.
  static FakeProvider.Script whole(String model) {
    return wire -> {
      wire.head();
      wire.begin(model);
      for (int i = begin(wire); i < TOKENS; i++) {
        wire.text("w" + i + " ");
      }
      wire.finish("stop", "11", "60");
      wire.done();
    };
  }

  static int begin(FakeProvider.Wire wire) {
    JsonNode messages = wire.request.body().path("messages");
    JsonNode last = messages.path(messages.size() - 1);
    if (!last.path("role").stringValue("").equals("assistant")) {
      return 0;
    }
    String said = last.path("content").stringValue(last.at("/content/0/text").stringValue(""));
    return said.split(" ").length;
  }

  /// The first tokens of the answer, without an end.
  static FakeProvider.Script begun(int tokens, FakeProvider.Script then) {
    return wire -> {
      wire.head();
      wire.begin("first-model");
      for (int i = 0; i < tokens; i++) {
        wire.text("w" + i + " ");
      }
      Thread.sleep(30); // so that what was sent arrives before what comes then
      then.run(wire);
    };
  }

  static FakeProvider.Script error(int status, String type, String code, String message) {
    return wire -> wire.error(status, "", type, code, message);
  }

  /// Waits by the fast clock.
  static void pause(Duration time) throws InterruptedException {
    Thread.sleep(time.dividedBy(TIME.factor()));
  }

  @Override
  public void close() {
    networks.close();
    primary.close();
    fallback.close();
  }
}
