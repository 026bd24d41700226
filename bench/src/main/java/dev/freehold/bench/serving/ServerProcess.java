package dev.freehold.bench.serving;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A server in a process of its own, measured from outside as its users meet it.
final class ServerProcess implements AutoCloseable {
  private static final Duration START = Duration.ofMinutes(5);
  private static final String READY = "listening at ";

  private final Process process;
  private final URI address;
  private final long startNanos;
  private final BufferedReader out;

  private ServerProcess(Process process, URI address, long startNanos, BufferedReader out) {
    this.process = process;
    this.address = address;
    this.startNanos = startNanos;
    this.out = out;
  }

  /// Starts a gateway by its launcher or its classes, and waits until it says where it listens.
  ///
  /// @param command starts Freehold, as its launcher does
  /// @param home holds its configuration and takes what it writes
  static ServerProcess gateway(List<String> command, GatewayHome home) throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("serve", "demo", "--port", "0", "--gateway", home.routes().toString()));
    ProcessBuilder builder = new ProcessBuilder(line).redirectError(home.log().toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(FREEHOLD|XDG)_.*"));
    builder.environment().put("HOME", home.dir().toString());
    builder.environment().putAll(home.environment());
    try {
      return start(builder);
    } catch (IOException failure) {
      String said = Files.readString(home.log());
      throw new IOException("the gateway did not start: " + said, failure);
    }
  }

  /// Starts `COMMAND serve MODEL --port 0 --no-log OPTIONS` and waits until it says where it
  /// listens.
  ///
  /// @param command starts Freehold, as its launcher does
  static ServerProcess freehold(List<String> command, String model, List<String> options)
      throws IOException {
    List<String> line = new ArrayList<>(command);
    line.addAll(List.of("serve", model, "--port", "0", "--no-log"));
    line.addAll(options);
    return start(new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private static ServerProcess start(ProcessBuilder builder) throws IOException {
    long start = System.nanoTime();
    Process process = builder.start();
    BufferedReader out = process.inputReader(StandardCharsets.UTF_8);
    try {
      String said = out.readLine();
      if (said == null || !said.startsWith(READY)) {
        throw new IOException("the server did not say where it listens, but: " + said);
      }
      return new ServerProcess(process, URI.create(said.substring(READY.length())), start, out);
    } catch (IOException | RuntimeException failure) {
      process.destroyForcibly();
      throw failure;
    }
  }

  /// Freehold in the same classes as this program.
  static List<String> ownCommand() {
    String classes =
        Stream.of("jdk.module.path", "java.class.path")
            .map(property -> System.getProperty(property, ""))
            .filter(path -> !path.isEmpty())
            .collect(Collectors.joining(File.pathSeparator));
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-Xms64m",
        "--add-modules",
        "jdk.incubator.vector",
        "--enable-native-access=ALL-UNNAMED",
        "-Xlog:disable",
        "-cp",
        classes,
        "dev.freehold.cli.Main");
  }

  /// Starts a llama.cpp server and waits until it is healthy.
  ///
  /// @param slots requests that it answers at the same time
  /// @param context tokens of one of them
  static ServerProcess llama(Path binary, Path model, int slots, int context)
      throws IOException, InterruptedException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> line = new ArrayList<>(List.of(binary.toString(), "-m", model.toString()));
    String threads = Integer.toString(Runtime.getRuntime().availableProcessors());
    line.addAll(List.of("--host", "127.0.0.1", "--port", Integer.toString(port), "-t", threads));
    line.addAll(List.of("-np", Integer.toString(slots), "-c", Integer.toString(slots * context)));
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(line)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    ServerProcess server =
        new ServerProcess(
            process, URI.create("http://127.0.0.1:" + port), start, process.inputReader());
    try {
      server.awaitHealth();
      return server;
    } catch (IOException | InterruptedException | RuntimeException failure) {
      process.destroyForcibly();
      throw failure;
    }
  }

  private void awaitHealth() throws IOException, InterruptedException {
    HttpRequest health = HttpRequest.newBuilder(address.resolve("/health")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      while (process.isAlive() && System.nanoTime() - startNanos < START.toNanos()) {
        try {
          if (client.send(health, BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // it does not listen yet
        }
        Thread.sleep(100);
      }
    }
    throw new IOException("the server at %s did not become healthy".formatted(address));
  }

  URI address() {
    return address;
  }

  long startNanos() {
    return startNanos;
  }

  long pid() {
    return process.pid();
  }

  /// What it wrote on standard output after its address, until its end.
  String laterOutput() throws IOException {
    return out.readAllAsString();
  }

  /// What it started that is alive.
  List<ProcessHandle> children() {
    return process.descendants().toList();
  }

  /// Ends it as a machine does that runs out of memory: at once, with no word of it.
  void kill() throws InterruptedException {
    process.toHandle().destroyForcibly();
    process.waitFor();
  }

  /// Processor time of all its threads until now; 0 where the system does not tell.
  double processorSeconds() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }

  /// What the system has given to a process.
  ///
  /// @param residentKib memory in KiB
  /// @param mostResidentKib the most that it ever was
  /// @param descriptors open files and sockets
  record Holdings(long residentKib, long mostResidentKib, int threads, int descriptors) {}

  /// What the process holds now; empty where the system has no `/proc`.
  Optional<Holdings> holdings() throws IOException {
    Path folder = Path.of("/proc", Long.toString(pid()));
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    List<String> status = Files.readAllLines(folder.resolve("status"));
    try (Stream<Path> files = Files.list(folder.resolve("fd"))) {
      return Optional.of(
          new Holdings(
              figure(status, "VmRSS:"),
              figure(status, "VmHWM:"),
              (int) figure(status, "Threads:"),
              (int) files.count()));
    }
  }

  private static long figure(List<String> status, String name) {
    return status.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
        .findFirst()
        .orElseThrow();
  }

  /// Bytes that live objects take, after the whole heap was collected.
  long liveHeapBytes() throws IOException, InterruptedException {
    Process asked =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid()),
                "GC.class_histogram")
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String histogram = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (asked.waitFor() != 0) {
      throw new IOException("jcmd cannot ask the server for its heap");
    }
    return histogram
        .lines()
        .filter(line -> line.startsWith("Total"))
        .mapToLong(line -> Long.parseLong(line.strip().split("\\s+")[2]))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    process.toHandle().destroy(); // that of the process closes its output unread
    try {
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
