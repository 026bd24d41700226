package dev.freehold.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/// A vendor that speaks OpenAI's form, says a few words, and fails when it is told to.
final class FakeVendor implements AutoCloseable {
  static final List<String> WORDS = List.of("Not ", "from ", "this ", "machine.");

  /// What it lists at `/models`.
  static final String MODELS =
      "{\"data\":[{\"id\":\"large\",\"shutdown_date\":\"2027-03-01\"},{\"id\":\"other\"}]}";

  /// Heads and bodies as they came.
  final List<String> requests = new CopyOnWriteArrayList<>();

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

  /// After how many words the connection breaks; less than none for an error instead.
  volatile int breaksAfter = Integer.MAX_VALUE;

  FakeVendor() throws IOException {
    Thread.startVirtualThread(this::listen);
  }

  int port() {
    return socket.getLocalPort();
  }

  private void listen() {
    while (!socket.isClosed()) {
      try {
        Socket accepted = socket.accept();
        Thread.startVirtualThread(() -> serve(accepted));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket accepted) {
    try (accepted) {
      String request = request(accepted.getInputStream());
      requests.add(request);
      OutputStream out = accepted.getOutputStream();
      if (request.startsWith("GET ")) {
        String head = "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n";
        write(out, head.formatted(MODELS.length()) + MODELS);
        return;
      }
      int words = Math.min(breaksAfter, WORDS.size());
      if (words < 0) {
        write(out, "HTTP/1.1 401 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}");
        return;
      }
      write(out, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n");
      for (String word : WORDS.subList(0, words)) {
        write(out, chunk("{\"content\":\"%s\"}".formatted(word), "null"));
      }
      if (words == WORDS.size()) {
        write(out, chunk("{}", "\"stop\""));
        write(out, "data: {\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}\n\n");
        write(out, "data: [DONE]\n\n");
      }
    } catch (IOException gone) {
      // whoever asked went away
    }
  }

  private static String chunk(String delta, String reason) {
    return ("data: {\"model\":\"vendor-model-2\",\"choices\":[{\"delta\":%s,\"finish_reason\":"
            + "%s}]}\n\n")
        .formatted(delta, reason);
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  private static String request(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return text;
      }
      head.write(b);
      text = b == '\n' ? head.toString(StandardCharsets.ISO_8859_1) : text;
    }
    if (text.startsWith("GET ")) {
      return text;
    }
    String length = "content-length: ";
    int at = text.toLowerCase(Locale.ROOT).indexOf(length) + length.length();
    int size = Integer.parseInt(text.substring(at, text.indexOf("\r\n", at)));
    return text + new String(in.readNBytes(size), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
