package dev.freehold.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.chat.Caller;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Ending;
import dev.freehold.chat.FinishReason;
import dev.freehold.chat.Handling;
import dev.freehold.chat.Input;
import dev.freehold.chat.Message;
import dev.freehold.chat.Output;
import dev.freehold.chat.Sampling;
import dev.freehold.chat.Tool;
import dev.freehold.chat.Usage;
import dev.freehold.gateway.route.Routes;
import dev.freehold.gateway.route.RoutesFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

/// Whatever vendors, time and chance do, what the gateway promises holds.
class GatewaySimulationTest {
  private static final String ANSWER = FaultBed.words(0, SimulatedVendors.WORDS);

  @TempDir private Path folder = Path.of("unset");

  @Test
  void holdsInAThousandRuns() {
    runs(0, 1_000);
  }

  @Test
  void aSeedGivesOneOrderOfEvents() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      List<List<String>> orders = new ArrayList<>();
      for (String name : List.of("one", "other")) {
        Path own = Files.createDirectories(folder.resolve(name));
        try (Run run = new Run(seed, new HashMap<>(), own)) {
          run.run();
          orders.add(run.vendors.order());
        }
      }
      assertThat(orders.getFirst()).isEqualTo(orders.getLast());
    }
  }

  @Test
  @Tag("long")
  void holdsInTwentyThousandRuns() {
    runs(1_000, 21_000);
  }

  private void runs(int from, int to) {
    Map<String, Integer> seen = new HashMap<>();
    for (int seed = from; seed < to; seed++) {
      try (Run run = new Run(seed, seen, folder)) {
        run.run();
      } catch (AssertionError | RuntimeException broken) {
        throw new AssertionError("seed " + seed + ": " + broken.getMessage(), broken);
      }
    }
    System.out.println("simulated ends: " + seen);
    // What never happens is not tested.
    assertThat(seen)
        .containsKeys(
            "answered",
            "failed",
            "partial",
            "cancelled",
            "continued",
            "refused budget",
            "calls",
            "together");
  }

  /// One gateway and its requests.
  private static final class Run implements AutoCloseable {
    private final RandomGenerator random;
    private final Map<String, Integer> seen;
    private final SimulatedTime time;
    private final SimulatedVendors vendors;
    private final SimulatedBooks books;
    private final List<Throwable> broken = new ArrayList<>();
    private final Gateway gateway;
    private boolean isEngineDown;

    Run(long seed, Map<String, Integer> seen, Path folder) {
      this.random = new SplittableRandom(seed);
      this.seen = seen;
      this.time = new SimulatedTime(random);
      this.vendors = new SimulatedVendors(time, random, random.nextDouble() * 0.9);
      this.books =
          random.nextInt(20) == 0
              ? new SimulatedBooks(300, folder.resolve(seed + ".sqlite"), time)
              : new SimulatedBooks();
      this.gateway = new Gateway(routes(), books, time, random);
    }

    private Routes routes() {
      StringBuilder text = new StringBuilder("backends:\n");
      StringBuilder targets = new StringBuilder();
      int backends = 1 + random.nextInt(3);
      for (int i = 0; i < backends; i++) {
        boolean isLocal = random.nextInt(3) == 0;
        text.append("  b%d: {url: 'http://b%d/v1', local: %s}\n".formatted(i, i, isLocal));
        String can = random.nextBoolean() ? "[tools, continue]" : "[tools]";
        if (can.contains("continue")) {
          vendors.continuing.add("b" + i);
        }
        targets.append(
            "      - {backend: b%d, model: m%d, can: %s, context: %d}\n"
                .formatted(i, i, can, 1000 * (1 + random.nextInt(3))));
      }
      String[] orders = {"listed", "weighted", "cheapest", "fastest"};
      text.append("routes:\n  default:\n    targets:\n").append(targets);
      text.append("    order: %s\n".formatted(orders[random.nextInt(4)]));
      text.append("    sticky: %s\n".formatted(random.nextBoolean()));
      text.append("    personal-data: stays\n");
      text.append("    last-resort: %s\n".formatted(random.nextBoolean()));
      return RoutesFile.parse(
          text.toString(),
          Path.of("simulated.yaml"),
          new RoutesFile.Surroundings(
              name -> Optional.empty(),
              Optional.of(new RoutesFile.OwnEngine(new EngineUpstream("engine", engine()), "own")),
              way -> vendors,
              spec -> {
                throw new IllegalStateException("no process is started here");
              },
              time));
    }

    /// Answers and goes on as a model does that reads the whole conversation.
    private ChatBackend engine() {
      return (request, events, cancellation) -> {
        time.advance(Duration.ofMillis(random.nextInt(2000)));
        if (isEngineDown) {
          throw new ChatException(ChatException.Kind.UNAVAILABLE, "", "no memory");
        }
        Input.Conversation asked = (Input.Conversation) request.input();
        int from =
            asked.messages().getLast() instanceof Message.Assistant begun
                ? dev.freehold.chat.Part.text(begun.content()).split(" ").length
                : 0;
        for (int i = from; i < SimulatedVendors.WORDS; i++) {
          events.accept(new ChatEvent.TextDelta("w" + i + " "));
        }
        Usage usage = new Usage(10, 0, 20, 0, Duration.ZERO, Duration.ZERO, Duration.ZERO, 1);
        events.accept(new ChatEvent.Finished(FinishReason.END, usage));
      };
    }

    /// Requests one after the other, and several at the same time.
    void run() {
      int rounds = 2 + random.nextInt(6);
      for (int i = 0; i < rounds; i++) {
        isEngineDown = random.nextInt(4) == 0;
        if (random.nextInt(10) == 0) {
          vendors.lastingly.clear();
        }
        int together = random.nextBoolean() ? 1 : 2 + random.nextInt(4);
        time.together(Collections.nCopies(together, this::request));
        for (Throwable each : broken) {
          throw new AssertionError(each.getMessage(), each);
        }
        count(together == 1 ? "alone" : "together");
        time.advance(Duration.ofMillis(random.nextInt(20_000)));
      }
      books.checkBudget();
    }

    @Override
    public void close() {
      books.close();
    }

    private void request() {
      try {
        time.advance(Duration.ofMillis(random.nextInt(1000)));
        requestChecked();
      } catch (Throwable failed) { // is thrown by the thread that waits for all
        broken.add(failed);
      }
    }

    private ChatRequest ask(boolean isLocalOnly, boolean isWhole, boolean hasTools, String text) {
      List<Tool> tools =
          hasTools
              ? List.of(new Tool("remove", "", JsonNodeFactory.instance.objectNode()))
              : List.of();
      Input input = new Input.Conversation(List.of(Message.user(text)), tools, Map.of());
      Caller caller = Caller.LOCAL.withHandling(new Handling(isLocalOnly, isWhole, ""));
      return new ChatRequest("", input, Sampling.UNSAID, Ending.NATURAL, Output.FREE, caller);
    }

    private void requestChecked() {
      boolean isPersonal = random.nextInt(6) == 0;
      boolean isLocalOnly = random.nextInt(6) == 0;
      Cancellation cancellation = new Cancellation();
      int cancelAt = random.nextInt(10) == 0 ? random.nextInt(10) : -1;
      List<ChatEvent> events = new ArrayList<>();
      int[] sentAtCall = {-1};
      ChatRequest request =
          ask(
              isLocalOnly,
              random.nextInt(3) == 0,
              random.nextInt(3) == 0,
              isPersonal ? "write to ann@example.org" : "a question");
      Optional<ChatException> thrown = Optional.empty();
      try {
        gateway.answer(
            request,
            event -> {
              events.add(event);
              if (event instanceof ChatEvent.CallStarted) {
                sentAtCall[0] = vendors.sentHere().size();
              }
              if (events.size() == cancelAt) {
                cancellation.cancel();
              }
            },
            cancellation);
      } catch (ChatException failure) {
        thrown = Optional.of(failure);
      }
      List<SimulatedVendors.Sent> sent = vendors.sentHere();
      oneEnd(events, thrown);
      oneBill(thrown);
      if (isLocalOnly || isPersonal) {
        assertThat(sent).as("nothing leaves").allMatch(each -> isLocal(each.host()));
      }
      if (sentAtCall[0] >= 0) {
        assertThat(sent).as("nothing after a call").hasSize(sentAtCall[0]);
        count("calls");
      }
      assertThat(sent.size()).as("attempts").isLessThanOrEqualTo(6);
      whole(events);
    }

    private boolean isLocal(String host) {
      return gateway.routes().find("").orElseThrow().targets().stream()
          .anyMatch(target -> target.backend().name().equals(host) && target.backend().isLocal());
    }

    private void oneEnd(List<ChatEvent> events, Optional<ChatException> thrown) {
      long ends =
          events.stream()
              .filter(
                  event -> event instanceof ChatEvent.Finished || event instanceof ChatEvent.Failed)
              .count();
      assertThat(ends + (thrown.isPresent() ? 1 : 0)).as("ends").isEqualTo(1);
      if (ends == 1) {
        assertThat(events.getLast())
            .isInstanceOfAny(ChatEvent.Finished.class, ChatEvent.Failed.class);
      } else {
        assertThat(events).as("an error that is thrown comes alone").isEmpty();
      }
    }

    private void oneBill(Optional<ChatException> thrown) {
      boolean isRefused =
          thrown.isPresent() && String.valueOf(thrown.get().getMessage()).contains("budget");
      Optional<SimulatedBooks.Booked> account = books.here();
      if (account.isEmpty()) {
        assertThat(thrown).as("not let in").isPresent();
        count(isRefused ? "refused budget" : "refused");
        return;
      }
      assertThat(account.get().sendings).isEqualTo(account.get().attempted);
      assertThat(account.get().settlements).as("all that was opened is settled once").hasSize(1);
      count(account.get().settlements.getFirst().outcome().name().toLowerCase(Locale.ROOT));
    }

    /// What is told as a success is whole.
    private void whole(List<ChatEvent> events) {
      StringBuilder text = new StringBuilder();
      StringBuilder call = new StringBuilder();
      int servers = 0;
      for (ChatEvent event : events) {
        if (event instanceof ChatEvent.TextDelta delta) {
          text.append(delta.text());
        } else if (event instanceof ChatEvent.CallArguments piece) {
          call.append(piece.json());
        } else if (event instanceof ChatEvent.Served) {
          servers++;
        }
      }
      if (!call.isEmpty()) {
        assertThat(call.toString()).isEqualTo(SimulatedVendors.CALL);
      }
      assertThat(ANSWER).as("told twice or with a hole").startsWith(text.toString());
      boolean isEnd =
          !events.isEmpty()
              && events.getLast() instanceof ChatEvent.Finished end
              && end.reason() == FinishReason.END;
      if (isEnd) {
        assertThat(text.toString()).isEqualTo(ANSWER);
        if (servers > 1) {
          count("continued");
        }
      }
      if (!events.isEmpty() && events.getLast() instanceof ChatEvent.Failed failed) {
        assertThat(failed.failure().isPartial()).isEqualTo(!text.isEmpty());
      }
    }

    private void count(String what) {
      seen.merge(what, 1, Integer::sum);
    }
  }
}
