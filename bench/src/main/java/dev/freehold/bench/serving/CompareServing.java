package dev.freehold.bench.serving;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Eight clients at once against Freehold and against llama.cpp's server, in turn, and the ratio of
/// what they get.
///
/// `CompareServing LLAMA_SERVER MODEL ROUNDS [CLIENTS REQUESTS PROMPT ANSWER]`: LLAMA_SERVER is the
/// binary; 8 clients with 2 requests each of 128 tokens of prompt and 64 of answer by default. In a
/// round each server is started, asked by one client once, so that it is warm, and then by all. A
/// machine's speed changes from minute to minute, so ratios are taken within a round and their
/// median printed.
public final class CompareServing {
  /// Tokens of the model's vocabulary that prompts are drawn from.
  private static final int VOCABULARY = 32_000;

  private static final int CONTEXT = 1024;

  /// What is asked.
  private record Task(int clients, int requests, int prompt, int answer) {}

  /// What the clients of a server got together.
  private record Outcome(List<Answered> answers, double seconds) {
    double answerRate() {
      return answers.stream().mapToInt(Answered::tokens).sum() / seconds;
    }

    double rate() {
      return answers.stream().mapToInt(one -> one.tokens() + one.promptTokens()).sum() / seconds;
    }

    double firstMedian() {
      return Client.quantile(answers.stream().mapToLong(Answered::firstNanos), 0.5);
    }

    String told() {
      return String.format(
          Locale.ROOT,
          "%6.1f answer tokens/s, %6.1f all tokens/s; first token %s; between pieces %s",
          answerRate(),
          rate(),
          Client.quantiles(answers.stream().mapToLong(Answered::firstNanos)),
          Client.quantiles(answers.stream().flatMapToLong(one -> Arrays.stream(one.gapNanos()))));
    }
  }

  private CompareServing() {}

  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    if (args.length != 3 && args.length != 7) {
      System.err.println(
          "usage: CompareServing LLAMA_SERVER MODEL ROUNDS [CLIENTS REQUESTS PROMPT ANSWER]");
      System.exit(2);
    }
    // A server ends idle connections after some seconds; a request on one just ended is lost.
    System.setProperty("jdk.httpclient.keepalive.timeout", "1");
    Path model = Path.of(args[1]);
    int rounds = Integer.parseInt(args[2]);
    int[] numbers = {8, 2, 128, 64};
    for (int i = 3; i < args.length; i++) {
      numbers[i - 3] = Integer.parseInt(args[i]);
    }
    Task task = new Task(numbers[0], numbers[1], numbers[2], numbers[3]);
    double[] answers = new double[rounds];
    double[] firsts = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      Outcome peer;
      try (ServerProcess server =
          ServerProcess.llama(Path.of(args[0]), model, task.clients(), CONTEXT)) {
        peer = load(server, Client.Dialect.LLAMA, task);
      }
      System.out.println("llama-server  " + peer.told());
      Outcome ours;
      try (ServerProcess server =
          ServerProcess.freehold(ServerProcess.ownCommand(), args[1], List.of())) {
        ours = load(server, Client.Dialect.OPENAI, task);
      }
      System.out.println("freehold      " + ours.told());
      answers[round] = ours.answerRate() / peer.answerRate();
      firsts[round] = ours.firstMedian() / peer.firstMedian();
    }
    Arrays.sort(answers);
    Arrays.sort(firsts);
    System.out.printf(
        Locale.ROOT,
        "freehold / llama-server: answer tokens/s %.2f, time to first token %.2f%n",
        answers[rounds / 2],
        firsts[rounds / 2]);
  }

  private static Outcome load(ServerProcess server, Client.Dialect dialect, Task task)
      throws InterruptedException, ExecutionException {
    try (Client client = new Client(server.address(), dialect);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      checked(client.complete(prompt(-1, task), task.answer()), task);
      long start = System.nanoTime();
      List<Future<List<Answered>>> clients = new ArrayList<>();
      for (int i = 0; i < task.clients(); i++) {
        int number = i;
        clients.add(
            threads.submit(() -> {
              List<Answered> answers = new ArrayList<>();
              for (int request = 0; request < task.requests(); request++) {
                int seed = number * task.requests() + request;
                answers.add(checked(client.complete(prompt(seed, task), task.answer()), task));
              }
              return answers;
            }));
      }
      List<Answered> all = new ArrayList<>();
      for (Future<List<Answered>> one : clients) {
        all.addAll(one.get());
      }
      return new Outcome(all, (System.nanoTime() - start) / 1e9);
    }
  }

  private static tools.jackson.databind.JsonNode prompt(int seed, Task task) {
    return Client.prompt(new Random(seed), task.prompt(), VOCABULARY);
  }

  private static Answered checked(Answered answered, Task task) {
    if (!answered.isWhole() || answered.tokens() != task.answer()) {
      throw new IllegalStateException(
          "expected %d tokens, found %d: %d %s"
              .formatted(task.answer(), answered.tokens(), answered.status(), answered.problem()));
    }
    return answered;
  }
}
