package dev.freehold.agent.sandbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/// What lies around a sandbox and must not be reached from it: files, servers, a process.
final class Outside implements AutoCloseable {
  static final String SECRET = "FREEHOLD_SECRET_8c1f";

  private final String name = "freehold-test-" + UUID.randomUUID();
  private final Path folder;
  private final ServerSocket server;
  private final ServerSocketChannel unix;
  private final List<Process> processes = new ArrayList<>();
  private final Map<String, String> before;

  Outside(Path folder) throws IOException {
    this.folder = folder;
    Files.writeString(folder.resolve("secret"), SECRET);
    Files.writeString(folder.resolve("victim"), "as it was");
    Files.createDirectory(folder.resolve(".ssh"));
    Files.writeString(folder.resolve(".ssh/id"), SECRET);
    server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
    unix = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    unix.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
    ProcessBuilder other = new ProcessBuilder("sh", "-c", "sleep 600; true", "x" + SECRET);
    other.environment().put("TOKEN", SECRET);
    processes.add(other.start());
    listenAbstract();
    before = state();
  }

  private void listenAbstract() throws IOException {
    try {
      Process listening =
          new ProcessBuilder(
                  "perl",
                  "-MSocket",
                  "-e",
                  "socket(S, AF_UNIX, SOCK_STREAM, 0) && bind(S, pack_sockaddr_un(\"\\0\" . shift))"
                      + " && listen(S, 9) or die; $| = 1; print \"x\"; sleep 600",
                  name)
              .start();
      processes.add(listening);
      listening.getInputStream().read();
    } catch (IOException noPerl) {
      // the attack that needs it is skipped for the same reason
    }
  }

  Map<String, String> variables() {
    return Map.of(
        "OUT", folder.toString(),
        "PORT", Integer.toString(server.getLocalPort()),
        "SOCKET", folder.resolve("socket").toString(),
        "ABSTRACT", name,
        "OTHER", Long.toString(processes.getFirst().pid()));
  }

  private Map<String, String> state() throws IOException {
    Map<String, String> state = new TreeMap<>();
    try (var files = Files.walk(folder)) {
      for (Path file : files.toList()) {
        FileTime changed = Files.getLastModifiedTime(file);
        state.put(
            folder.relativize(file).toString(),
            PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                + " "
                + changed
                + " "
                + (Files.isRegularFile(file) ? Files.readString(file) : ""));
      }
    }
    return state;
  }

  boolean isUntouched() throws IOException {
    return state().equals(before) && processes.stream().allMatch(Process::isAlive);
  }

  @Override
  public void close() throws IOException {
    for (Process process : processes) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    server.close();
    unix.close();
  }
}
