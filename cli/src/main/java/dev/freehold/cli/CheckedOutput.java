package dev.freehold.cli;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/// Output that reports a write that fails, where a `PrintStream` alone would swallow it.
///
/// A reader that went away ends the command quietly with [Exit#OUTPUT_CLOSED]; any other failure, a
/// full disk say, is an error with its reason.
final class CheckedOutput extends OutputStream {
  private static final int BUFFER_BYTES = 1 << 15;

  private final BufferedOutputStream sink;

  CheckedOutput(OutputStream sink) {
    this.sink = new BufferedOutputStream(sink, BUFFER_BYTES);
  }

  @Override
  public void write(int b) {
    try {
      sink.write(b);
    } catch (IOException failure) {
      throw failed(failure);
    }
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    try {
      sink.write(bytes, offset, length);
    } catch (IOException failure) {
      throw failed(failure);
    }
  }

  @Override
  public void flush() {
    try {
      sink.flush();
    } catch (IOException failure) {
      throw failed(failure);
    }
  }

  private static CliException failed(IOException failure) {
    String reason = String.valueOf(failure.getMessage());
    boolean readerLeft =
        reason.contains("Broken pipe")
            || reason.contains("Connection reset")
            || reason.contains("pipe is being closed")
            || reason.contains("pipe has been ended");
    CliException report =
        new CliException(
            readerLeft ? Exit.OUTPUT_CLOSED : Exit.FAILURE,
            "cannot write the output: " + reason,
            "");
    report.initCause(failure);
    return report;
  }
}
