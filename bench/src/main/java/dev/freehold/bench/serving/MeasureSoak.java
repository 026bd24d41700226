package dev.freehold.bench.serving;

import dev.freehold.bench.serving.ServerProcess.Holdings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;
import tools.jackson.databind.json.JsonMapper;

/// Whether a server under mixed load keeps what it should have given back.
///
/// `MeasureSoak [MODEL [MINUTES]]`: clients ask for all that a server can do, well and badly, and
/// some go away while they are answered. In between all is still for a moment, and what the process
/// holds is written down. What it held in the last third is compared with what it held in the third
/// before, when it was warm.
public final class MeasureSoak {
  private static final int CLIENTS = 8;
  private static final int SAMPLES = 24;
  private static final Duration SETTLING = Duration.ofSeconds(3);

  /// What the server holds at a moment without requests.
  ///
  /// @param heapBytes of live objects
  public record Sample(long heapBytes, Holdings holdings) {}

  /// What it held, and how requests fared.
  public record Soak(List<Sample> samples, Mixture.Tally tally) {
    /// The most of the last third over the most of the third before.
    public double growth(ToLongFunction<Sample> figure) {
      int third = samples.size() / 3;
      long before =
          samples.subList(third, 2 * third).stream().mapToLong(figure).max().orElseThrow();
      long after =
          samples.subList(2 * third, samples.size()).stream().mapToLong(figure).max().orElseThrow();
      return (double) after / before;
    }

    public String told() {
      return String.format(
          Locale.ROOT,
          "%s; growth: live heap %.3f, resident memory %.3f, threads %.3f, descriptors %.3f",
          tally.told(),
          growth(Sample::heapBytes),
          growth(sample -> sample.holdings().residentKib()),
          growth(sample -> sample.holdings().threads()),
          growth(sample -> sample.holdings().descriptors()));
    }
  }

  private MeasureSoak() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 2) {
      System.err.println("usage: MeasureSoak [MODEL [MINUTES]]");
      System.exit(2);
    }
    double minutes = args.length > 1 ? Double.parseDouble(args[1]) : 20;
    String model = args.length > 0 ? args[0] : "demo";
    Soak soak = measure(model, Duration.ofMillis((long) (60_000 * minutes)));
    System.out.println(soak.told());
    if (!soak.tally().unexpected().isEmpty()) {
      soak.tally().unexpected().forEach(System.err::println);
      System.exit(1);
    }
  }

  /// Loads a server of its own for some time.
  public static Soak measure(String model, Duration time) throws IOException, InterruptedException {
    List<Sample> samples = new ArrayList<>();
    Mixture.Tally tally = new Mixture.Tally();
    try (ServerProcess server =
        ServerProcess.freehold(ServerProcess.ownCommand(), model, List.of("--queue", "8192"))) {
      long start = System.nanoTime();
      for (int i = 0; i < SAMPLES; i++) {
        long until = start + time.toNanos() * (i + 1) / SAMPLES;
        load(server, tally, i, until - SETTLING.toNanos());
        Thread.sleep(Math.max(0, (until - System.nanoTime()) / 1_000_000));
        long heap = server.liveHeapBytes();
        Holdings holdings =
            server.holdings().orElseThrow(() -> new IOException("this system has no /proc"));
        samples.add(new Sample(heap, holdings));
        System.out.printf(
            Locale.ROOT,
            "%5.1f min: %6d requests, live heap %.1f MiB, resident %.1f MiB, %d threads,"
                + " %d descriptors%n",
            (System.nanoTime() - start) / 6e10,
            tally.requests(),
            heap / 1048576.0,
            holdings.residentKib() / 1024.0,
            holdings.threads(),
            holdings.descriptors());
      }
    }
    return new Soak(samples, tally);
  }

  private static void load(ServerProcess server, Mixture.Tally tally, int round, long until)
      throws IOException, InterruptedException {
    String model = servedModel(server.address());
    AtomicBoolean isOver = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < CLIENTS; i++) {
        Random random = new Random((long) round * CLIENTS + i);
        threads.submit(() -> {
          try (Mixture mixture = new Mixture(server.address(), model, random, tally)) {
            while (!isOver.get()) {
              mixture.ask();
            }
          }
          return null;
        });
      }
      Thread.sleep(Math.max(0, (until - System.nanoTime()) / 1_000_000));
      isOver.set(true);
    }
  }

  /// What the server calls its model, which some requests must say.
  private static String servedModel(URI address) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(address.resolve("/v1/models")).build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
      return JsonMapper.shared().readTree(answer.body()).at("/data/0/id").asString();
    }
  }
}
