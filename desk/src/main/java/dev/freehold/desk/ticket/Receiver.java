package dev.freehold.desk.ticket;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freehold.tensor.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.node.JsonNodeFactory;

/// Takes tickets by requests, `POST /tickets` with JSON as [Ticket#parse] reads it, and puts them
/// into a folder: once a request is answered with 202, its ticket is on the disk.
///
/// It listens on this machine alone and wants a bearer token; what faces a network is a proxy's
/// work. A request of a web page, which has an `Origin`, is refused.
public final class Receiver implements AutoCloseable {
  private static final int QUEUE = 50;
  private static final int AT_ONCE = 8;
  private static final String BEARER = "Bearer ";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final FolderSource folder;
  private final String token;

  private Receiver(HttpServer server, FolderSource folder, String token) {
    this.server = server;
    this.folder = folder;
    this.token = token;
  }

  /// @param port 0 for a free one
  /// @param token not empty
  /// @throws TicketException where the port cannot be had
  public static Receiver start(int port, FolderSource folder, String token) {
    if (token.isEmpty()) {
      throw new IllegalArgumentException("a receiver without a token takes tickets of anybody");
    }
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), QUEUE);
      Receiver receiver = new Receiver(server, folder, token);
      server.createContext("/", receiver::handle);
      server.setExecutor(receiver.threads);
      server.start();
      return receiver;
    } catch (IOException failure) {
      throw new TicketException(
          "port %d cannot be listened at: %s".formatted(port, failure.getMessage()), failure);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  /// What a request is answered with.
  private record Answered(int status, String text) {}

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      Answered answered;
      try {
        answered = answer(exchange);
      } catch (TicketException refused) {
        answered = new Answered(400, String.valueOf(refused.getMessage()));
      }
      String field = answered.status() == 202 ? "id" : "error";
      byte[] body =
          JsonNodeFactory.instance
              .objectNode()
              .put(field, answered.text())
              .toString()
              .getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answered.status(), body.length);
      exchange.getResponseBody().write(body);
    }
  }

  private Answered answer(HttpExchange exchange) throws IOException {
    if (!exchange.getRequestURI().getPath().equals("/tickets")) {
      return new Answered(404, "expected POST /tickets");
    }
    if (!exchange.getRequestMethod().equals("POST")) {
      return new Answered(405, "expected POST /tickets");
    }
    if (exchange.getRequestHeaders().containsKey("Origin")) {
      return new Answered(403, "requests of web pages are not taken");
    }
    String given =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")).orElse("");
    if (!given.startsWith(BEARER) || !isToken(given.substring(BEARER.length()))) {
      return new Answered(401, "expected the desk's token as a bearer token");
    }
    byte[] body;
    try (InputStream in = exchange.getRequestBody()) {
      body = in.readNBytes(Ticket.MAX_BYTES + 1);
    }
    if (body.length > Ticket.MAX_BYTES) {
      return new Answered(413, "a ticket has at most %,d bytes".formatted(Ticket.MAX_BYTES));
    }
    Ticket ticket = Ticket.parse(body, "the ticket");
    folder.put(ticket);
    return new Answered(202, ticket.id());
  }

  /// Takes as long whatever is wrong with it.
  private boolean isToken(String given) {
    return MessageDigest.isEqual(
        Sha256.of(given).getBytes(StandardCharsets.US_ASCII),
        Sha256.of(token).getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
