package dev.freehold.bench.serving;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests of every kind, in random order, and how they fared.
final class Mixture implements AutoCloseable {
  private static final int OVERLOADED = 429;

  /// A request that every server of Freehold understands, and the status that it must get.
  private record Kind(String name, String path, String body, int status) {}

  private static final String TOOL =
      "{\"type\":\"function\",\"function\":{\"name\":\"add\",\"parameters\":{\"type\":\"object\","
          + "\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{\"type\":\"integer\"}},"
          + "\"required\":[\"a\",\"b\"]}}}";

  private static final List<Kind> KINDS =
      List.of(
          new Kind("chat", "/v1/chat/completions", chat("\"max_tokens\":24"), 200),
          new Kind(
              "chat streamed",
              "/v1/chat/completions",
              chat("\"stream\":true,\"seed\":7,\"temperature\":1,\"max_tokens\":48"),
              200),
          new Kind(
              "logprobs",
              "/v1/chat/completions",
              chat("\"logprobs\":true,\"top_logprobs\":4,\"n\":2,\"max_tokens\":8"),
              200),
          new Kind(
              "schema",
              "/v1/chat/completions",
              chat(
                  "\"max_tokens\":64,\"response_format\":{\"type\":\"json_schema\",\"json_schema\":"
                      + "{\"name\":\"n\",\"schema\":{\"type\":\"object\",\"properties\":{\"n\":"
                      + "{\"type\":\"integer\",\"minimum\":0,\"maximum\":9}},"
                      + "\"required\":[\"n\"]}}}"),
              200),
          new Kind(
              "tools",
              "/v1/chat/completions",
              chat(
                  "\"max_tokens\":64,\"stream\":true,\"tool_choice\":\"required\",\"tools\":["
                      + TOOL
                      + "]"),
              200),
          new Kind(
              "echo",
              "/v1/completions",
              "{\"prompt\":\"PROMPT\",\"echo\":true,\"logprobs\":1,\"max_tokens\":4}",
              200),
          new Kind("embeddings", "/v1/embeddings", "{\"input\":[\"PROMPT\",\"b\"]}", 200),
          new Kind(
              "messages",
              "/v1/messages",
              "{\"model\":\"MODEL\",\"max_tokens\":24,\"stream\":true,"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT\"}]}",
              200),
          new Kind(
              "responses",
              "/v1/responses",
              "{\"input\":\"PROMPT\",\"stream\":true,\"max_output_tokens\":24}",
              200),
          new Kind(
              "ollama",
              "/api/chat",
              "{\"model\":\"MODEL\",\"options\":{\"num_predict\":24},"
                  + "\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT\"}]}",
              200),
          new Kind("tokens", "/tokenize", "{\"content\":\"PROMPT\"}", 200),
          new Kind("no JSON", "/v1/chat/completions", "{\"messages\":[", 400),
          new Kind("wrong field", "/v1/chat/completions", chat("\"temperature\":\"hot\""), 400),
          new Kind(
              "too long",
              "/v1/chat/completions",
              "{\"messages\":[{\"role\":\"user\",\"content\":\"" + "PROMPT ".repeat(2000) + "\"}]}",
              400),
          new Kind(
              "bad schema",
              "/v1/chat/completions",
              chat(
                  "\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"n\","
                      + "\"schema\":{\"$ref\":\"https://example.org/schema\"}}}"),
              400),
          new Kind("no such path", "/v1/nothing", "{}", 404));

  /// How requests fared, of all clients.
  static final class Tally {
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final Map<String, AtomicInteger> byKind = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<String> unexpected = new ConcurrentLinkedQueue<>();

    int requests() {
      return requests.get();
    }

    /// What no server may answer, in words; empty where all is well.
    List<String> unexpected() {
      return List.copyOf(unexpected);
    }

    String told() {
      return "%d requests, %d refused with 429, %d unexpected, %s"
          .formatted(requests.get(), refused.get(), unexpected.size(), new TreeMap<>(byKind));
    }

    private void add(String kind, int status, int expected, String body) {
      requests.incrementAndGet();
      byKind.computeIfAbsent(kind, name -> new AtomicInteger()).incrementAndGet();
      if (status == OVERLOADED) {
        refused.incrementAndGet();
      } else if (status != expected) {
        unexpected.add("%s: expected %d, found %d: %s".formatted(kind, expected, status, body));
      }
    }
  }

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI address;
  private final String model;
  private final Random random;
  private final Tally tally;

  /// @param model what the server calls the model that it serves
  Mixture(URI address, String model, Random random, Tally tally) {
    this.address = address;
    this.model = model;
    this.random = random;
    this.tally = tally;
  }

  private static String chat(String fields) {
    return "{\"messages\":[{\"role\":\"user\",\"content\":\"PROMPT\"}]," + fields + "}";
  }

  /// Makes one request; every eighth goes away before it is answered whole.
  void ask() throws IOException, InterruptedException {
    Kind kind = KINDS.get(random.nextInt(KINDS.size()));
    String prompt = "What is " + random.nextInt(100) + " + " + random.nextInt(100) + "?";
    String body = kind.body().replace("PROMPT", prompt).replace("MODEL", model);
    if (random.nextInt(8) == 0) {
      vanish(kind, body);
      return;
    }
    HttpRequest request =
        HttpRequest.newBuilder(address.resolve(kind.path()))
            .timeout(Duration.ofMinutes(2))
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      tally.add(kind.name(), response.statusCode(), kind.status(), response.body());
    } catch (IOException broken) {
      tally.add(kind.name(), 0, kind.status(), broken.toString());
    }
  }

  /// Sends a request and closes the connection at a random moment, with or without a word.
  private void vanish(Kind kind, String body) throws IOException, InterruptedException {
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    String head =
        ("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                + "Content-Length: %d\r\n\r\n")
            .formatted(kind.path(), address.getAuthority(), content.length);
    try (Socket socket = new Socket(address.getHost(), address.getPort())) {
      socket.setSoLinger(random.nextBoolean(), 0);
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(content, 0, random.nextInt(content.length + 1));
      Thread.sleep(random.nextInt(200));
    }
    tally.add("vanished", kind.status(), kind.status(), "");
  }

  @Override
  public void close() {
    http.shutdownNow();
  }
}
