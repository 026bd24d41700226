package dev.freehold.hub.pull;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freehold.hub.HubException;
import dev.freehold.tensor.TensorStore;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.databind.JsonNode;

/// Pulls a model in a process of its own, which a test can kill: `HOME HUB NAME`. Prints `ready`,
/// then `done PATH` or `failed WHY`.
public final class PullProgram {
  private PullProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    URI hub = URI.create(arguments[1]);
    PullSettings settings =
        new PullSettings(
            hub,
            hub,
            Optional.empty(),
            ProxyRules.none(),
            4,
            new PullSettings.Patience(
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                Duration.ofMinutes(2),
                Duration.ofMillis(10),
                3,
                Duration.ofSeconds(2)));
    try (Puller puller = new Puller(settings, PullFolders.of(Map.of(), Path.of(arguments[0])))) {
      System.out.println("ready");
      System.out.println("done " + puller.pull(PullRequest.of(arguments[2]), event -> {}).path());
    } catch (HubException e) {
      System.out.println("failed " + e.getMessage());
      System.exit(1);
    }
  }

  /// The command that runs it.
  static List<String> command(Path home, URI hub, String name) {
    String path =
        Stream.of(
                TensorStore.class,
                HubException.class,
                PullProgram.class,
                JsonNode.class,
                TokenStreamFactory.class,
                JsonInclude.class)
            .map(PullProgram::classes)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xshare:auto",
        "-cp",
        path,
        PullProgram.class.getName(),
        home.toString(),
        hub.toString(),
        name);
  }

  /// The folder or jar that a class is in; the tests' own folder is part of the module under test.
  private static String classes(Class<?> type) {
    String name = type.getName().replace('.', '/') + ".class";
    String place = String.valueOf(type.getResource("/" + name));
    String root = place.substring(0, place.length() - name.length());
    if (root.startsWith("jar:")) {
      root = root.substring("jar:".length(), root.length() - "!/".length());
    }
    return Path.of(URI.create(root)).toString();
  }

  /// Runs a command to its end and gives the lines that it printed, last `exit CODE`.
  static List<String> run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    List<String> lines = new ArrayList<>(text.lines().toList());
    lines.add("exit " + process.waitFor());
    return lines;
  }
}
