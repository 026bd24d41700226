package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.proxy.AllowedHosts;
import dev.freehold.agent.sandbox.proxy.RefusedException;
import java.nio.file.Path;
import java.util.List;

/// What commands reach besides the system and their workspace.
///
/// @param readable files and folders that they may read, such as a package manager's store; a
///   socket in one is reached too
/// @param hosts that they may reach by HTTP and TLS, through a proxy, where there are namespaces:
///   `host`, `host:port`, or `*.domain` for all below it
public record Reach(List<Path> readable, List<String> hosts) {
  /// Nothing more.
  public static final Reach NOTHING = new Reach(List.of(), List.of());

  public Reach {
    readable = List.copyOf(readable);
    hosts = List.copyOf(hosts);
    if (!readable.stream().allMatch(Path::isAbsolute)) {
      throw new IllegalArgumentException("what commands may read is named absolutely: " + readable);
    }
    try {
      AllowedHosts unused = new AllowedHosts(hosts);
    } catch (RefusedException e) {
      throw new IllegalArgumentException("hosts " + hosts + ": " + e.getMessage(), e);
    }
  }
}
