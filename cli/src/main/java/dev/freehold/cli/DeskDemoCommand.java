package dev.freehold.cli;

import dev.freehold.agent.journal.Journal;
import dev.freehold.agent.journal.RunState;
import dev.freehold.desk.demo.DemoDay;
import dev.freehold.desk.demo.PlayedVendor;
import dev.freehold.desk.demo.SyntheticTickets;
import dev.freehold.desk.demo.SyntheticTickets.Sample;
import dev.freehold.desk.ticket.FolderSource;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `freehold desk demo`: a whole day at a desk in a minute, with an outage and a crash.
@Command(
    name = "demo",
    description = {
      "Plays a day at the desk of a shop that does not exist: a hundred tickets, pages to answer"
          + " from, a vendor of a model and a person, both played by scripts. In the middle the"
          + " vendor is gone and the model of this machine takes its place, and the desk is killed"
          + " with kill -9 and started again. At the end every ticket was answered, each once.",
      "What is real: the desk, its journal, the index, the gateway and the model of this machine;"
          + " the demo model is no help to customers, so that during the outage the person has more"
          + " to do. Name a better one with --model.",
      "Exit code 3: a ticket was lost or answered twice."
    },
    footerHeading = "%nExamples:%n",
    footer = {"  freehold desk demo", "  freehold desk demo --tickets 20 --keep day"})
final class DeskDemoCommand implements Callable<Integer> {
  private static final String ROUTE = "tickets";
  private static final Duration LONGEST = Duration.ofMinutes(20);
  private static final Duration START = Duration.ofMinutes(2);
  private static final int TOGETHER = 10;

  private final Surroundings surroundings;

  @Option(names = "--tickets", paramLabel = "N", description = "So many; 100 by default.")
  private int tickets = 100;

