package dev.freehold.cli;

import dev.freehold.chat.ChatException;
import dev.freehold.engine.EngineOptions;
import dev.freehold.engine.MachineMemory;
import dev.freehold.engine.ModelPool;
import dev.freehold.engine.PoolOptions;
import dev.freehold.engine.Scheduling;
import dev.freehold.gateway.EngineUpstream;
import dev.freehold.gateway.ledger.LedgerAccounts;
import dev.freehold.gateway.route.RoutesFile;
import dev.freehold.gateway.upstream.Networks;
import dev.freehold.hub.FoundModel;
import dev.freehold.server.Backends;
import dev.freehold.server.Dialect;
import dev.freehold.server.Dialects;
import dev.freehold.server.Problem;
import dev.freehold.server.Server;
import dev.freehold.server.ServerException;
import dev.freehold.server.ServerOptions;
import dev.freehold.server.page.UsageSource;
import dev.freehold.train.transcript.SigningKeys;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold serve`: answers over HTTP until it is told to stop.
@Command(
    name = "serve",
    defaultValueProvider = ServeDefaults.class,
    description = {
      "Answers over HTTP, in the ways that clients of OpenAI, Anthropic and Ollama know, at an"
          + " address of this machine only by default. Prints one line with the address when it is"
          + " ready.",
      "What the command line does not say is taken from the environment, as FREEHOLD_PORT, else"
          + " from serve.yaml beside config.json (or the file that FREEHOLD_CONFIG names), as"
          + " \"port: 8080\".",
      "Ctrl-C takes no more requests and waits for those that are being answered."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold serve",
      "  freehold serve MODEL",
      "  freehold serve --gateway gateway.yaml",
      "  freehold serve MODEL --engine llama-server --engine-option \"-ngl 99\"",
      "  OPENAI_BASE_URL=http://127.0.0.1:9931/v1 OPENAI_API_KEY=none some-client"
    })
final class ServeCommand implements Callable<Integer> {
  /// What to do where another listens at the port already.
  static final String ELSEWHERE = "--port and --host say where else; port 0 is any that is free.";

  private static final Duration LOOKS = Duration.ofSeconds(1);

  private final Surroundings surroundings;
  private final WebServerLog libraries = new WebServerLog();

  @Parameters(
      arity = "0..*",
      paramLabel = "MODEL",
      description =
          "Models to offer, the first for requests that name none: paths, names that list shows, or"
              + " demo. Without any, all models of this machine, and for requests that name none"
              + " the one that config.json names, else demo.")
  private List<String> models = List.of();

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of prompt and answer together; 8192 by default.")
  private Optional<Integer> context = Optional.empty();

  @Option(
      names = "--parallel",
      paramLabel = "N",
      description = "Requests that a model answers at the same time; 32 by default.")
  private int parallel = Scheduling.DEFAULT.maxSequences();

  @Option(
      names = "--queue",
      paramLabel = "TOKENS",
      description =
          "Tokens that waiting requests may need together; 262144 by default. What is beyond is"
              + " refused with 429 and the time after which to ask again.")
  private long queue = Scheduling.DEFAULT.queueTokens();

  @Option(
      names = "--keep-alive",
      paramLabel = "MINUTES",
      description = "How long a model stays in memory without requests; 5 by default, -1 for ever.")
  private int keepAlive = (int) PoolOptions.DEFAULT_KEEP_ALIVE.toMinutes();

  @Option(
      names = "--gateway",
      paramLabel = "FILE",
      description =
          "Answer by way of the routes in this YAML file: other servers, with the models of this"
              + " machine as the last resort (docs/gateway.md). It is read again when it changes.")
  private Optional<Path> gateway = Optional.empty();

  @Option(
      names = "--sign-receipts",
      paramLabel = "FILE",
      description =
          "Sign the receipts that clients ask for with this private key: Ed25519, PEM, as openssl"
              + " genpkey -algorithm ed25519 writes it.")
  private Optional<Path> signReceipts = Optional.empty();

  @Mixin private EngineChoice engine = new EngineChoice();
  @Mixin private ServeOptions serving = new ServeOptions(ServeOptions.PORT);
  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  ServeCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    ServerOptions options = serving.serverOptions(surroundings);
    List<FoundModel> named = models.stream().map(name -> Models.find(surroundings, name)).toList();
    FoundModel usual =
        named.isEmpty() ? Models.findOrDefault(surroundings, Optional.empty()) : named.getFirst();
    AuditPolicy policy = new AuditPolicy(surroundings);
    policy.requirePermitted(usual);
    named.forEach(policy::requirePermitted);
    MachineModels source =
        new MachineModels(
            surroundings, arithmetic, named, usual, signReceipts.map(SigningKeys::privateKey));
    Optional<EngineChoice.Other> other = engine.named(surroundings, usual);
    if (other.isPresent()) {
      return serveOther(options, other.get(), usual).code();
    }
    EnginePlaces.endLeftBehind(surroundings);
    try (ModelPool pool = new ModelPool(source, poolOptions())) {
      try {
        pool.load(usual.name(), Optional.empty());
      } catch (ChatException failure) {
        other = engine.instead(surroundings, usual, failure);
        if (other.isEmpty()) {
          throw engine.failure(usual, failure);
        }
        surroundings.err().println("note: " + Failure.printable("" + failure.getMessage()));
      }
      if (other.isEmpty()) {
        FreshSeeds own = new FreshSeeds(pool, new SecureRandom());
        Backends backends = new Backends(own, pool, pool, pool, pool);
        surroundings.err().println("note: Freehold's engine answers");
        engine.tellUnused(surroundings.err());
        return serve(options, backends, new Served(source, usual, () -> {})).code();
      }
    }
    return serveOther(options, other.get(), usual).code();
  }

  /// What is served beside the backends.
  ///
  /// @param usual answers where a request names none
  /// @param last what is to be done when the process is told to stop and all answers have their end
  private record Served(MachineModels source, FoundModel usual, Runnable last) {
    Served with(Runnable before) {
      return new Served(
          source,
          usual,
          () -> {
            before.run();
            last.run();
          });
    }
  }

  /// Serves one model by another engine.
  private Exit serveOther(ServerOptions options, EngineChoice.Other other, FoundModel usual) {
    if (models.size() > 1) {
      throw new CliException(
          Exit.USAGE,
          "%s serves one model, and there are %d".formatted(other, models.size()),
          "Name one here; the others can be backends of a gateway's file (docs/gateway.md).");
    }
    MachineModels source =
        new MachineModels(surroundings, arithmetic, List.of(usual), usual, Optional.empty());
    OptionalInt tokens = context.map(OptionalInt::of).orElse(OptionalInt.empty());
    try (OtherEngine started = new OtherEngine(surroundings, other, usual, tokens, vendorKeys())) {
      surroundings.err().println("note: " + started.told());
      if (signReceipts.isPresent()) {
        throw new CliException(
            Exit.USAGE, "--sign-receipts: there are no receipts of " + other, "Leave it out.");
      }
      started.awaitReady();
      Backends backends = new OtherModels(started, source).backends();
      return serve(options, backends, new Served(source, usual, started::close));
    }
  }

  /// The environment variables that hold keys of vendors; an engine beside them does not get them.
  private Set<String> vendorKeys() {
    if (gateway.isEmpty()) {
      return Set.of();
    }
    try (Networks networks = new Networks()) {
      return ExitRoutes.read(surroundings, gateway.get(), networks, true)
          .routes()
          .upkeep()
          .keyVariables();
    }
  }

  /// Serves, by way of the routes where there are some.
  private Exit serve(ServerOptions options, Backends own, Served served) {
    if (gateway.isEmpty()) {
      return listen(options, own, served);
    }
    RoutesFile.OwnEngine last =
        new RoutesFile.OwnEngine(
            new EngineUpstream(RoutesFile.ENGINE, own.chat()), served.usual().name());
    try (ServedLedger ledger = new ServedLedger(surroundings, LOOKS);
        ServedGateway routed =
            new ServedGateway(
                surroundings,
                gateway.get(),
                last,
                new LedgerAccounts(ledger.store(), ledger.energy()),
                upkeep -> ledger.record(upkeep.isRecording()))) {
      surroundings.err().println("note: " + ledger.energy().told());
      return listen(
          options,
          routed.backends(own),
          served.with(() -> {
            routed.close();
            ledger.store().flush();
          }));
    }
  }

  private Exit listen(ServerOptions options, Backends backends, Served served) {
    libraries.quieten();
    CountDownLatch isStopped = new CountDownLatch(1);
    try (ServedPulls pulls =
            new ServedPulls(
                HubEnvironment.of(surroundings),
                new AuditPolicy(surroundings),
                served.source()::refresh);
        Server server =
            start(
                options,
                backends,
                measured ->
                    Dialects.all(
                        measured,
                        pulls,
                        usage(),
                        new ServedOpenness(surroundings, served.source())),
                ELSEWHERE)) {
      Thread stop =
          new Thread(() -> {
            server.close(serving.patience());
            served.last().run();
            isStopped.countDown();
          });
      Runtime.getRuntime().addShutdownHook(stop);
      surroundings.out().println("listening at " + serving.address(server.port()));
      surroundings.out().flush();
      await(isStopped, stop);
      return Exit.OK;
    } catch (InterruptedException stopped) {
      return Exit.INTERRUPTED;
    }
  }

  /// Begins to listen.
  ///
  /// @param elsewhere what to do where it cannot listen there
  static Server start(
      ServerOptions options,
      Backends backends,
      Function<Backends, List<Dialect>> dialects,
      String elsewhere) {
    try {
      return Server.start(options, backends, dialects);
    } catch (ServerException failure) {
      if (failure.problem().kind() != Problem.Kind.FAILED) {
        throw failure;
      }
      CliException told =
          new CliException(Exit.FAILURE, String.valueOf(failure.getMessage()), elsewhere);
      told.initCause(failure);
      throw told;
    }
  }

  /// Waits for the process to be told to stop; who is interrupted before stops by itself.
  private static void await(CountDownLatch isStopped, Thread stop) throws InterruptedException {
    try {
      isStopped.await();
    } catch (InterruptedException interrupted) {
      Runtime.getRuntime().removeShutdownHook(stop);
      throw interrupted;
    }
  }

  /// What the page of usage shows: the ledger that a gateway of this user writes.
  private UsageSource usage() {
    Path ledger = LedgerPlaces.ledger(surroundings);
    return new LedgerUsage(surroundings, ledger);
  }

  private PoolOptions poolOptions() {
    EngineOptions engine =
        new EngineOptions(
            context.map(OptionalInt::of).orElse(OptionalInt.empty()),
            EngineOptions.DEFAULT_STEP,
            0,
            surroundings.clock(),
            Scheduling.DEFAULT.withMaxSequences(parallel).withQueueTokens(queue));
    return new PoolOptions(
        MachineMemory.availableBytes(),
        PoolOptions.DEFAULT_STATE_SHARE,
        keepAlive < 0 ? Duration.ofSeconds(-1) : Duration.ofMinutes(keepAlive),
        engine);
  }
}
