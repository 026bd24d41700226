package dev.freehold.engine;

import dev.freehold.chat.Activity;
import dev.freehold.chat.ActivityBackend;
import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatBackend;
import dev.freehold.chat.ChatEvent;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.ChatRequest;
import dev.freehold.chat.Embedding;
import dev.freehold.chat.EmbeddingBackend;
import dev.freehold.chat.EmbeddingRequest;
import dev.freehold.chat.ModelAdmin;
import dev.freehold.chat.ServedModel;
import dev.freehold.chat.TokenBackend;
import dev.freehold.model.Model;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;

/// Several models under one roof: each is opened when it is first asked for, stays while it is used
/// and for a time after, and gives way to others when memory is short, the one that was idle
/// longest first. A model that is being answered with is never taken away.
///
/// Where a model's file changed, its next request opens the new one; the old one goes when the new
/// one has shown that it works and its own answers have ended.
///
/// Owns the models it opened and a thread that drops idle ones.
public final class ModelPool
    implements ChatBackend,
        TokenBackend,
        EmbeddingBackend,
        ModelAdmin,
        ActivityBackend,
        AutoCloseable {
  private static final Duration WAIT_FOR_MEMORY = Duration.ofSeconds(5);

  private final ModelSource source;
  private final PoolOptions options;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<String, PooledModel> models = new HashMap<>();
  private final Thread keeper;
  private boolean isLoading;
  private boolean isClosed;

  public ModelPool(ModelSource source, PoolOptions options) {
    this.source = source;
    this.options = options;
    this.clock = options.engine().clock();
    this.keeper = Thread.ofPlatform().daemon().name("freehold-models").unstarted(this::keep);
    keeper.start();
  }

  @Override
  public void answer(ChatRequest request, Consumer<ChatEvent> events, Cancellation cancellation) {
    with(
        request.model(),
        backend -> {
          backend.answer(request.withModel(""), events, cancellation);
          return true;
        });
  }

  @Override
  public List<Integer> tokenize(String model, String text) {
    return with(model, backend -> backend.tokenize("", text));
  }

  @Override
  public String detokenize(String model, List<Integer> ids) {
    return with(model, backend -> backend.detokenize("", ids));
  }

  @Override
  public int countTokens(ChatRequest request) {
    return with(request.model(), backend -> backend.countTokens(request.withModel("")));
  }

  @Override
  public Embedding embed(EmbeddingRequest request, Cancellation cancellation) {
    EmbeddingRequest unnamed =
        new EmbeddingRequest("", request.input(), request.pooling(), request.caller());
    return with(request.model(), backend -> backend.embed(unnamed, cancellation));
  }

  @Override
  public List<ServedModel> models() {
    List<ServedModel> all = new ArrayList<>();
    lock.lock();
    try {
      for (ServedModel model : source.models()) {
        all.add(state(model, model.details()));
      }
    } finally {
      lock.unlock();
    }
    return List.copyOf(all);
  }

  private ServedModel state(ServedModel model, Optional<ServedModel.Details> details) {
    Optional<PooledModel> pooled = Optional.ofNullable(models.get(model.name()));
    return new ServedModel(
        model.name(),
        model.note(),
        model.modified(),
        model.bytes(),
        details,
        pooled.map(PooledModel::loaded));
  }

  @Override
  public ServedModel show(String name) {
    String full = source.resolve(name);
    ServedModel.Details details = source.details(full);
    ServedModel model =
        source.models().stream()
            .filter(one -> one.name().equals(full))
            .findFirst()
            .orElseThrow(() ->
                new ChatException(Kind.MODEL_NOT_FOUND, "model", "\"%s\" is gone".formatted(full)));
    lock.lock();
    try {
      return state(model, Optional.of(details));
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void load(String name, Optional<Duration> keepAlive) {
    String full = source.resolve(name);
    PooledModel model = acquire(full);
    lock.lock();
    try {
      keepAlive.ifPresent(model::keepFor);
    } finally {
      lock.unlock();
    }
    release(model);
  }

  @Override
  public void unload(String name) {
    String full = source.resolve(name);
    Optional<PooledModel> dropped = Optional.empty();
    lock.lock();
    try {
      Optional<PooledModel> model = Optional.ofNullable(models.remove(full));
      if (model.isPresent() && model.get().retire()) {
        dropped = model;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    dropped.ifPresent(PooledModel::close);
  }

  @Override
  public List<Activity> activity() {
    lock.lock();
    try {
      return models.values().stream()
          .flatMap(model -> model.backend().activity().stream())
          .sorted(Comparator.comparing(Activity::model))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  private <T> T with(String name, Function<LocalBackend, T> work) {
    PooledModel model = acquire(source.resolve(name));
    try {
      return work.apply(model.backend());
    } finally {
      release(model);
    }
  }

  private void release(PooledModel model) {
    boolean isLast;
    lock.lock();
    try {
      isLast = model.leave();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (isLast) {
      model.close();
    }
  }

  /// The model with one user more; loads it where it is not in memory or its file changed.
  private PooledModel acquire(String name) {
    String version = source.version(name);
    lock.lock();
    try {
      while (true) {
        requireOpen();
        PooledModel present = models.get(name);
        if (present != null && present.version().equals(version)) {
          present.enter();
          return present;
        }
        if (!isLoading) {
          isLoading = true;
          break;
        }
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
    try {
      return replace(name, open(name, version));
    } finally {
      lock.lock();
      try {
        isLoading = false;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private void requireOpen() {
    if (isClosed) {
      throw new ChatException(Kind.UNAVAILABLE, "", "the service ends");
    }
  }

  /// Puts a model that was opened in the place of an older one of its name, with one user.
  private PooledModel replace(String name, PooledModel opened) {
    Optional<PooledModel> old;
    boolean isOver;
    lock.lock();
    try {
      isOver = isClosed;
      old = isOver ? Optional.empty() : Optional.ofNullable(models.put(name, opened));
      old = old.filter(PooledModel::retire);
      opened.enter();
    } finally {
      lock.unlock();
    }
    old.ifPresent(PooledModel::close);
    if (isOver) {
      opened.close();
      throw new ChatException(Kind.UNAVAILABLE, "", "the service ends");
    }
    return opened;
  }

  private PooledModel open(String name, String version) {
    long weights = source.memoryBytes(name);
    long free = makeRoom(name, weights);
    LocalModel local = source.open(name);
    try {
      EngineOptions clamped = options.engine().clampedTo(local.model());
      long states =
          Math.min(
              usefulBytes(local.model(), clamped),
              (long) ((free - weights) * options.stateShare()));
      EngineOptions engine = clamped.withMemoryBytes(states);
      LocalBackend backend = new LocalBackend(local, engine);
      try {
        backend.warm();
      } catch (Throwable e) {
        backend.close();
        throw e;
      }
      return new PooledModel(local, backend, version, weights + states, options.keepAlive(), clock);
    } catch (EngineException e) {
      local.model().close();
      throw new ChatException(Kind.FAILED, String.valueOf(e.getMessage()), e);
    } catch (Throwable e) {
      local.model().close();
      throw e;
    }
  }

  /// What the states of as many requests as there may be can take, and as much again for prefixes.
  private static long usefulBytes(Model model, EngineOptions engine) {
    int context = engine.contextLengthFor(model);
    return 2 * engine.scheduling().maxSequences() * model.stateBytes(context);
  }

  /// Drops idle models until another fits beside the rest, waiting a little for one that is used.
  ///
  /// @return bytes that are free then
  private long makeRoom(String name, long bytes) {
    Instant deadline = clock.instant().plus(WAIT_FOR_MEMORY);
    while (true) {
      Optional<PooledModel> dropped;
      lock.lock();
      try {
        requireOpen();
        long free = options.memoryBytes() - takenBytes();
        if (free >= bytes + bytes / 10) {
          return free;
        }
        dropped = longestIdle(name);
        if (dropped.isPresent()) {
          models.values().remove(dropped.get());
          dropped.get().retire();
        } else if (!clock.instant().isBefore(deadline)) {
          throw noRoom(name, bytes, free);
        } else {
          awaitChange();
        }
      } finally {
        lock.unlock();
      }
      dropped.ifPresent(PooledModel::close);
    }
  }

  private void awaitChange() {
    try {
      changed.awaitNanos(100_000_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ChatException(Kind.UNAVAILABLE, "the wait for memory was interrupted", e);
    }
  }

  private long takenBytes() {
    return models.values().stream().mapToLong(PooledModel::memoryBytes).sum();
  }

  /// The model to drop first; the one of the name `last` only where there is no other.
  private Optional<PooledModel> longestIdle(String last) {
    return models.entrySet().stream()
        .filter(entry -> entry.getValue().isIdle())
        .min(
            Comparator.comparing((Map.Entry<String, PooledModel> e) -> e.getKey().equals(last))
                .thenComparing(entry -> entry.getValue().lastUsed()))
        .map(Map.Entry::getValue);
  }

  private ChatException noRoom(String name, long bytes, long free) {
    String message =
        models.isEmpty()
            ? "\"%s\" needs %d MB and models may take %d MB; choose a smaller one"
                .formatted(name, bytes >> 20, free >> 20)
            : "\"%s\" needs %d MB, %d MB are free, and the models in memory are in use"
                .formatted(name, bytes >> 20, Math.max(0, free) >> 20);
    return models.isEmpty()
        ? new ChatException(Kind.FAILED, "", message)
        : new ChatException(Kind.OVERLOADED, message, WAIT_FOR_MEMORY);
  }

  /// Drops models whose time is over, until the pool is closed.
  private void keep() {
    while (true) {
      List<PooledModel> over = new ArrayList<>();
      lock.lock();
      try {
        if (isClosed) {
          return;
        }
        Instant now = clock.instant();
        models
            .values()
            .removeIf(model -> {
              boolean isOver = model.until().filter(until -> !until.isAfter(now)).isPresent();
              if (isOver && model.retire()) {
                over.add(model);
              }
              return isOver;
            });
        if (over.isEmpty()) {
          awaitNext(now);
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      over.forEach(PooledModel::close);
    }
  }

  private void awaitNext(Instant now) throws InterruptedException {
    Optional<Instant> next =
        models.values().stream()
            .flatMap(model -> model.until().stream())
            .min(Comparator.naturalOrder());
    if (next.isPresent()) {
      changed.awaitNanos(Math.max(1_000_000, Duration.between(now, next.get()).toNanos()));
    } else {
      changed.await();
    }
  }

  /// Breaks off what is being answered and closes all models.
  @Override
  public void close() {
    List<PooledModel> all;
    lock.lock();
    try {
      if (isClosed) {
        return;
      }
      isClosed = true;
      all = List.copyOf(models.values());
      models.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    for (PooledModel model : all) {
      model.backend().close();
      boolean isUnused;
      lock.lock();
      try {
        isUnused = model.retire();
      } finally {
        lock.unlock();
      }
      if (isUnused) {
        model.close();
      }
    }
  }
}
