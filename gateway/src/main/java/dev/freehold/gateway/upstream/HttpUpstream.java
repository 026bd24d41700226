package dev.freehold.gateway.upstream;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.Failure;
import dev.freehold.gateway.failure.FailureClass;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/// A server that is asked over HTTP, always for a streamed answer.
public final class HttpUpstream implements Upstream, ChatBackend {
  private static final int MAX_REQUEST = 256 << 20;
  private static final int MAX_REFUSALS = 3;

  private final Address address;
  private final Wire wire;
  private final Network network;
  private final Time time;
  private final RefusedFields refused = new RefusedFields();

  /// Where a server is.
  ///
  /// @param name of the backend, for messages and clients
  /// @param uri what the paths of the form are put behind
  public record Address(String name, URI uri) {}

  private HttpUpstream(Address address, Wire wire, Network network, Time time) {
    this.address = address;
    this.wire = wire;
    this.network = network;
    this.time = time;
  }

  /// A server of some shape.
  public static HttpUpstream of(
      Shape shape, Address address, Settings settings, Network network, Time time) {
    return new HttpUpstream(address, shape.wire(settings), network, time);
  }

  /// Where the server is.
  public URI uri() {
    return address.uri();
  }

  /// The models that the server lists, in OpenAI's form; see [ModelList].
  ///
  /// @throws AttemptException where there is no list
  public Map<String, Optional<LocalDate>> models(Secret key, Limits limits) {
    return ModelList.ask(address, wire, network, key, limits);
  }

