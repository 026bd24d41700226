package dev.freehold.gateway;

import dev.freehold.gateway.upstream.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A vendor over a real socket that answers by script, and can reset, stall, drip, cut and lie.
final class FakeProvider implements AutoCloseable {
  private static final JsonMapper JSON = JsonMapper.shared();

  /// What it does with one request.
  @FunctionalInterface
  interface Script {
    void run(Wire wire) throws Exception;
  }

  /// A request as it came.
  record Request(String path, Map<String, String> headers, JsonNode body) {}

  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final Shape shape;
  private final ServerSocket socket;
  private final Deque<Script> next = new ArrayDeque<>();
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private Script usual;

  FakeProvider(Shape shape, Script usual) throws IOException {
    this(shape, usual, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  /// @param socket listens already, perhaps with TLS
  FakeProvider(Shape shape, Script usual, ServerSocket socket) {
    this.shape = shape;
    this.usual = usual;
    this.socket = socket;
    Thread.startVirtualThread(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  synchronized void usually(Script script) {
    usual = script;
  }

  /// What it does once, before what it usually does.
  synchronized FakeProvider first(Script script) {
    next.add(script);
    return this;
  }

  private synchronized Script take() {
    Script script = next.poll();
    return script == null ? usual : script;
  }

  private void listen() {
    try {
      while (true) {
        Socket accepted = socket.accept();
        open.add(accepted);
        Thread.startVirtualThread(() -> serve(accepted));
      }
    } catch (IOException closed) {
      // the end of the test
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      Request request = read(accepted.getInputStream());
      requests.add(request);
      take().run(new Wire(shape, accepted, request));
    } catch (Exception broken) {
      // the client went away, which it may
    } finally {
      open.remove(accepted);
    }
  }

  private static Request read(InputStream in) throws IOException {
    String line = line(in);
    if (line.isEmpty()) {
      throw new java.io.EOFException("no request");
    }
    Map<String, String> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers.put(
          header.substring(0, colon).toLowerCase(Locale.ROOT), header.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    JsonNode json = body.length == 0 ? JSON.nullNode() : JSON.readTree(body);
    return new Request(line.split(" ")[1], headers, json);
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() {
    try {
      socket.close();
      for (Socket each : open) {
        each.close();
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /// One exchange from the vendor's side.
  static final class Wire {
    private final Shape shape;
    private final Socket socket;
    private final OutputStream out;
    private int block = -1;
    final Request request;

    Wire(Shape shape, Socket socket, Request request) throws IOException {
      this.shape = shape;
      this.socket = socket;
      this.out = socket.getOutputStream();
      this.request = request;
    }

    void raw(byte[] bytes) throws IOException {
      out.write(bytes);
      out.flush();
    }

    void raw(String text) throws IOException {
      raw(text.getBytes(StandardCharsets.UTF_8));
    }

    /// A whole answer.
    void answer(int status, String headers, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      raw(
          "HTTP/1.1 %d Said\r\nContent-Length: %d\r\nConnection: close\r\n%s\r\n"
              .formatted(status, bytes.length, headers));
      raw(bytes);
    }

    void error(int status, String headers, String type, String code, String message)
        throws IOException {
      String json = "Content-Type: application/json\r\n" + headers;
      answer(
          status,
          json,
          shape == Shape.ANTHROPIC
              ? "{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}"
                  .formatted(type, message)
              : "{\"error\":{\"type\":\"%s\",\"code\":\"%s\",\"message\":\"%s\"}}"
                  .formatted(type, code, message));
    }

    /// The head of a stream that ends with the connection.
    void head() throws IOException {
      raw("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
    }

    void event(String name, String data) throws IOException {
      raw((name.isEmpty() ? "" : "event: " + name + "\n") + "data: " + data + "\n\n");
    }

    /// What comes before the first token.
    void begin(String model) throws IOException {
      if (shape == Shape.ANTHROPIC) {
        event(
            "message_start",
            ("{\"type\":\"message_start\",\"message\":{\"model\":\"%s\",\"usage\":"
                    + "{\"input_tokens\":11}}}")
                .formatted(model));
      } else {
        event("", chunk(model, "{\"role\":\"assistant\",\"content\":\"\"}", "null"));
      }
    }

    private static String chunk(String model, String delta, String reason) {
      return "{\"model\":\"%s\",\"choices\":[{\"index\":0,\"delta\":%s,\"finish_reason\":%s}]}"
          .formatted(model, delta, reason);
    }

    String token(String text) {
      String json = JSON.writeValueAsString(text);
      return shape == Shape.ANTHROPIC
          ? ("{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\","
                  + "\"text\":%s}}")
              .formatted(json)
          : chunk("m", "{\"content\":%s}".formatted(json), "null");
    }

    void text(String text) throws IOException {
      if (shape == Shape.ANTHROPIC && block < 0) {
        block = 0;
        event(
            "content_block_start",
            "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":"
                + "\"text\",\"text\":\"\"}}");
      }
      event(shape == Shape.ANTHROPIC ? "content_block_delta" : "", token(text));
    }

    void call(String id, String name, String arguments) throws IOException {
      String json = JSON.writeValueAsString(arguments);
      if (shape == Shape.ANTHROPIC) {
        block++;
        event(
            "content_block_start",
            ("{\"type\":\"content_block_start\",\"index\":%d,\"content_block\":{\"type\":"
                    + "\"tool_use\",\"id\":\"%s\",\"name\":\"%s\",\"input\":{}}}")
                .formatted(block, id, name));
        event(
            "content_block_delta",
            ("{\"type\":\"content_block_delta\",\"index\":%d,\"delta\":{\"type\":"
                    + "\"input_json_delta\",\"partial_json\":%s}}")
                .formatted(block, json));
      } else {
        event(
            "",
            chunk(
                "m",
                ("{\"tool_calls\":[{\"index\":%d,\"id\":\"%s\",\"type\":\"function\","
                        + "\"function\":{\"name\":\"%s\",\"arguments\":%s}}]}")
                    .formatted(++block, id, name, json),
                "null"));
      }
    }

    /// The reason of the end and the usage.
    ///
    /// @param reason as OpenAI has it
    void finish(String reason, String promptTokens, String answerTokens) throws IOException {
      if (shape == Shape.ANTHROPIC) {
        String told =
            switch (reason) {
              case "length" -> "max_tokens";
              case "tool_calls" -> "tool_use";
              case "content_filter" -> "refusal";
              default -> "end_turn";
            };
        event(
            "message_delta",
            ("{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"%s\"},\"usage\":"
                    + "{\"input_tokens\":%s,\"output_tokens\":%s}}")
                .formatted(told, promptTokens, answerTokens));
      } else {
        event("", chunk("m", "{}", "\"" + reason + "\""));
        event(
            "",
            "{\"choices\":[],\"usage\":{\"prompt_tokens\":%s,\"completion_tokens\":%s}}"
                .formatted(promptTokens, answerTokens));
      }
    }

    void done() throws IOException {
      if (shape == Shape.ANTHROPIC) {
        event("message_stop", "{\"type\":\"message_stop\"}");
      } else {
        raw("data: [DONE]\n\n");
      }
    }

    /// Ends the connection as a crash does.
    void reset() throws IOException {
      try {
        socket.setSoLinger(true, 0);
      } catch (SocketException gone) {
        return;
      }
      socket.close();
    }
  }
}
