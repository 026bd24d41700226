package dev.freehold.cli;

import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.Kernels;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// What most starts do, done once while the JVM watches: `./freehold` runs it when it makes its
/// cache of classes, so that the help, a server and a chat start from that cache.
///
/// It uses the plain kernels, since a cache cannot hold classes of the Vector API's module, which
/// is loaded when it is needed. What it prints goes nowhere, and it leaves no file behind.
final class Rehearsal {
  /// What `./freehold` starts the program with for this.
  static final String ARGUMENT = "--rehearse";

  private static final String READY = "listening at http://127.0.0.1:";
  private static final String QUESTION = "What is 48 + 36?";

  /// Tokens enough for what multiplies many at once.
  private static final String PROMPT = "1" + ",1".repeat(39);

  private static final int PATIENCE_MILLIS = 60_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Surroundings surroundings;

  private Rehearsal(Path folder) {
    PrintStream err = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
    this.surroundings =
        new Surroundings(
            Map.of(),
            folder,
            new ByteArrayInputStream(new byte[0]),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            err,
            Clock.systemDefaultZone());
  }

  /// What is done: each has a cache of its own, since a start loads all that its cache holds.
  enum Play {
    ANSWER,
    AGENT,
    SERVE
  }

  /// @param temporary where a folder is made, and deleted in the end
  static void hold(Play play, Path temporary) throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory(temporary, "freehold");
    try {
      new Rehearsal(folder).run(play);
    } finally {
      delete(folder);
    }
  }

  private void run(Play play) throws IOException, InterruptedException {
    boolean emits = runsMachineCode();
    if (emits) {
      Main.run(surroundings, "prepare", "demo");
      Main.run(surroundings, "logits", "demo", "--kernel", "machine", "--ids", PROMPT);
    }
    String kernel = emits ? "machine" : "reference";
    Main.run(surroundings, "run", "demo", "--kernel", kernel, "--max-tokens", "4", QUESTION);
    // As a file of a person's own, which is found and named in other ways.
    String file = DemoModel.found(surroundings).path().toString();
    Main.run(surroundings, "run", file, "--raw", "--kernel", kernel, "--max-tokens", "4", QUESTION);
    out.reset();
    switch (play) {
      case ANSWER -> type(surroundings.home().resolve("history"));
      case AGENT -> work();
      case SERVE -> serve();
    }
  }

  private void work() throws IOException {
    Path work = Files.createDirectories(surroundings.home().resolve("work"));
    List<String> agent =
        List.of(
            "agent",
            QUESTION,
            "--model",
            "demo",
            "--kernel",
            "reference",
            "--max-steps",
            "1",
            "--workspace",
            work.toString());
    Main.run(surroundings, agent.toArray(String[]::new));
    out.reset();
    type(surroundings.home().resolve("history"));
  }

  private void serve() throws IOException, InterruptedException {
    List<String> serve = List.of("serve", "demo", "--port", "0", "--kernel", "reference");
    Thread server = new Thread(() -> Main.run(surroundings, serve.toArray(String[]::new)));
    server.start();
    try {
      chat(port(server));
    } finally {
      server.interrupt();
      server.join();
    }
  }

  /// Reads a line as at a terminal; where the system gives no pseudo terminal, the cache does
  /// without.
  private static void type(Path history) {
    InputStream typed = new ByteArrayInputStream("/bye\r".getBytes(StandardCharsets.UTF_8));
    try (AgentTerminal terminal =
        AgentTerminal.over(typed, OutputStream.nullOutputStream(), history)) {
      terminal.ask();
    } catch (CliException | IllegalStateException noTerminal) {
      return;
    }
  }

  /// Whether the machine tier needs nothing of the Vector API.
  private static boolean runsMachineCode() {
    return Kernels.instructions(InstructionSet.AVX512_VNNI)
        .equals(Optional.of(InstructionSet.AVX512_VNNI));
  }

  private int port(Thread server) throws IOException, InterruptedException {
    while (true) {
      String line = out.toString(StandardCharsets.UTF_8);
      if (line.endsWith("\n") && line.startsWith(READY)) {
        return Integer.parseInt(line.strip().substring(READY.length()));
      }
      if (!server.isAlive()) {
        throw new IOException("the server did not start");
      }
      Thread.sleep(5);
    }
  }

  private static void chat(int port) throws IOException {
    String body =
        "{\"stream\":true,\"max_tokens\":16,\"temperature\":0,"
            + "\"messages\":[{\"role\":\"user\",\"content\":\""
            + QUESTION
            + "\"}]}";
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(body.length());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.contains("data: [DONE]")) {
        throw new IOException("the answer broke off");
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