  /// Asks without a key and for the model that the request names.
  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    boolean[] hasBegun = {false};
    try {
      var unused =
          ask(
              new Ask(request, request.model(), Limits.DEFAULT, true),
              Secret.NONE,
              event -> {
                hasBegun[0] = true;
                events.accept(event);
              },
              cancellation);
    } catch (AttemptException failed) {
      ChatException told = failed.failure().toChat();
      if (!hasBegun[0]) {
        throw told;
      }
      events.accept(new ChatEvent.Failed(told.partial()));
    } catch (CancelledException cancelled) {
      Usage none = new Usage(0, 0, 0, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);
      events.accept(new ChatEvent.Finished(FinishReason.CANCELLED, none));
    }
  }

  @Override
  public Answered ask(
      Ask ask, Secret given, Consumer<ChatEvent> events, Cancellation cancellation) {
    Secret key = given.now();
    try {
      Answered answered =
          askHidden(ask, key, event -> events.accept(hidden(event, key)), cancellation);
      return new Answered(key.hideIn(answered.model()), answered.isEstimated());
    } catch (AttemptException failed) {
      Failure failure = failed.failure();
      Failure hidden =
          new Failure(
              failure.type(),
              key.hideIn(failure.message()),
              failure.retryAfter(),
              failure.excess());
      AttemptException told = new AttemptException(hidden);
      told.setStackTrace(failed.getStackTrace());
      throw told;
    }
  }

  /// A server may say that its model is called as the key.
  private static ChatEvent hidden(ChatEvent event, Secret key) {
    return event instanceof ChatEvent.Served served
        ? new ChatEvent.Served(served.backend(), key.hideIn(served.model()))
        : event;
  }

  /// Asks, and again without what the model is found to refuse.
  private Answered askHidden(
      Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation) {
    for (int refusals = 0; ; refusals++) {
      try {
        return askOnce(ask, key, events, cancellation);
      } catch (RefusedException told) {
        if (refusals == MAX_REFUSALS || !refused.add(ask.model(), told.fields)) {
          throw new AttemptException(told.failure);
        }
      }
    }
  }

  /// The request has fields that the model refuses; nothing was answered.
  private static final class RefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Failure failure;
    private final transient Set<String> fields;

    RefusedException(Failure failure, Set<String> fields) {
      super(failure.message());
      this.failure = failure;
      this.fields = fields;
    }
  }

  private Answered askOnce(
      Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation) {
    long begun = time.nanos();
    List<String> notices = new ArrayList<>();
    Wire.Model model = new Wire.Model(ask.model(), address.name(), refused.of(ask.model()));
    ObjectNode body = wire.body(ask.request(), model, notices::add);
    byte[] bytes = body.toString().getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_REQUEST) {
      throw new AttemptException(
          FailureClass.BAD_REQUEST, "the request has more than %d bytes".formatted(MAX_REQUEST));
    }
    Map<String, String> headers = new HashMap<>(wire.headers(key.reveal()));
    headers.put("Content-Type", "application/json");
    headers.put("Accept", wire.isEvents() ? "text/event-stream" : "application/x-ndjson");
    headers.put("User-Agent", "freehold");
    Duration patience = ask.limits().firstToken(ask.isLast());
    URI uri = URI.create(address.uri() + wire.path());
    try (Network.Reply reply =
        network.send(new Network.Call(uri, headers, bytes), patience, cancellation)) {
      checkHead(reply, ask.limits(), body);
      Telling telling = new Telling(address.name(), ask.model(), time, events);
      AnswerLoop loop = new AnswerLoop(address.name(), wire, telling, time, ask);
      notices.forEach(telling::notice);
      if (wire.isEvents() && mediaType(reply).equals("application/json")) {
        loop.runWhole(reply, begun);
      } else {
        loop.run(reply, begun, patience);
      }
      return new Answered(telling.model(), telling.end(characters(body)));
    }
  }

  /// Characters of what is asked, without the bytes of images.
  private static long characters(JsonNode node) {
    if (node.isString()) {
      return Math.min(node.stringValue().length(), 1 << 20);
    }
    long sum = 0;
    for (JsonNode member : node) {
      sum += characters(member);
    }
    return sum;
  }

  private void checkHead(Network.Reply reply, Limits limits, ObjectNode asked) {
    String coding = reply.header("Content-Encoding").orElse("identity").strip();
    if (!coding.equalsIgnoreCase("identity")) {
      throw new AttemptException(
          FailureClass.MALFORMED,
          "%s compressed its answer (%s), which was not asked for"
              .formatted(address.name(), Errors.shown(coding)));
    }
    int status = reply.status();
    if (status < 200 || status >= 300) {
      throw failure(reply, limits, asked);
    }
    if (mediaType(reply).equals("text/html")) {
      throw new AttemptException(
          FailureClass.MALFORMED,
          "%s answered with a web page, as networks do that want a log-in"
              .formatted(address.name()));
    }
  }

  private static String mediaType(Network.Reply reply) {
    String type = reply.header("Content-Type").orElse("");
    return type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
  }

  private RuntimeException failure(Network.Reply reply, Limits limits, ObjectNode asked) {
    String text = errorText(reply, limits);
    JsonNode body = Json.parse(text).filter(JsonNode::isObject).orElse(MissingNode.getInstance());
    Duration retryAfter =
        Errors.retryAfter(
            reply.header("Retry-After-Ms"), reply.header("Retry-After"), time.instant());
    if (reply.status() < 400) {
      return new AttemptException(
          FailureClass.MALFORMED,
          "%s answered %d, which leads elsewhere and is not followed; give its own address"
              .formatted(address.name(), reply.status()));
    }
    Failure failure =
        Errors.ofStatus(address.name(), reply.status(), body, text).withRetryAfter(retryAfter);
    Set<String> fields = reply.status() == 400 ? wire.refused(asked, body) : Set.of();
    return fields.isEmpty() ? new AttemptException(failure) : new RefusedException(failure, fields);
  }

  /// The begin of the body of an error; as much as comes in a moment.
  private String errorText(Network.Reply reply, Limits limits) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long deadline = time.nanos() + limits.connect().toNanos();
    try {
      while (bytes.size() < limits.sizes().error()) {
        long left = deadline - time.nanos();
        Optional<byte[]> next = left <= 0 ? Optional.empty() : reply.next(Duration.ofNanos(left));
        if (next.isEmpty()) {
          break;
        }
        bytes.write(next.get(), 0, Math.min(next.get().length, limits.sizes().error()));
      }
    } catch (AttemptException broken) {
      return bytes.toString(StandardCharsets.UTF_8); // the status says enough
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
