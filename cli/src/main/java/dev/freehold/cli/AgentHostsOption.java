package dev.freehold.cli;

import dev.freehold.agent.sandbox.Reach;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The option that names hosts which commands may reach.
final class AgentHostsOption {
  private static final String NONE = "none";

  @Option(
      names = "--allow-host",
      paramLabel = "HOST",
      description =
          "Let commands reach this host, as repo1.maven.org, example.org:8443 or *.example.org (its"
              + " subdomains), by HTTPS, and by HTTP for reading; may be given again. What is sent"
              + " there cannot be taken back. Kept with the run; none takes all away.")
  private List<String> written = List.of();

  /// What it says; empty where it was not given.
  Optional<List<String>> given() {
    if (written.isEmpty()) {
      return Optional.empty();
    }
    List<String> hosts =
        written.stream().map(host -> host.strip().toLowerCase(Locale.ROOT)).distinct().toList();
    if (hosts.equals(List.of(NONE))) {
      return Optional.of(List.of());
    }
    try {
      return Optional.of(new Reach(List.of(), hosts).hosts());
    } catch (IllegalArgumentException e) {
      throw new CliException(
          Exit.USAGE,
          "--allow-host: " + Failure.printable(String.valueOf(e.getMessage())),
          "Expected a public name, as example.org, example.org:8443 or *.example.org; or none.");
    }
  }
}
