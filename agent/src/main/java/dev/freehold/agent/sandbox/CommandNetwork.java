package dev.freehold.agent.sandbox;

import dev.freehold.agent.sandbox.proxy.AllowedHosts;
import dev.freehold.agent.sandbox.proxy.Forwarder;
import dev.freehold.agent.sandbox.proxy.HostProxy;
import dev.freehold.agent.sandbox.proxy.PublicNetwork;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The network of one command that may reach some hosts: a proxy in this program, and within the
/// namespaces a forwarder to it, which is run by this program's own Java.
final class CommandNetwork implements AutoCloseable {
  private static final Path INSIDE = Path.of("/run/freehold");
  private static final String SOCKET = "proxy";

  private final Path folder;
  private final HostProxy proxy;
  private final Path java;
  private final Path classes;

  CommandNetwork(AllowedHosts hosts, PublicNetwork network) {
    java = Path.of(System.getProperty("java.home"));
    classes = classes();
    try {
      folder = Files.createTempDirectory("freehold-proxy").toRealPath();
    } catch (IOException e) {
      throw new SandboxException("no private folder can be made: " + e.getMessage(), e);
    }
    try {
      proxy = new HostProxy(folder.resolve(SOCKET), hosts, network);
    } catch (UncheckedIOException e) {
      Folders.delete(folder);
      throw new SandboxException(String.valueOf(e.getMessage()), e);
    }
  }

  private static Path classes() {
    try {
      return Path.of(Forwarder.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException | RuntimeException e) {
      throw new SandboxException(
          "hosts cannot be allowed: this program's classes lie in no file: " + e, e);
    }
  }

  /// What is shown to the command, by the path at which it is.
  Map<Path, Path> shown() {
    return Map.of(folder, INSIDE, java, java, classes, classes);
  }

  /// The allowed hosts that the command asked for.
  List<String> asked() {
    return proxy.asked();
  }

  /// The command, run beside the forwarder and told of it.
  Command wrap(Command command) {
    List<String> argv =
        new ArrayList<>(
            List.of(
                java.resolve("bin/java").toString(),
                "-Xmx32m",
                "-Xlog:disable",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-cp",
                classes.toString(),
                Forwarder.class.getName(),
                INSIDE.resolve(SOCKET).toString()));
    argv.addAll(command.argv());
    Map<String, String> environment = new LinkedHashMap<>();
    String address = "http://127.0.0.1:" + Forwarder.PORT;
    for (String name : List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")) {
      environment.put(name, address);
    }
    environment.put("no_proxy", "localhost,127.0.0.1");
    environment.put("NO_PROXY", "localhost,127.0.0.1");
    environment.putAll(command.environment());
    return new Command(argv, command.workspace(), environment, command.input(), command.limits());
  }

  @Override
  public void close() {
    proxy.close();
    Folders.delete(folder);
  }
}
