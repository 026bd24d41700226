package dev.freehold.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/// An HTTP server for tests: one request a connection, answered by a function.
final class ScriptedServer implements AutoCloseable {
  /// What was asked.
  ///
  /// @param authorization the header, or nothing
  record Asked(String path, String authorization, String body) {}

  /// What is answered, as JSON.
  record Reply(int status, String body) {}

  /// Answers requests.
  @FunctionalInterface
  interface Script {
    Reply reply(Asked asked);
  }

  private final ServerSocket socket;
  private final Script script;
  private final Thread serving;

  ScriptedServer(Script script) throws IOException {
    this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.script = script;
    this.serving = Thread.ofVirtual().start(this::serve);
  }

  String url() {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try (Socket connection = socket.accept()) {
        answer(connection);
      } catch (IOException gone) {
        // the client went away, or the test is over
      }
    }
  }

  private void answer(Socket connection) throws IOException {
    InputStream in = new BufferedInputStream(connection.getInputStream());
    String path = line(in).split(" ")[1];
    String authorization = "";
    int length = 0;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      String name = line.substring(0, line.indexOf(':')).toLowerCase(Locale.ROOT);
      String value = line.substring(line.indexOf(':') + 1).strip();
      if (name.equals("authorization")) {
        authorization = value;
      } else if (name.equals("content-length")) {
        length = Integer.parseInt(value);
      }
    }
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    Reply reply = script.reply(new Asked(path, authorization, body));
    byte[] bytes = reply.body().getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 %d -\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                .formatted(reply.status(), bytes.length)
            + "Connection: close\r\n\r\n";
    connection.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
    connection.getOutputStream().write(bytes);
    connection.getOutputStream().flush();
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("the request broke off");
      }
      line.append((char) c);
    }
    return line.toString().strip();
  }

  /// Returns when nothing listens any more: a socket that a thread accepts on is given up by that
  /// thread, a little later than it is closed, and may answer a last time until then.
  @Override
  public void close() throws IOException {
    socket.close();
    try {
      serving.join(Duration.ofSeconds(10));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
