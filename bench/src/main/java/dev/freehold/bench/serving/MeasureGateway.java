package dev.freehold.bench.serving;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// What a gateway adds to the time of a vendor's answer, and what it takes to carry thousands of
/// streams at once.
///
/// `MeasureGateway [ROUNDS [STREAMS]]`: a vendor in this process answers at once with sixteen
/// tokens, and is asked 200 times a second, directly and by way of a gateway in a process of its
/// own with 1 GB of heap, in turn, when both are warm. Then streams are held open at the same time,
/// with a token every half second each. Client, vendor and gateway share the machine's processors,
/// so what the gateway adds holds what it takes from the two others. Ends with exit code 1 where it
/// adds 1 ms or more to the median or 5 ms or more to the 99th percentile, or a stream does not end
/// as it should.
public final class MeasureGateway {
  private static final int PER_SECOND = 200;
  private static final int ROUND_SECONDS = 3;
  private static final int WARM_SECONDS = 24;
  private static final int WARM_CLIENTS = 8;
  private static final int TOKENS = 16;
  private static final int PACED_TOKENS = 20;
  private static final long PACE_MILLIS = 500;
  private static final double MOST_P50 = 1;
  private static final double MOST_P99 = 5;
  private static final String ROUTES =
      """
      backends:
        vendor:
          url: "http://127.0.0.1:PORT/v1"
          limits: {first-token: 60s, between-tokens: 60s}
      routes:
        default:
          targets: [{backend: vendor, model: m}]
      """;
  private static final String ASKED =
      "{\"model\":\"default\",\"stream\":%s,\"messages\":[{\"role\":\"user\",\"content\":\"%s\"}]}";

  /// Times of one kind of answers, in nanoseconds from when the request was due.
  private record Times(ConcurrentLinkedQueue<Long> first, ConcurrentLinkedQueue<Long> end) {
    Times() {
      this(new ConcurrentLinkedQueue<>(), new ConcurrentLinkedQueue<>());
    }

    static double millis(ConcurrentLinkedQueue<Long> nanos, double share) {
      return 1e3 * Client.quantile(nanos.stream().mapToLong(Long::longValue), share);
    }
  }

  private final FakeVendor vendor;
  private final URI direct;
  private final ServerProcess gateway;
  private final ConcurrentLinkedQueue<String> broken = new ConcurrentLinkedQueue<>();
  private volatile CountDownLatch gathered = new CountDownLatch(0);
  private boolean isGood = true;

