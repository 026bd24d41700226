package dev.freehold.cli;

import dev.freehold.tensor.Sha256;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// A registry for tests that takes and gives what it is asked for, from who is logged in.
final class SmallRegistry implements AutoCloseable {
  static final String LOGIN =
      Base64.getEncoder().encodeToString("ann:secretPASSWORD".getBytes(StandardCharsets.UTF_8));

  private final ServerSocket socket;
  private final Map<String, byte[]> kept = new HashMap<>();
  private byte[] upload = new byte[0];

  /// What is answered.
  private record Reply(int status, String header, byte[] body) {
    static Reply of(int status) {
      return new Reply(status, "X-Nothing: 1", new byte[0]);
    }
  }

  SmallRegistry() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
  }

  String host() {
    return "127.0.0.1:" + socket.getLocalPort();
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
    String[] first = line(in).split(" ");
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
      headers.put(name, line.substring(colon + 1).strip());
    }
    byte[] body = in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    String path = first[1].replaceFirst("\\?.*", "");
    Reply reply =
        headers.getOrDefault("authorization", "").equals("Basic " + LOGIN)
            ? reply(first[0], path, body)
            : new Reply(401, "WWW-Authenticate: Basic realm=\"test\"", new byte[0]);
    OutputStream out = connection.getOutputStream();
    out.write(
        "HTTP/1.1 %d -\r\n%s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
            .formatted(reply.status(), reply.header(), reply.body().length)
            .getBytes(StandardCharsets.UTF_8));
    if (!first[0].equals("HEAD")) {
      out.write(reply.body());
    }
    out.flush();
  }

  private Reply reply(String method, String path, byte[] body) {
    switch (method) {
      case "POST" -> {
        upload = new byte[0];
        return new Reply(202, "Location: " + path + "u1", new byte[0]);
      }
      case "PATCH" -> {
        byte[] all = Arrays.copyOf(upload, upload.length + body.length);
        System.arraycopy(body, 0, all, upload.length, body.length);
        upload = all;
        return Reply.of(202);
      }
      case "PUT" -> {
        boolean isBlob = path.contains("/uploads/");
        byte[] bytes = isBlob ? upload : body;
        String folder = path.replaceFirst(isBlob ? "uploads/u1$" : "[^/]*$", "");
        kept.put(folder + "sha256:" + Sha256.of(bytes), bytes);
        if (!isBlob) {
          kept.put(path, bytes);
        }
        return Reply.of(201);
      }
      default -> {
        byte[] bytes = kept.get(path);
        return bytes == null ? Reply.of(404) : new Reply(200, "X-Nothing: 1", bytes);
      }
    }
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

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
