package dev.freehold.mcp.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A program as the person themself would start it, but for its environment.
final class PlainProgram implements RunningProgram {
  private static final int TO_SAY_MILLIS = 500;

  private final Process process;
  private final ErrorLog errors;
  private final Thread errorReader;

  /// @param environment all of its variables
  /// @param log where its standard error goes
  PlainProgram(List<String> argv, Map<String, String> environment, Path folder, Path log)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(argv).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    process = builder.start();
    errors = new ErrorLog(log);
    errorReader =
        Thread.ofPlatform()
            .name("mcp-errors")
            .daemon()
            .start(() -> errors.drain(process.getErrorStream()));
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public InputStream output() {
    return process.getInputStream();
  }

  @Override
  public void end() {
    new ProcessGroup(process).end();
  }

  @Override
  public String ending() {
    try {
      errorReader.join(TO_SAY_MILLIS);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
    String exit = process.isAlive() ? "" : "exit code " + process.exitValue();
    String tail = errors.tail();
    return tail.isEmpty() ? exit : exit + "; it said: " + tail;
  }
}
