package dev.freehold.bench.serving;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// What a server still answers when it is asked for four times as much as it can bear.
///
/// `MeasureOverload [MODEL [SECONDS]]`: first as many clients as the server has places, each asking
/// again as soon as it is answered, tell what it can bear; then requests come at that pace, and at
/// last at four times that pace, whatever becomes of those before. Answers that are whole within
/// the time count.
public final class MeasureOverload {
  private static final int PROMPT = 64;
  private static final int ANSWER = 32;
  private static final int CLIENTS = 48;
  private static final int OVERLOAD = 4;
  private static final String QUEUE_TOKENS = "16384";

  /// What became of the requests of a time.
  ///
  /// @param whole answers that were whole within the time
  /// @param refused requests that got 429 with Retry-After
  /// @param others requests that met anything else, described
  public record Outcome(double seconds, int asked, int whole, int refused, List<String> others) {
    public double goodput() {
      return whole / seconds;
    }

    private String told() {
      return String.format(
          Locale.ROOT,
          "%d requests, %.1f/s answered, %d refused with 429 and Retry-After, %d otherwise%s",
          asked,
          goodput(),
          refused,
          others.size(),
          others.isEmpty() ? "" : ": " + others.getFirst());
    }
  }

  /// A server at its limit, and beyond.
  public record Load(Outcome at, Outcome beyond) {
    public double ratio() {
      return beyond.goodput() / at.goodput();
    }
  }

  private final Client client;
  private final AtomicInteger seeds = new AtomicInteger();

  private MeasureOverload(Client client) {
    this.client = client;
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 2) {
      System.err.println("usage: MeasureOverload [MODEL [SECONDS]]");
      System.exit(2);
    }
    Load load =
        measure(
            args.length > 0 ? args[0] : "demo", args.length > 1 ? Integer.parseInt(args[1]) : 60);
    System.out.printf(
        Locale.ROOT,
        "goodput at %d times the load: %.2f of that at once%n",
        OVERLOAD,
        load.ratio());
  }

  /// Loads a server of its own; each of the three times lasts so many seconds.
  public static Load measure(String model, int seconds) throws IOException, InterruptedException {
    try (ServerProcess server =
            ServerProcess.freehold(
                ServerProcess.ownCommand(), model, List.of("--queue", QUEUE_TOKENS));
        Client client = new Client(server.address(), Client.Dialect.OPENAI)) {
      MeasureOverload measure = new MeasureOverload(client);
      measure.closed(seconds);
      Outcome closed = measure.closed(seconds);
      System.out.println("as much as it bears:  " + closed.told());
      Outcome at = measure.open(closed.goodput(), seconds);
      System.out.println("at that pace:         " + at.told());
      Outcome beyond = measure.open(OVERLOAD * closed.goodput(), seconds);
      System.out.println("at " + OVERLOAD + " times that pace: " + beyond.told());
      return new Load(at, beyond);
    }
  }

  /// Clients that ask again as soon as they are answered.
  private Outcome closed(int seconds) throws InterruptedException {
    AtomicBoolean isOver = new AtomicBoolean();
    Tally tally = new Tally(isOver::get);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        threads.submit(() -> {
          while (!isOver.get()) {
            ask(tally);
          }
          return null;
        });
      }
      Thread.sleep(seconds * 1000L);
      isOver.set(true);
    }
    return tally.outcome(seconds);
  }

  /// Requests that come at a pace; returns when all of them have ended.
  private Outcome open(double perSecond, int seconds) throws InterruptedException {
    AtomicBoolean isOver = new AtomicBoolean();
    Tally tally = new Tally(isOver::get);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      long requests = (long) (perSecond * seconds);
      for (long i = 0; i < requests; i++) {
        long due = start + (long) (i * 1e9 / perSecond);
        Thread.sleep(Math.max(0, (due - System.nanoTime()) / 1_000_000));
        threads.submit(() -> {
          ask(tally);
          return null;
        });
      }
      isOver.set(true);
    }
    return tally.outcome(seconds);
  }

  private void ask(Tally tally) throws InterruptedException {
    Random random = new Random(seeds.incrementAndGet());
    StringBuilder text = new StringBuilder();
    while (text.length() < PROMPT * 4) {
      text.append(Integer.toString(random.nextInt(1000), 36)).append(' ');
    }
    JsonNode prompt = JsonNodeFactory.instance.stringNode(text.toString());
    tally.add(client.complete(prompt, ANSWER));
  }

  /// Counts what became of requests.
  private static final class Tally {
    private final BooleanSupplier isOver;
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final ConcurrentLinkedQueue<String> others = new ConcurrentLinkedQueue<>();

    Tally(BooleanSupplier isOver) {
      this.isOver = isOver;
    }

    void add(Answered answered) {
      asked.incrementAndGet();
      if (answered.isWhole()) {
        whole.addAndGet(isOver.getAsBoolean() ? 0 : 1);
      } else if (answered.status() == 429 && answered.retryAfter().isPresent()) {
        refused.incrementAndGet();
      } else {
        others.add(answered.status() + " " + answered.problem());
      }
    }

    Outcome outcome(int seconds) {
      return new Outcome(seconds, asked.get(), whole.get(), refused.get(), List.copyOf(others));
    }
  }
}
