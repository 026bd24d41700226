package dev.freehold.mcp;

import dev.freehold.mcp.transport.RunningProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/// A hostile server on a thread, talked to as if it were a program.
final class InsideProgram implements RunningProgram {
  private final PipedOutputStream input = new PipedOutputStream();
  private final PipedInputStream output = new PipedInputStream(1 << 16);

  InsideProgram(String way, Path state) {
    try {
      PipedInputStream in = new PipedInputStream(input, 1 << 16);
      PipedOutputStream out = new PipedOutputStream(output);
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (out) {
              new HostileServer(way, state, in, out).serve();
            } catch (IOException ended) {
              // the test closed it
            }
          });
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public OutputStream input() {
    return input;
  }

  @Override
  public InputStream output() {
    return output;
  }

  @Override
  public void end() {
    try {
      input.close();
      output.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public String ending() {
    return "";
  }
}