  @Option(names = "--seed", paramLabel = "S", description = "Which tickets; 1 by default.")
  private long seed = 1;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description = "The model of this machine that is the last resort; demo by default.")
  private String model = "demo";

  @Option(
      names = "--keep",
      paramLabel = "FOLDER",
      description = "Leave the day's files there; by default they are removed.")
  private Optional<Path> keep = Optional.empty();

  DeskDemoCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (tickets < 1 || tickets > 10_000) {
      throw new CliException(Exit.USAGE, "--tickets: expected 1 to 10000, found " + tickets, "");
    }
    Path root = keep.isPresent() ? keep.get() : Files.createTempDirectory("freehold-desk");
    try {
      return day(root.toAbsolutePath());
    } finally {
      if (keep.isEmpty()) {
        RunVerification.delete(root);
      }
    }
  }

  private int day(Path root) throws IOException, InterruptedException {
    int port = freePort();
    DeskFolder desk =
        DeskFolder.make(root.resolve("desk"), "http://127.0.0.1:%d/v1#%s".formatted(port, ROUTE));
    PlayedVendor vendor = PlayedVendor.start(0);
    int vendorPort = vendor.port();
    Files.writeString(root.resolve("gateway.yaml"), gateway(vendorPort));
    List<Sample> samples = SyntheticTickets.of(tickets, seed);
    long begun = System.nanoTime();
    try (OwnProcess server = server(root, port);
        Journal journal = desk.journal(surroundings)) {
      awaitServer(server, port, root);
      try (Events events = new Events(root, desk, vendor, vendorPort)) {
        work(desk, journal, samples, events);
      }
      return report(desk, journal, samples, System.nanoTime() - begun);
    } finally {
      vendor.close();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String gateway(int vendorPort) {
    return """
    backends:
      vendor:
        shape: openai
        url: http://127.0.0.1:%d/v1
        takes-extras: true
    routes:
      %s:
        targets:
          - {backend: vendor, model: %s, can: [tools, schema, guided, logprobs]}
    """
        .formatted(vendorPort, ROUTE, PlayedVendor.MODEL);
  }

  private OwnProcess server(Path root, int port) throws IOException {
    return OwnProcess.start(
        List.of(
            "serve",
            model,
            "--gateway",
            root.resolve("gateway.yaml").toString(),
            "--port",
            Integer.toString(port)),
        Map.of("XDG_STATE_HOME", root.resolve("state").toString()),
        root.resolve("serve.log"));
  }

  private static void awaitServer(OwnProcess server, int port, Path root)
      throws InterruptedException {
    long until = System.nanoTime() + START.toNanos();
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/health".formatted(port))).build();
      while (true) {
        try {
          if (client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
            return;
          }
        } catch (IOException notYet) {
          // it starts
        }
        if (!server.isAlive() || System.nanoTime() > until) {
          throw new CliException(
              Exit.FAILURE,
              "the server did not start",
              OwnProcess.lastWords(root.resolve("serve.log")));
        }
        Thread.sleep(200);
      }
    }
  }

  /// The outage and the crash.
  private final class Events implements AutoCloseable {
    private final Path root;
    private final DeskFolder desk;
    private final int vendorPort;
    private PlayedVendor vendor;
    private OwnProcess worker;
    private int step;

    Events(Path root, DeskFolder desk, PlayedVendor vendor, int vendorPort) throws IOException {
      this.root = root;
      this.desk = desk;
      this.vendor = vendor;
      this.vendorPort = vendorPort;
      this.worker = worker();
    }

    private OwnProcess worker() throws IOException {
      return OwnProcess.start(
          List.of("desk", "serve", desk.folder().toString(), "--no-page"),
          Map.of(),
          root.resolve("desk.log"));
    }

    /// What happens when so many tickets are answered.
    void at(int answered) throws IOException, InterruptedException {
      if (step == 0 && answered >= tickets * 3 / 10) {
        vendor.close();
        say(answered, "the vendor is gone");
        step = 1;
      } else if (step == 1 && answered >= tickets / 2) {
        worker.kill();
        say(answered, "kill -9 of the desk; it is started again");
        worker = worker();
        step = 2;
      } else if (step == 2 && answered >= tickets * 7 / 10) {
        vendor = PlayedVendor.start(vendorPort);
        say(answered, "the vendor is back");
        step = 3;
      }
      if (!worker.isAlive()) {
        throw new CliException(
            Exit.FAILURE, "the desk ended", OwnProcess.lastWords(root.resolve("desk.log")));
      }
    }

    private void say(int answered, String what) {
      surroundings.out().printf("%4d of %d answered: %s%n", answered, tickets, what);
      surroundings.out().flush();
    }

    @Override
    public void close() {
      worker.close();
      vendor.close();
    }
  }

  private void work(DeskFolder desk, Journal journal, List<Sample> samples, Events events)
      throws IOException, InterruptedException {
    FolderSource inbox = new FolderSource(desk.inbox(), notice -> {});
    Deque<Sample> still = new ArrayDeque<>(samples);
    DemoDay day = new DemoDay(journal, samples);
    long until = System.nanoTime() + LONGEST.toNanos();
    while (true) {
      int answered = answers(desk);
      events.at(answered);
      if (answered >= tickets && isQuiet(journal)) {
        return;
      }
      if (System.nanoTime() > until) {
        throw new CliException(
            Exit.FAILURE, "%d of %d answered in 20 minutes".formatted(answered, tickets), "");
      }
      int open = tickets - still.size() - answered;
      while (!still.isEmpty() && open++ < TOGETHER) {
        inbox.put(still.poll().ticket());
      }
      day.decide();
      Thread.sleep(100);
    }
  }

  /// Whether every run has come to its end.
  private boolean isQuiet(Journal journal) {
    return journal.runs(tickets + 1).stream().allMatch(head -> head.state() == RunState.DONE);
  }

  private static int answers(DeskFolder desk) {
    String[] names = desk.outbox().toFile().list((folder, name) -> !name.startsWith("."));
    return names == null ? 0 : names.length;
  }

  private int report(DeskFolder desk, Journal journal, List<Sample> samples, long nanos)
      throws IOException {
    PrintStream out = surroundings.out();
    Map<String, Integer> tally = new DemoDay(journal, samples).tally();
    int lost = 0;
    for (Sample sample : samples) {
      lost += Files.exists(desk.outbox().resolve(sample.ticket().id() + ".json")) ? 0 : 1;
    }
    int sent = tally.getOrDefault("answers sent", 0);
    int twice = Math.max(0, sent - tickets) + Math.max(0, answers(desk) - tickets);
    out.println();
    out.printf("%5d tickets in %.1f s%n", tickets, nanos / 1e9);
    tally.forEach((what, count) -> out.printf("%5d %s%n", count, what));
    out.printf("%5d lost%n%5d answered twice%n", lost, twice);
    out.printf("%5d cases for \"freehold eval\"%n", cases(desk));
    if (keep.isPresent()) {
      out.printf(
          "%nThe day is in %s. \"freehold eval MODEL --tasks %s --task sorting\" asks a model"
              + " what the person knew.%n",
          keep.get(), desk.cases());
    }
    return (lost == 0 && twice == 0 ? Exit.OK : Exit.NOT_GOOD_ENOUGH).code();
  }

  private static long cases(DeskFolder desk) throws IOException {
    if (!Files.exists(desk.cases())) {
      return 0;
    }
    try (var lines = Files.lines(desk.cases())) {
      return lines.count();
    }
  }
}
