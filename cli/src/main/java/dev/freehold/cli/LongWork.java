package dev.freehold.cli;

import org.jline.terminal.spi.SystemStream;

/// Long work on the bytes of a vault, with its progress on standard error.
final class LongWork implements AutoCloseable {
  private final String label;
  private final ByteProgress progress;
  private final long total;
  private long done;

  /// @param total bytes of the work, about
  LongWork(Surroundings surroundings, String label, long total) {
    this.label = label;
    this.total = total;
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Error);
    this.progress = new ByteProgress(surroundings.err(), isTerminal, System::nanoTime, total);
  }

  /// Takes note of bytes that were worked on; what is done twice does not count beyond the total.
  void add(long bytes) {
    done += bytes;
    progress.at(label, Math.min(done, total));
  }

  @Override
  public void close() {
    progress.end();
  }
}
