package dev.freehold.gateway.engine;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatEvent;
import dev.freehold.gateway.Time;
import dev.freehold.gateway.failure.AttemptException;
import dev.freehold.gateway.failure.CancelledException;
import dev.freehold.gateway.failure.FailureClass;
import dev.freehold.gateway.upstream.HttpUpstream;
import dev.freehold.gateway.upstream.Network;
import dev.freehold.gateway.upstream.Secret;
import dev.freehold.gateway.upstream.Upstream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// An engine in a process of its own: started, asked for its health, started again when it ends or
/// falls silent, and stopped with all that it started.
public final class SupervisedEngine implements Upstream, AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(60);
  private static final Duration STEADY = Duration.ofSeconds(60);
  private static final Duration HEALTH_INTERVAL = Duration.ofSeconds(2);
  private static final Duration HEALTH_LIMIT = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final int MAX_SILENT = 3;
  private static final int MAX_ENDS = 3;

  private final EngineSpec spec;
  private final Network network;
  private final Time time;
  private final Consumer<String> told;
  private final EngineRegister register;
  private final EngineEnvironment environment;
  private final HttpClient health;
  private final AtomicInteger running = new AtomicInteger();
  private final AtomicInteger ends = new AtomicInteger();
  private final Thread thread;
  private volatile boolean isClosed;
  private volatile @Nullable HttpUpstream ready;
  private volatile @Nullable ProcessTree tree;

  /// Starts the engine; it can be asked when it says so itself.
  ///
  /// @param told what happens to it, in one line each
  /// @param register where its processes are written down
  /// @param environment what it is started with
  public SupervisedEngine(
      EngineSpec spec,
      Network network,
      Time time,
      Consumer<String> told,
      EngineRegister register,
      EngineEnvironment environment) {
    this.spec = spec;
    this.network = network;
    this.time = time;
    this.told = told;
    this.register = register;
    this.environment = environment;
    this.health = HttpClient.newBuilder().connectTimeout(HEALTH_LIMIT).build();
    this.thread = Thread.ofPlatform().daemon().name("engine-" + spec.name()).start(this::run);
  }

  /// Where nobody else could be asked, waits for an engine that starts.
  @Override
  public Answered ask(Ask ask, Secret key, Consumer<ChatEvent> events, Cancellation cancellation) {
    if (isClosed) {
      throw notReady();
    }
    running.incrementAndGet();
    try {
      return ready(ask, cancellation).ask(ask, key, events, cancellation);
    } finally {
      running.decrementAndGet();
    }
  }

  private HttpUpstream ready(Ask ask, Cancellation cancellation) {
    int before = ends.get();
    long end = time.nanos() + ask.limits().firstToken(ask.isLast()).toNanos();
    while (true) {
      HttpUpstream now = ready;
      if (now != null) {
        return now;
      }
      boolean isVain = isClosed || ends.get() - before >= MAX_ENDS || time.nanos() > end;
      if (isVain || !ask.isLast()) {
        throw notReady();
      }
      time.sleep(LOOK, cancellation);
      if (cancellation.isCancelled()) {
        throw new CancelledException();
      }
    }
  }

  private AttemptException notReady() {
    return new AttemptException(
        FailureClass.TRANSPORT, "the engine %s is not ready".formatted(spec.name()));
  }

  /// How often it ended, or could not be started.
  public int ends() {
    return ends.get();
  }

  /// Whether it can be asked now.
  public boolean isReady() {
    return ready != null;
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    try {
      while (!isClosed) {
        long begun = System.nanoTime();
        try {
          live();
        } catch (IOException failed) {
          told.accept(
              "engine %s: cannot be started: %s".formatted(spec.name(), failed.getMessage()));
        }
        ready = null;
        ends.incrementAndGet();
        stopAll();
        if (isClosed) {
          return;
        }
        boolean wasSteady = System.nanoTime() - begun > STEADY.toNanos();
        pause = wasSteady ? FIRST_PAUSE : pause;
        told.accept("engine %s: starts again in %d ms".formatted(spec.name(), pause.toMillis()));
        Thread.sleep(pause);
        Duration doubled = pause.multipliedBy(2);
        pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
      }
    } catch (InterruptedException closed) {
      return; // with time for the process to end by itself
    } finally {
      ready = null;
      stopAll();
    }
  }

  /// One life of the process, from its start to its end or its third silence.
  private void live() throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    spec.command().forEach(word -> command.add(word.replace(EngineSpec.PORT, "" + port)));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.clean(builder.environment());
    OwnSession.prepare(builder);
    Process started = builder.start();
    ProcessTree all = new ProcessTree(started.toHandle(), register, told);
    tree = all;
    started.getOutputStream().close();
    BoundedLog log = new BoundedLog(spec.log());
    Thread.ofPlatform().daemon().start(() -> log.copy(started.getInputStream()));
    long limit = System.nanoTime() + spec.startLimit().toNanos();
    int silent = 0;
    while (started.isAlive() && silent < MAX_SILENT) {
      boolean isHealthy = isHealthy(port);
      all.look();
      if (ready == null) {
        if (isHealthy) {
          URI uri = URI.create("http://127.0.0.1:" + port + spec.path());
          ready =
              HttpUpstream.of(
                  spec.shape(),
                  new HttpUpstream.Address(spec.name(), uri),
                  spec.settings(),
                  network,
                  time);
          told.accept("engine %s: ready at %s".formatted(spec.name(), uri));
        } else if (System.nanoTime() > limit) {
          told.accept("engine %s: not ready in time".formatted(spec.name()));
          return;
        }
      }
      silent = isHealthy || ready == null ? 0 : silent + 1;
      Duration next = ready == null ? HEALTH_INTERVAL.dividedBy(10) : HEALTH_INTERVAL;
      boolean unused = started.waitFor(next.toMillis(), TimeUnit.MILLISECONDS);
    }
    told.accept(
        started.isAlive()
            ? "engine %s: silent %d times; see %s".formatted(spec.name(), silent, spec.log())
            : "engine %s: ended with status %d; see %s"
                .formatted(spec.name(), started.exitValue(), spec.log()));
  }

  private boolean isHealthy(int port) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + spec.health()))
            .timeout(HEALTH_LIMIT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    try {
      return health.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException silent) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private void stopAll() {
    ProcessTree last = tree;
    if (last != null) {
      last.end();
    }
  }

  /// Takes no more requests, waits for those that are being answered, and stops the process.
  ///
  /// @param patience how long to wait
  public void close(Duration patience) {
    isClosed = true;
    long end = System.nanoTime() + patience.toNanos();
    while (running.get() > 0 && System.nanoTime() < end) {
      try {
        Thread.sleep(20);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        break;
      }
    }
    thread.interrupt();
    stopAll();
    health.shutdownNow();
  }

  @Override
  public void close() {
    close(Duration.ZERO);
  }
}
