package dev.freehold.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// This program once more, as a process of its own.
final class OwnProcess implements AutoCloseable {
  private static final int MOST_SHOWN = 2000;

  private final Process process;

  private OwnProcess(Process process) {
    this.process = process;
  }

  /// @param environment variables beside those of this process
  /// @param log what it says, on both outputs
  static OwnProcess start(List<String> arguments, Map<String, String> environment, Path log)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ProcessHandle.current()
        .info()
        .arguments()
        .ifPresent(own -> {
          for (String one : own) {
            if (one.startsWith("-X")) {
              command.add(one);
            }
          }
        });
    String modules = System.getProperty("jdk.module.path", "");
    String classes = System.getProperty("java.class.path", "");
    command.add("--enable-native-access=ALL-UNNAMED");
    String separator = java.io.File.pathSeparator;
    command.add("-cp");
    command.add(
        modules.isEmpty() ? classes : classes.isEmpty() ? modules : modules + separator + classes);
    command.add(Main.class.getName());
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return new OwnProcess(process);
  }

  /// What stands last in a log, for a person who asks why a process ended.
  static String lastWords(Path log) {
    try {
      String all = Files.readString(log);
      String last = all.substring(Math.max(0, all.length() - MOST_SHOWN)).strip();
      return last.isEmpty() ? "It said nothing." : "It said last: " + Failure.printable(last);
    } catch (IOException unreadable) {
      return log + " cannot be read.";
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /// Ends it at once, without a word to it.
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /// Returns when it has ended, so that its files can be removed.
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
