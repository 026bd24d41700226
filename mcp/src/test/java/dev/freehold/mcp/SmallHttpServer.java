package dev.freehold.mcp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/// An HTTP server of one answer a connection, which keeps what it was asked.
final class SmallHttpServer implements AutoCloseable {
  final List<Request> requests = new CopyOnWriteArrayList<>();
  private final ServerSocket socket;
  private final Function<Request, String> answers;

  /// A request with its headers as they came, in small letters.
  record Request(String line, String head, String body) {
    boolean isPost() {
      return line.startsWith("POST ");
    }
  }

  /// @param answers whole answers, from the status line on
  SmallHttpServer(Function<Request, String> answers) throws IOException {
    this.answers = answers;
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofPlatform().daemon().start(this::serve);
  }

  static String answer(String status, String headers, String body) {
    return "HTTP/1.1 %s\r\n%sContent-Length: %d\r\nConnection: close\r\n\r\n%s"
        .formatted(status, headers, body.getBytes(StandardCharsets.UTF_8).length, body);
  }

  static String json(String body) {
    return answer("200 OK", "Content-Type: application/json\r\n", body.replace('\'', '"'));
  }

  URI url() {
    return URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/mcp?of=test");
  }

  private void serve() {
    while (true) {
      try {
        Socket connection = socket.accept();
        Thread.ofPlatform().daemon().start(() -> serve(connection));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      Request request = read(connection.getInputStream());
      requests.add(request);
      OutputStream out = connection.getOutputStream();
      out.write(answers.apply(request).getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException gone) {
      // the client left
    }
  }

  private static Request read(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int c = in.read();
      if (c < 0) {
        break;
      }
      head.write(c);
    }
    String text = head.toString(StandardCharsets.ISO_8859_1);
    String lower = text.toLowerCase(Locale.ROOT);
    int at = lower.indexOf("content-length:");
    int length =
        at < 0 ? 0 : Integer.parseInt(lower.substring(at + 15, lower.indexOf('\r', at)).strip());
    String body = new String(in.readNBytes(length), StandardCharsets.UTF_8);
    return new Request(text.lines().findFirst().orElse(""), lower, body);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
