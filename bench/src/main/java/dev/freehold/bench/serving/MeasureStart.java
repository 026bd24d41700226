package dev.freehold.bench.serving;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.json.JsonMapper;

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
      "{\"stream\":true,\"max_tokens\":1,\"temperature\":0,"
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
    try (ServerProcess server = ServerProcess.freehold(List.of(launcher), "demo", List.of());
        Client client = new Client(server.address(), Client.Dialect.OPENAI)) {
      double listening = secondsSince(server.startNanos());
      double listeningCpu = server.processorSeconds();
      double asked = secondsSince(server.startNanos());
      Answered answered =
          client.ask("/v1/chat/completions", JsonMapper.shared().readTree(QUESTION));
      if (!answered.isWhole() || answered.text().isEmpty()) {
        throw new IOException("no token: %d %s".formatted(answered.status(), answered.problem()));
      }
      double token = asked + answered.firstNanos() / 1e9;
      return new Start(listening, token, listeningCpu, server.processorSeconds());
    }
  }

  private static double secondsSince(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }
}
