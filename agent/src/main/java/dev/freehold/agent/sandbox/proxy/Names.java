package dev.freehold.agent.sandbox.proxy;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of a host.
@FunctionalInterface
public interface Names {
  /// The system's own way.
  Names SYSTEM = host -> List.of(InetAddress.getAllByName(host.text()));

  List<InetAddress> addresses(HostName host) throws IOException;
}
