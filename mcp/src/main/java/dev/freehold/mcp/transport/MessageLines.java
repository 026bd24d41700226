package dev.freehold.mcp.transport;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Lines of a stream, none of them longer than there is room for.
final class MessageLines {
  private final InputStream in;
  private final int mostBytes;

  MessageLines(InputStream in, int mostBytes) {
    this.in = new BufferedInputStream(in, 1 << 16);
    this.mostBytes = mostBytes;
  }

  /// The next line; empty at the end of the stream.
  ///
  /// @throws IOException where it cannot be read or is too long
  Optional<String> next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    while (true) {
      int c = in.read();
      if (c == '\n' || c < 0 && line.size() > 0) {
        return Optional.of(line.toString(StandardCharsets.UTF_8).strip());
      }
      if (c < 0) {
        return Optional.empty();
      }
      if (line.size() >= mostBytes) {
        throw new IOException("it sent a message of more than %,d bytes".formatted(mostBytes));
      }
      line.write(c);
    }
  }
}
