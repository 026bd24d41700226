package dev.freehold.server;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Handling;
import dev.freehold.server.wire.HandlingHeaders;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.RequestException;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One request and its answer, as a dialect sees them: the body parsed within limits, who asks, and
/// one way out, a reply or a stream.
public final class Exchange {
  private final String id;
  private final ServerRequest request;
  private final ServerResponse response;
  private final Surroundings around;
  private final Cancellation cancellation = new Cancellation();
  private final Instant started;
  private Map<String, String> pathParameters = Map.of();
  private Identity identity = Identity.LOCAL;
  private @Nullable Fields body;
  private @Nullable ReplyStream stream;
  private int status;
  private String route = "";
  private volatile boolean isGone;
  private volatile boolean isTold;

  /// What all exchanges of a server share.
  ///
  /// @param isEnding whether the server ends
  record Surroundings(
      ServerOptions.Limits limits,
      Clock clock,
      java.util.concurrent.ScheduledExecutorService timer,
      java.util.concurrent.atomic.AtomicBoolean isEnding) {}

  Exchange(ServerRequest request, ServerResponse response, String id, Surroundings around) {
    this.request = request;
    this.response = response;
    this.id = id;
    this.around = around;
    this.started = around.clock().instant();
  }

  void identified(Identity newIdentity) {
    identity = newIdentity;
  }

  void routed(Route newRoute, Map<String, String> parameters) {
    route = newRoute.method() + " " + newRoute.path();
    pathParameters = parameters;
  }

  /// The route that was found; empty where none was.
  String route() {
    return route;
  }

  /// The body, where it was read.
  Optional<JsonNode> readBodyNode() {
    return Optional.ofNullable(body).map(Fields::object);
  }

  /// All values of a request header.
  List<String> headers(String name) {
    return request.headers().all(HeaderNames.create(name), List::of);
  }

  /// A number of this request for logs and errors, made by the server.
  public String id() {
    return id;
  }

  public String method() {
    return request.prologue().method().text();
  }

  /// The path as it was sent, without the query.
  public String path() {
    return request.prologue().uriPath().rawPath();
  }

  /// What stands in the place of `{name}` in the route's path, decoded.
  public String pathParameter(String name) {
    return pathParameters.getOrDefault(name, "");
  }

  /// A parameter of the query, decoded; the first where there are several.
  public Optional<String> query(String name) {
    return request.query().first(name).asOptional();
  }

  /// A request header; the first where there are several.
  public Optional<String> header(String name) {
    return Optional.ofNullable(request.headers().first(HeaderNames.create(name)).orElse(null));
  }

  /// Whether whoever asks may use routes of this kind.
  public boolean may(Access access) {
    return identity.may(access);
  }

  /// On whose behalf backends are asked.
  public Caller caller() {
    return identity.caller().withHandling(HandlingHeaders.read(this::header));
  }

  /// Who asks, for the log.
  String callerName() {
    return identity.caller().name();
  }

  /// Tells the client who gives the answer, where the headers are not sent yet.
  public void served(ChatEvent.Served served) {
    if (stream == null || !stream.hasBegun()) {
      putServed("x-freehold-backend", served.backend());
      putServed("x-freehold-model", served.model());
      putServed("x-freehold-request", served.request());
    }
  }

  /// Other servers choose the names of models; what cannot stand in a header is left out.
  private void putServed(String name, String value) {
    if (value.matches("[!-~]([ -~]{0,198}[!-~])?")) {
      replyHeader(name, value);
    }
  }

  /// Is set when the client goes away or the server gives up waiting for answers.
  public Cancellation cancellation() {
    return cancellation;
  }

  /// When the request arrived.
  public Instant started() {
    return started;
  }

  public Clock clock() {
    return around.clock();
  }

  /// The body, a JSON object.
  ///
  /// @throws ServerException where it is not sent as JSON, is too large, or no JSON object
  public Fields body() {
    Fields read = body;
    if (read == null) {
      read = readBody();
      body = read;
    }
    return read;
  }

  private Fields readBody() {
    checkContentType();
    String coding = header("Content-Encoding").orElse("identity").strip();
    if (!coding.equalsIgnoreCase("identity")) {
      throw new ServerException(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "Content-Encoding: expected none, found %s; send the body as it is"
              .formatted(Fields.shown(text(coding))));
    }
    byte[] bytes = readBytes();
    try {
      JsonNode json =
          StrictJson.parse(
              bytes,
              "the body",
              new StrictJson.Limits(
                  around.limits().bodyBytes(), 64, around.limits().bodyBytes(), 100, 4096));
      if (!json.isObject()) {
        throw new ServerException(
            Problem.Kind.INVALID_REQUEST,
            "the body: expected a JSON object, found " + Fields.shown(json));
      }
      return Fields.of(json, "");
    } catch (TensorException invalid) {
      throw new ServerException(Problem.Kind.INVALID_REQUEST, String.valueOf(invalid.getMessage()));
    }
  }

