package dev.freehold.bench.serving;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/// Measures a start: from the first process to the line with the address, and to the first token of
/// the demo's answer, in time and in processor time of all threads.
///
/// `MeasureStart LAUNCHER [ROUNDS [LIMIT_SECONDS]]`. One start goes before and does not count, so
/// that what is made once is there. Ends with exit code 1 where no round gave its first token
/// within the limit, 2 s by default. On a machine that is busy with something else the time says
/// little; the processor time says more.
public final class MeasureStart {
  private static final double DEFAULT_LIMIT = 2.0;
  private static final int DEFAULT_ROUNDS = 5;
  private static final String QUESTION =
      "{\"stream\":true,\"max_tokens\":8,\"temperature\":0,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"What is 48 + 36?\"}]}";

  /// One start, in seconds from its beginning.
  ///
  /// @param listening when the address was printed
  /// @param token when the first token came
  private record Start(double listening, double token, double listeningCpu, double tokenCpu) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "listening after %.2f s (%.2f s of processors), first token after %.2f s (%.2f s)",
          listening,
          listeningCpu,
          token,
          tokenCpu);
    }
  }

  private MeasureStart() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 1 || args.length > 3) {
      System.err.println("usage: MeasureStart LAUNCHER [ROUNDS [LIMIT_SECONDS]]");
      System.exit(2);
    }
    int rounds = args.length > 1 ? Integer.parseInt(args[1]) : DEFAULT_ROUNDS;
    double limit = args.length > 2 ? Double.parseDouble(args[2]) : DEFAULT_LIMIT;
    start(args[0]);
    List<Start> starts = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      Start start = start(args[0]);
      System.out.println(start);
      starts.add(start);
    }
    Start best = starts.stream().min(Comparator.comparingDouble(Start::token)).orElseThrow();
    System.out.println("best: " + best);
    if (best.token() > limit) {
      System.out.printf(Locale.ROOT, "slower than the limit of %.2f s%n", limit);
      System.exit(1);
    }
  }

  private static Start start(String launcher) throws IOException, InterruptedException {
    long begin = System.nanoTime();
    Process process =
        new ProcessBuilder(launcher, "serve", "demo", "--port", "0", "--no-log")
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      String line = out.readLine();
      if (line == null || !line.startsWith("listening at ")) {
        throw new IOException("the server printed: " + line);
      }
      final double listening = secondsSince(begin);
      final double listeningCpu = processorSeconds(process);
      awaitToken(Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
      return new Start(listening, secondsSince(begin), listeningCpu, processorSeconds(process));
    } finally {
      process.destroy();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    }
  }

  private static void awaitToken(int port) throws IOException {
    String head =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
                .formatted(QUESTION.length());
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      OutputStream out = socket.getOutputStream();
      out.write((head + QUESTION).getBytes(StandardCharsets.UTF_8));
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String line = in.readLine();
      while (line != null && !line.matches("data: .*\"content\":\"[^\"].*")) {
        line = in.readLine();
      }
      if (line == null) {
        throw new IOException("the answer ended without a token");
      }
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static double processorSeconds(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO).toMillis() / 1e3;
  }
}
