package dev.freehold.cli;

import dev.freehold.chat.Cancellation;
import dev.freehold.chat.ChatException;
import dev.freehold.chat.ChatException.Kind;
import dev.freehold.chat.PullBackend;
import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.FileDigest;
import dev.freehold.hub.pull.ModelReference;
import dev.freehold.hub.pull.PullEvent;
import dev.freehold.hub.pull.PullRequest;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.Puller;
import dev.freehold.hub.pull.RemoteFile;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/// Fetches models for clients of the server, as `freehold pull` does for people.
///
/// A client may name models of the two hubs only: an address of its choosing would let it ask, from
/// this machine, whatever this machine can reach. `USER/NAME` is one of Ollama's, as its clients
/// mean it.
final class ServedPulls implements PullBackend, AutoCloseable {
  private static final long WATCH_MILLIS = 50;

  private final HubEnvironment hubs;
  private final Runnable pulled;
  private final AuditPolicy policy;
  private Optional<Puller> puller = Optional.empty();

  /// @param policy what may not be fetched
  /// @param pulled is run when a pull has ended, before its client is told
  ServedPulls(HubEnvironment hubs, AuditPolicy policy, Runnable pulled) {
    this.hubs = hubs;
    this.policy = policy;
    this.pulled = pulled;
  }

  /// Made when it is first needed: settings of hubs that cannot be used keep no server from
  /// starting.
  private synchronized Puller puller() {
    if (puller.isEmpty()) {
      puller =
          Optional.of(new Puller(hubs.settings(PullSettings.DEFAULT_CONNECTIONS), hubs.folders()));
    }
    return puller.get();
  }

  @Override
  public void pull(String name, Consumer<Progress> progress, Cancellation cancellation) {
    PullRequest request = request(name);
    if (hubs.isOffline()) {
      throw new ChatException(
          Kind.NOT_SUPPORTED, "model", "this server may not use the network; pull it elsewhere");
    }
    Thread caller = Thread.currentThread();
    AtomicBoolean isOver = new AtomicBoolean();
    Thread watch = Thread.ofVirtual().start(() -> watch(cancellation, isOver, caller));
    try {
      new PermittedPull(policy, puller()).require(request, event -> {});
      puller().pull(request, event -> tell(event, progress));
      pulled.run();
    } catch (InterruptedException stopped) {
      if (!cancellation.isCancelled()) {
        caller.interrupt();
        throw new ChatException(Kind.UNAVAILABLE, "model", "the pull was stopped");
      }
    } catch (CliException failure) {
      throw new ChatException(
          Kind.UNAVAILABLE, "model", Failure.printable(String.valueOf(failure.getMessage())));
    } catch (HubException failure) {
      Kind kind = failure.isNotFound() ? Kind.MODEL_NOT_FOUND : Kind.UNAVAILABLE;
      throw new ChatException(
          kind, "model", Failure.printable(String.valueOf(failure.getMessage())));
    } finally {
      synchronized (isOver) {
        isOver.set(true);
      }
      watch.interrupt();
      if (cancellation.isCancelled()) {
        Thread.interrupted(); // the watch's interrupt, where it came late
      }
    }
  }

  private static PullRequest request(String name) {
    boolean isOfUser = name.matches("[^/:.]+/[^/]+");
    try {
      ModelReference reference = ModelReference.parse(isOfUser ? "ollama.com/" + name : name);
      boolean isOfHubs =
          switch (reference) {
            case ModelReference.HuggingFace _, ModelReference.HuggingFaceFile _ -> true;
            case ModelReference.Ollama model -> model.host().equals(ModelReference.Ollama.HOST);
            case ModelReference.WebFile _ -> false;
          };
      if (!isOfHubs) {
        throw new ChatException(
            Kind.INVALID_REQUEST,
            "model",
            "models of hf.co and ollama.com can be pulled here, others by \"freehold pull\"");
      }
      return new PullRequest(reference, Optional.empty(), List.of(), Optional.empty());
    } catch (HubException failure) {
      throw new ChatException(
          Kind.INVALID_REQUEST, "model", Failure.printable(String.valueOf(failure.getMessage())));
    }
  }

  /// Interrupts the pull when it is cancelled, whatever it waits for.
  private static void watch(Cancellation cancellation, AtomicBoolean isOver, Thread caller) {
    try {
      while (!isOver.get()) {
        if (cancellation.isCancelled()) {
          synchronized (isOver) {
            if (!isOver.get()) {
              caller.interrupt();
            }
          }
          return;
        }
        Thread.sleep(WATCH_MILLIS);
      }
    } catch (InterruptedException over) {
      // the pull is over
    }
  }

  private static void tell(PullEvent event, Consumer<Progress> progress) {
    switch (event) {
      case PullEvent.Looking _ -> progress.accept(new Progress(Stage.LOOKING, "", "", 0, 0));
      case PullEvent.Fetched fetched ->
          progress.accept(of(Stage.FETCHING, fetched.file(), fetched.bytes()));
      case PullEvent.Verified verified ->
          progress.accept(of(Stage.VERIFYING, verified.file(), verified.bytes()));
      case PullEvent.Finished finished ->
          progress.accept(of(Stage.PLACING, finished.file(), finished.file().bytes()));
      case PullEvent.Planned _, PullEvent.Expected _, PullEvent.Waiting _, PullEvent.Note _ -> {}
    }
  }

  private static Progress of(Stage stage, RemoteFile file, long bytes) {
    String sha256 =
        file.digest()
            .filter(digest -> digest.kind() == FileDigest.Kind.SHA256)
            .map(FileDigest::hex)
            .orElse("");
    return new Progress(stage, file.name(), sha256, file.bytes(), bytes);
  }

  @Override
  public synchronized void close() {
    puller.ifPresent(Puller::close);
  }
}