  private MeasureGateway(Path home) throws IOException {
    this.vendor = new FakeVendor(FakeVendor.Form.OPENAI, false, this::answer);
    this.direct = URI.create("http://127.0.0.1:" + vendor.port());
    List<String> command = new ArrayList<>(ServerProcess.ownCommand());
    command.add(1, "-Xmx1g");
    String more = System.getProperty("freehold.gateway.options", "");
    command.addAll(2, Stream.of(more.split(" ")).filter(word -> !word.isEmpty()).toList());
    this.gateway =
        ServerProcess.gateway(
            command,
            new GatewayHome(home, Map.of()).withRoutes(ROUTES.replace("PORT", "" + vendor.port())));
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length > 2) {
      System.err.println("usage: MeasureGateway [ROUNDS [STREAMS]]");
      System.exit(2);
    }
    Path home = Files.createTempDirectory("freehold-gateway");
    boolean isGood = false;
    try {
      MeasureGateway measure = new MeasureGateway(home);
      try {
        measure.latency(args.length > 0 ? Integer.parseInt(args[0]) : 4);
        measure.streams(args.length > 1 ? Integer.parseInt(args[1]) : 2000);
        isGood = measure.isGood;
      } finally {
        measure.gateway.close();
        measure.vendor.close();
      }
    } finally {
      delete(home);
    }
    System.exit(isGood ? 0 : 1);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  /// What the vendor does: all at once, or in its own time where it is asked for that.
  private void answer(VendorAnswer answer) throws IOException, InterruptedException {
    if (answer.request().body().contains("slowly")) {
      gathered.countDown();
      if (!gathered.await(60, TimeUnit.SECONDS)) {
        return;
      }
      answer.begin("m-1");
      Thread.sleep(ThreadLocalRandom.current().nextLong(PACE_MILLIS));
      for (int i = 0; i < PACED_TOKENS; i++) {
        answer.text("w" + i + " ");
        Thread.sleep(PACE_MILLIS);
      }
      answer.end("stop");
    } else if (answer.request().isStream()) {
      answer.begin("m-1");
      for (int i = 0; i < TOKENS; i++) {
        answer.text("w" + i + " ");
      }
      answer.end("stop");
    } else {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < TOKENS; i++) {
        text.append('w').append(i).append(' ');
      }
      answer.reply(
          200,
          "",
          ("{\"model\":\"m-1\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\","
                  + "\"content\":\"%s\"},\"finish_reason\":\"stop\"}],"
                  + "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":16}}")
              .formatted(text));
    }
  }

  private void latency(int rounds) throws InterruptedException {
    Times cold = new Times();
    ask(gateway.address(), true, ROUND_SECONDS, cold);
    warm(direct, WARM_SECONDS / 4);
    warm(gateway.address(), WARM_SECONDS);
    Times[] of = Stream.generate(Times::new).limit(4).toArray(Times[]::new);
    double processor = 0;
    for (int i = 0; i < rounds; i++) {
      ask(direct, true, ROUND_SECONDS, of[0]);
      double before = gateway.processorSeconds();
      ask(gateway.address(), true, ROUND_SECONDS, of[1]);
      processor += gateway.processorSeconds() - before;
      ask(direct, false, ROUND_SECONDS, of[2]);
      ask(gateway.address(), false, ROUND_SECONDS, of[3]);
    }
    System.out.printf(
        Locale.ROOT,
        "%d requests/s, %d of each kind, in turn; milliseconds, p50 and p99%n"
            + "%-22s %18s %18s %18s%n",
        PER_SECOND,
        of[0].end().size(),
        "",
        "vendor",
        "by the gateway",
        "added");
    told("streamed, first token", of[0].first(), of[1].first());
    told("streamed, whole", of[0].end(), of[1].end());
    told("not streamed", of[2].end(), of[3].end());
    System.out.printf(
        Locale.ROOT,
        "in its first %d s, before it was compiled: streamed, whole %.2f %.2f%n",
        ROUND_SECONDS,
        Times.millis(cold.end(), 0.5),
        Times.millis(cold.end(), 0.99));
    System.out.printf(
        Locale.ROOT,
        "processor time of the gateway: %.2f ms for each streamed request of %d tokens%n",
        1e3 * processor / of[1].end().size(),
        TOKENS);
    checkNoneBroke();
  }

  private void told(
      String name, ConcurrentLinkedQueue<Long> vendors, ConcurrentLinkedQueue<Long> gateways) {
    double[] figures = new double[6];
    for (int i = 0; i < 2; i++) {
      double share = i == 0 ? 0.5 : 0.99;
      figures[i] = Times.millis(vendors, share);
      figures[2 + i] = Times.millis(gateways, share);
      figures[4 + i] = figures[2 + i] - figures[i];
    }
    System.out.printf(
        Locale.ROOT,
        "%-22s %8.2f %8.2f  %8.2f %8.2f  %8.2f %8.2f%n",
        name,
        figures[0],
        figures[1],
        figures[2],
        figures[3],
        figures[4],
        figures[5]);
    isGood &= figures[4] < MOST_P50 && figures[5] < MOST_P99;
  }

  private void checkNoneBroke() {
    if (!broken.isEmpty()) {
      System.out.printf("%d broke, as: %s%n", broken.size(), broken.peek());
      isGood = false;
    }
  }

  /// Asks as fast as it is answered, until the JVMs have compiled what is used.
  private void warm(URI address, int seconds) throws InterruptedException {
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    Times unused = new Times();
    ConcurrentLinkedQueue<Link> idle = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < WARM_CLIENTS; i++) {
        byte[] request = request(address, i % 2 == 0);
        threads.execute(() -> {
          while (System.nanoTime() < end) {
            ask(address, request, idle, 0, unused);
          }
        });
      }
    }
    idle.forEach(MeasureGateway::close);
  }

  private static byte[] request(URI address, boolean isStream) {
    return Link.post(address, "/v1/chat/completions", ASKED.formatted(isStream, "at once"));
  }

  /// Asks at a pace, whatever becomes of the requests before.
  private void ask(URI address, boolean isStream, int seconds, Times times)
      throws InterruptedException {
    byte[] request = request(address, isStream);
    ConcurrentLinkedQueue<Link> idle = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      long start = System.nanoTime();
      for (int i = 0; i < seconds * PER_SECOND; i++) {
        long due = start + i * 1_000_000_000L / PER_SECOND;
        while (System.nanoTime() < due) {
          LockSupport.parkNanos(due - System.nanoTime());
        }
        threads.execute(() -> ask(address, request, idle, due, times));
      }
    }
    idle.forEach(MeasureGateway::close);
  }

  private void ask(
      URI address, byte[] request, ConcurrentLinkedQueue<Link> idle, long due, Times times) {
    try {
      Link kept = idle.poll();
      Link link = kept == null ? new Link(address) : kept;
      Link.Reply reply = link.ask(request, "w0 ");
      if (!reply.contains("HTTP/1.1 200 ") || !reply.contains("w15 ")) {
        broken.add(reply.text());
      }
      times.first().add(reply.firstNanos() - due);
      times.end().add(reply.endNanos() - due);
      idle.add(link);
    } catch (IOException failure) {
      broken.add(failure.toString());
    }
  }

  private static void close(Link link) {
    try {
      link.close();
    } catch (IOException gone) {
      return;
    }
  }

  private void streams(int streams) throws IOException, InterruptedException {
    gathered = new CountDownLatch(streams);
    URI address = gateway.address();
    byte[] request = Link.post(address, "/v1/chat/completions", ASKED.formatted(true, "slowly"));
    AtomicInteger whole = new AtomicInteger();
    long start = System.nanoTime();
    double processor = gateway.processorSeconds();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < streams; i++) {
        threads.execute(() -> {
          try (Link link = new Link(address)) {
            Link.Reply reply = link.ask(request, "w0 ");
            boolean isWhole =
                Stream.iterate(0, n -> n < PACED_TOKENS, n -> n + 1)
                        .allMatch(n -> reply.contains("\"w" + n + " \""))
                    && reply.contains("data: [DONE]")
                    && reply.contains("\"finish_reason\":\"stop\"");
            if (isWhole) {
              whole.incrementAndGet();
            } else {
              broken.add(reply.text());
            }
          } catch (IOException failure) {
            broken.add(failure.toString());
          }
        });
      }
      gathered.await();
      System.out.printf(
          Locale.ROOT,
          "%d streams are open after %.2f s%n",
          streams,
          (System.nanoTime() - start) / 1e9);
      Thread.sleep(PACED_TOKENS * PACE_MILLIS / 2);
      long heap = gateway.liveHeapBytes();
      System.out.printf(
          Locale.ROOT,
          "while they run: live heap %.0f MiB of 1024; %s%n",
          heap / 1048576.0,
          gateway
              .holdings()
              .map(held ->
                  "resident %d MiB (at most %d), %d threads, %d descriptors"
                      .formatted(
                          held.residentKib() >> 10,
                          held.mostResidentKib() >> 10,
                          held.threads(),
                          held.descriptors()))
              .orElse("this system tells no more"));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(
        Locale.ROOT,
        "%d of %d streams ended whole after %.1f s; %.0f %% of a processor for the gateway%n",
        whole.get(),
        streams,
        seconds,
        100 * (gateway.processorSeconds() - processor) / seconds);
    isGood &= whole.get() == streams;
    checkNoneBroke();
  }
}
