package dev.freehold.cli;

import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.server.Backends;
import dev.freehold.server.RequestLog;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.page.WorkflowPages;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/// `freehold workflow serve`: the page of workflows, and whoever goes on with runs.
@Command(
    name = "serve",
    description = {
      "Serves the page on which people see runs and send, edit or skip what waits, at an address of"
          + " this machine by default, and goes on with runs when somebody decided, a time came,"
          + " or a crash broke them off. Prints one line with the address when it is ready.",
      "Where there are keys (freehold keys), the page wants one that may manage. Ctrl-C ends it;"
          + " what was begun goes on when it is started again."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold workflow serve",
      "  freehold workflow serve --port 8085 --server https://desk.example.org"
    })
final class WorkflowServeCommand implements Callable<Integer> {
  private static final Duration LOOKS = Duration.ofSeconds(1);

  private final Surroundings surroundings;
  private final WebServerLog libraries = new WebServerLog();

  @Option(
      names = "--server",
      paramLabel = "ADDRESS",
      description =
          "The address that approval links begin with, where people reach this server by another"
              + " one than it listens at.")
  private Optional<String> server = Optional.empty();

  @Mixin private WorkflowOptions options = new WorkflowOptions();
  @Mixin private ServeOptions serving = new ServeOptions(WorkflowWork.USUAL_PORT);

  WorkflowServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    libraries.quieten();
    ServerOptions asked = serving.serverOptions(surroundings);
    ServerOptions listening = asked.withLog(new Decisions(asked.log()));
    AtomicReference<String> address =
        new AtomicReference<>(server.orElseGet(() -> serving.address(listening.port())));
    CountDownLatch isStopped = new CountDownLatch(1);
    try (WorkflowWork work = new WorkflowWork(surroundings, options, address::get);
        WorkflowWorker worker =
            new WorkflowWorker(
                work.journal(),
                work.runner(),
                note -> surroundings.err().println("note: " + Failure.printable(note)));
        Server running =
            ServeCommand.start(
                listening,
                backends(),
                measured ->
                    List.of(
                        new WorkflowPages(new ServedWorkflows(work.journal(), work.links()), true)),
                ServeCommand.ELSEWHERE)) {
      address.set(server.orElseGet(() -> serving.address(running.port())));
      worker.start(LOOKS);
      Thread stop =
          new Thread(() -> {
            running.close(serving.patience());
            isStopped.countDown();
          });
      Runtime.getRuntime().addShutdownHook(stop);
      surroundings.out().println("listening at " + serving.address(running.port()));
      surroundings.out().flush();
      try {
        isStopped.await();
      } catch (InterruptedException interrupted) {
        Runtime.getRuntime().removeShutdownHook(stop);
        return Exit.INTERRUPTED.code();
      }
      return Exit.OK.code();
    }
  }

  /// Nobody: this server answers for the pages alone.
  static Backends backends() {
    ChatBackend chat = (request, events, cancellation) -> refuse();
    EmbeddingBackend embeddings = (request, cancellation) -> refuse();
    return new Backends(chat, new NoTokens(), embeddings, new NoModels(), List::of);
  }

  private static <T> T refuse() {
    throw new ChatException(
        ChatException.Kind.NOT_SUPPORTED, "", "this server answers no models; ask freehold serve");
  }

  /// Leaves out that somebody looked: a page asks every few seconds, and notes of runs are to be
  /// seen.
  private record Decisions(RequestLog log) implements RequestLog {
    @Override
    public void line(ObjectNode line) {
      boolean isLook = line.path("route").asString("").startsWith("GET ");
      if (!isLook || line.path("status").asInt(0) >= 400) {
        log.line(line);
      }
    }

    @Override
    public boolean wantsPrompts() {
      return log.wantsPrompts();
    }
  }

  /// Counts no tokens.
  private record NoTokens() implements TokenBackend {
    @Override
    public List<Integer> tokenize(String model, String text) {
      return refuse();
    }

    @Override
    public String detokenize(String model, List<Integer> ids) {
      return refuse();
    }

    @Override
    public int countTokens(ChatRequest request) {
      return refuse();
    }
  }

  /// Has no models.
  private record NoModels() implements ModelAdmin {
    @Override
    public List<ServedModel> models() {
      return List.of();
    }

    @Override
    public ServedModel show(String name) {
      return refuse();
    }

    @Override
    public void load(String name, Optional<Duration> keepAlive) {
      refuse();
    }

    @Override
    public void unload(String name) {
      refuse();
    }
  }
}
