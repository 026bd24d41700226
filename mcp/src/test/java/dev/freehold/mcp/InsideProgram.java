package dev.freehold.mcp;

import dev.freehold.mcp.transport.RunningProgram;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;

/// A hostile server on a thread, talked to as if it were a program. The pipes are those of the
/// system: Java's own break when the thread that wrote last has ended.
final class InsideProgram implements RunningProgram {
  private final OutputStream input;
  private final InputStream output;

  InsideProgram(String way, Path state) {
    try {
      Pipe asks = Pipe.open();
      Pipe answers = Pipe.open();
      input = Channels.newOutputStream(asks.sink());
      output = Channels.newInputStream(answers.source());
      Thread.ofPlatform()
          .daemon()
          .start(() -> {
            try (InputStream in = Channels.newInputStream(asks.source());
                OutputStream out = Channels.newOutputStream(answers.sink())) {
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