  /// Pages may send a few other types without asking first, so those are taken from programs only:
  /// `curl -d` says `application/x-www-form-urlencoded` where nobody tells it otherwise, and some
  /// say nothing. All browsers tell of themselves, in `Origin` or `Sec-Fetch-...`.
  private void checkContentType() {
    String type =
        header("Content-Type").orElse("").split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    boolean isUnsaid = type.isEmpty() || type.equals("application/x-www-form-urlencoded");
    if (!type.equals("application/json") && !(isUnsaid && !isFromBrowser())) {
      throw new ServerException(
          Problem.Kind.UNSUPPORTED_MEDIA_TYPE,
          "Content-Type: expected application/json, found %s; send a JSON object with this header"
              .formatted(type.isEmpty() ? "none" : Fields.shown(text(type))));
    }
  }

  private boolean isFromBrowser() {
    return request.headers().stream()
        .map(header -> header.headerName().lowerCase())
        .anyMatch(name -> name.equals("origin") || name.startsWith("sec-fetch-"));
  }

  private static JsonNode text(String text) {
    return tools.jackson.databind.node.JsonNodeFactory.instance.stringNode(text);
  }

  private byte[] readBytes() {
    int most = around.limits().bodyBytes();
    if (!request.content().hasEntity()) {
      return new byte[0];
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] bytes = in.readNBytes(most + 1);
      if (bytes.length > most) {
        throw new ServerException(
            Problem.Kind.TOO_LARGE, "the body: more than the limit of %d bytes".formatted(most));
      }
      return bytes;
    } catch (ServerException | RequestException | CloseConnectionException told) {
      throw told;
    } catch (IOException | RuntimeException broken) { // of the library: a length or chunk that lies
      replyHeader("Connection", "close");
      throw new ServerException(
          Problem.Kind.INVALID_REQUEST,
          "the body: ends too early, or its chunks are none; send as many bytes as"
              + " Content-Length says");
    }
  }

  /// Sets a header of the answer.
  public void replyHeader(String name, String value) {
    response.header(HeaderNames.create(name), value);
  }

  public void reply(JsonNode value) {
    reply(200, value);
  }

  public void reply(int newStatus, JsonNode value) {
    reply(newStatus, "application/json", value.toString().getBytes(StandardCharsets.UTF_8));
  }

  /// Caches keep nothing, unless a `Cache-Control` was set that says otherwise.
  public void reply(int newStatus, String contentType, byte[] bytes) {
    status = newStatus;
    response.status(Status.create(newStatus));
    response.header(HeaderNames.CONTENT_TYPE, contentType);
    response.headers().setIfAbsent(HeaderValues.create(HeaderNames.CACHE_CONTROL, "no-store"));
    isTold = true;
    response.send(bytes);
  }

  /// Begins an answer in pieces; the server ends it when the handler returns.
  public ReplyStream stream(ReplyStream.Framing framing) {
    if (stream != null) {
      throw new IllegalStateException("an exchange has one stream");
    }
    ReplyStream begun = new ReplyStream(response, framing, cancellation, () -> status = 200);
    stream = begun;
    begun.beginPings(around.timer(), around.limits().keepAlive());
    return begun;
  }

  /// The request for a backend: where the answer is not streamed, it may be told as a whole.
  public ChatRequest handled(ChatRequest request) {
    Handling handling = request.caller().handling();
    return stream != null
        ? request
        : request.withCaller(
            request
                .caller()
                .withHandling(new Handling(handling.localOnly(), true, handling.conversation())));
  }

  Optional<ReplyStream> stream() {
    return Optional.ofNullable(stream);
  }

  /// The status that was sent; 0 where none was.
  int status() {
    return status;
  }

  /// Nothing is left to be told but the end of the stream, where there is one.
  void told() {
    isTold = true;
  }

  /// The client went away; where all was told, that is its right.
  void gone() {
    if (!isTold) {
      isGone = true;
    }
    cancellation.cancel();
  }

  boolean isGone() {
    return isGone;
  }

  /// What a handler throws when a backend says that the answer was cancelled.
  public ServerException cancelled() {
    return new ServerException(
        Problem.Kind.UNAVAILABLE,
        around.isEnding().get()
            ? "the server shuts down; the answer is not complete"
            : "the request was cancelled");
  }
}
