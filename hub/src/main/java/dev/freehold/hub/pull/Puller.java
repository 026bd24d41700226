package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Brings models to this machine by name.
///
/// One of these serves any number of threads; a process should have one only, as it keeps two pulls
/// of the same file apart. Nothing is asked of the network but by [#plan] and [#pull]. What was
/// fetched before a failure, an interrupt or a kill is kept, and the next pull goes on from there.
public final class Puller implements AutoCloseable {
  private final PullSettings settings;
  private final PullFolders folders;
  private final Web web;
  private final FileLocks locks = new FileLocks();

  public Puller(PullSettings settings, PullFolders folders) {
    this.settings = settings;
    this.folders = folders;
    this.web = new Web(settings);
  }

  /// What a pull would fetch; nothing is written.
  ///
  /// @throws HubException where there is no such model, or the server cannot be understood
  public PullPlan plan(PullRequest request, Consumer<PullEvent> events)
      throws InterruptedException {
    try {
      return prepared(request, oneAtATime(events)).plan();
    } catch (IOException failure) {
      throw failed(request, failure);
    }
  }

  /// Fetches a model, verifies it and gives it its name.
  ///
  /// @throws HubException where it cannot be had as promised
  public PullResult pull(PullRequest request, Consumer<PullEvent> events)
      throws InterruptedException {
    Consumer<PullEvent> told = oneAtATime(events);
    try {
      PreparedPull pull = prepared(request, told);
      told.accept(new PullEvent.Planned(pull.plan()));
      StoreFolders.requireRoom(pull.folder(), pull.plan().missing());
      return pull.complete(new BlobFetcher(web, settings, locks, quarantine(), told));
    } catch (IOException failure) {
      throw failed(request, failure);
    }
  }

  /// Fetches one file, whose digest is known, to a place of the caller's: in parts, gone on from
  /// what an earlier call left, and there only once its bytes have been hashed.
  ///
  /// @throws HubException where it cannot be had as promised, or its address may not be asked
  public void fetch(RemoteFile file, Path place, Consumer<PullEvent> events)
      throws InterruptedException {
    Addresses.require(file.address());
    Path lock = place.resolveSibling(place.getFileName() + ".lock");
    try {
      new BlobFetcher(web, settings, locks, quarantine(), oneAtATime(events))
          .fetch(file, place, lock);
      Files.deleteIfExists(lock);
    } catch (ClosedByInterruptException failure) {
      InterruptedException stopped = new InterruptedException("stopped");
      stopped.initCause(failure);
      throw stopped;
    } catch (IOException failure) {
      throw new HubException(
          "%s: %s".formatted(Addresses.shown(file.address()), failure.getMessage()), failure);
    }
  }

  private Quarantine quarantine() {
    return new Quarantine(folders.quarantine());
  }

  private PreparedPull prepared(PullRequest request, Consumer<PullEvent> events)
      throws IOException, InterruptedException {
    Documents documents = new Documents(web, settings, events);
    events.accept(new PullEvent.Looking(request.reference().toString()));
    return switch (request.reference()) {
      case ModelReference.HuggingFace _, ModelReference.HuggingFaceFile _ ->
          HuggingFacePull.prepare(
              new HuggingFaceHub(settings.huggingFace(), documents),
              folders.huggingFace(),
              request,
              events);
      case ModelReference.Ollama model ->
          OllamaPull.prepare(model, settings, documents, folders.ollama());
      case ModelReference.WebFile file ->
          WebFilePull.prepare(file, request.sha256(), documents, folders.files());
    };
  }

  static Consumer<PullEvent> oneAtATime(Consumer<PullEvent> events) {
    Object monitor = new Object();
    return event -> {
      synchronized (monitor) {
        events.accept(event);
      }
    };
  }

  private static HubException failed(PullRequest request, IOException failure)
      throws InterruptedException {
    if (failure instanceof ClosedByInterruptException) {
      InterruptedException stopped = new InterruptedException("stopped");
      stopped.initCause(failure);
      throw stopped;
    }
    return new HubException(
        "%s: %s"
            .formatted(
                request.reference(),
                failure.getMessage() == null ? failure.toString() : failure.getMessage()),
        failure);
  }

  @Override
  public void close() {
    web.close();
  }
}
