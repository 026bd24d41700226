package dev.freehold.cli;

import dev.freehold.chat.PullBackend;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.LocalBackend;
import dev.freehold.engine.LocalModel;
import dev.freehold.hub.FoundModel;
import dev.freehold.model.Model;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Server;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.anthropic.AnthropicDialect;
import dev.freehold.server.ollama.OllamaDialect;
import dev.freehold.server.openai.OpenAiDialect;
import dev.freehold.server.responses.ResponsesDialect;
import dev.freehold.server.wire.Ids;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold serve`: answers over HTTP until it is told to stop.
@Command(
    name = "serve",
    description = {
      "Answers over HTTP, in the ways that clients of OpenAI, Anthropic and Ollama know, at an"
          + " address of this machine only. Prints one line with the address when it is ready.",
      "Ctrl-C takes no more requests and waits for those that are being answered."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold serve MODEL",
      "  OPENAI_BASE_URL=http://127.0.0.1:9931/v1 OPENAI_API_KEY=none some-client"
    })
final class ServeCommand implements Callable<Integer> {
  private final Surroundings surroundings;
  private final Logger libraries = Logger.getLogger("io.helidon"); // loggers are held weakly

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model: a path, a name that list shows, or demo. Without it, the model that config.json"
              + " names, else demo.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "The port to listen at; 9931 by default, 0 for any free one.")
  private int port = 9931;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of prompt and answer together; 8192 by default.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--patience",
      paramLabel = "SECONDS",
      description = "How long Ctrl-C waits for answers; 30 by default.")
  private int patience = 30;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    FoundModel found = Models.findOrDefault(surroundings, model);
    try (Model opened = Models.open(surroundings, found, arithmetic)) {
      LocalModel local = Models.local(found, opened);
      try (LocalBackend backend = new LocalBackend(local, engineOptions())) {
        SingleModel single = new SingleModel(found, local, backend.contextLength());
        serve(new Backends(backend, backend, single, single, single));
      }
    }
    return Exit.OK.code();
  }

  private void serve(Backends backends) throws InterruptedException {
    quietLibraries();
    ServerOptions options = ServerOptions.loopback(port, surroundings.clock());
    try (ServedPulls pulls = new ServedPulls(HubEnvironment.of(surroundings));
        Server server = Server.start(options, dialects(backends, pulls))) {
      CountDownLatch isStopped = new CountDownLatch(1);
      Thread stop =
          new Thread(() -> {
            server.close(Duration.ofSeconds(patience));
            isStopped.countDown();
          });
      Runtime.getRuntime().addShutdownHook(stop);
      surroundings.out().printf("listening at http://%s:%d%n", options.host(), server.port());
      surroundings.out().flush();
      isStopped.await();
    }
  }

  private static List<Dialect> dialects(Backends backends, PullBackend pulls) {
    Ids ids = Ids.random();
    return List.of(
        new OpenAiDialect(backends),
        new AnthropicDialect(backends, ids),
        new OllamaDialect(backends, pulls, ids, true),
        new ResponsesDialect(backends, ids));
  }

  /// The library tells of starts and of every request that is none; the server tells what matters.
  private void quietLibraries() {
    libraries.setLevel(Level.SEVERE);
  }

  private EngineOptions engineOptions() {
    return new EngineOptions(
        context.map(OptionalInt::of).orElse(OptionalInt.empty()),
        EngineOptions.DEFAULT_STEP,
        MachineMemory.availableBytes(),
        surroundings.clock());
  }
}
