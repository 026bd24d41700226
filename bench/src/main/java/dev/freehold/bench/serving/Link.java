package dev.freehold.bench.serving;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// A connection over which requests go one after the other, read with as little work as can be, so
/// that what is measured is the server's.
final class Link implements Closeable {
  private static final byte[] HEAD_END = bytes("\r\n\r\n");
  private static final byte[] LAST_CHUNK = bytes("\r\n0\r\n\r\n");

  private final Socket socket;
  private final InputStream in;
  private byte[] buffer = new byte[16 << 10];
  private int length;

  /// One answer.
  ///
  /// @param firstNanos when the first token was there, by [System#nanoTime]
  /// @param endNanos when all was
  /// @param text head and body as they came
  record Reply(long firstNanos, long endNanos, String text) {
    boolean contains(String part) {
      return text.contains(part);
    }
  }

  Link(URI address) throws IOException {
    socket = new Socket(address.getHost(), address.getPort());
    socket.setTcpNoDelay(true);
    in = socket.getInputStream();
  }

  /// A request as it goes over the wire.
  static byte[] post(URI address, String path, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    byte[] head =
        bytes(
            ("POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\n"
                    + "Content-Length: %d\r\n\r\n")
                .formatted(path, address.getAuthority(), body.length));
    byte[] request = Arrays.copyOf(head, head.length + body.length);
    System.arraycopy(body, 0, request, head.length, body.length);
    return request;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /// Asks and reads to the end.
  ///
  /// @param token what the first token begins with, behind its quote
  Reply ask(byte[] request, String token) throws IOException {
    return ask(request, token, () -> {});
  }

  /// The same, with something to do when the first token is there.
  Reply ask(byte[] request, String token, Runnable onFirst) throws IOException {
    byte[] mark = bytes("\"" + token);
    socket.getOutputStream().write(request);
    length = 0;
    long first = 0;
    int body = -1;
    long whole = -1;
    boolean isChunked = false;
    while (true) {
      read();
      if (body < 0) {
        int end = find(HEAD_END, 0);
        if (end >= 0) {
          body = end + HEAD_END.length;
          String head = new String(buffer, 0, body, StandardCharsets.ISO_8859_1);
          String small = head.toLowerCase(Locale.ROOT);
          isChunked = small.contains("transfer-encoding: chunked");
          whole = isChunked ? -1 : body + contentLength(small);
        }
      }
      if (first == 0 && body >= 0 && find(mark, body) >= 0) {
        first = System.nanoTime();
        onFirst.run();
      }
      boolean isEnd = isChunked ? endsWith(LAST_CHUNK) : body >= 0 && length >= whole;
      if (isEnd) {
        String text = new String(buffer, 0, length, StandardCharsets.UTF_8);
        return new Reply(first, System.nanoTime(), text);
      }
    }
  }

  private static long contentLength(String head) {
    String name = "content-length: ";
    int at = head.indexOf(name) + name.length();
    return Long.parseLong(head.substring(at, head.indexOf('\r', at)));
  }

  private void read() throws IOException {
    if (length == buffer.length) {
      buffer = Arrays.copyOf(buffer, 2 * length);
    }
    int read = in.read(buffer, length, buffer.length - length);
    if (read < 0) {
      throw new EOFException(
          "the answer broke off after "
              + new String(buffer, 0, Math.min(length, 4000), StandardCharsets.UTF_8));
    }
    length += read;
  }

  private int find(byte[] what, int from) {
    for (int at = from; at <= length - what.length; at++) {
      if (Arrays.equals(buffer, at, at + what.length, what, 0, what.length)) {
        return at;
      }
    }
    return -1;
  }

  private boolean endsWith(byte[] what) {
    return length >= what.length
        && Arrays.equals(buffer, length - what.length, length, what, 0, what.length);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
