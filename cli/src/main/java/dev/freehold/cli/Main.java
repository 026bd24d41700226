package dev.freehold.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;

/// Where the program starts. Asks for the version are answered here, before anything is loaded.
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length == 1 && arguments[0].equals(Rehearsal.ARGUMENT)) {
      Rehearsal.hold(Path.of(System.getProperty("java.io.tmpdir")));
      return;
    }
    Surroundings surroundings = Surroundings.ofProcess();
    Exit exit = run(surroundings, arguments);
    if (!exit.equals(Exit.OK)) {
      System.exit(exit.code());
    }
  }

  /// Runs one command line to its end.
  static Exit run(Surroundings surroundings, String... arguments) {
    if (arguments.length == 1 && (arguments[0].equals("--version") || arguments[0].equals("-V"))) {
      try {
        surroundings.out().println("freehold " + version());
        surroundings.out().flush();
        return Exit.OK;
      } catch (CliException failure) {
        return Failure.of("freehold", failure).report(surroundings.err(), false);
      }
    }
    return CommandFrame.run(surroundings, arguments);
  }

  /// The version of this build.
  static String version() {
    try (InputStream stream =
        Objects.requireNonNull(Main.class.getResourceAsStream("version.txt"))) {
      return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException failure) {
      throw new CliException("cannot read the version of this build", failure);
    }
  }
}
