package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Consumer;

/// Puts a file under the name of its digest, which it has only once its bytes on this disk have
/// been hashed and it is a model where its name says so.
final class BlobFetcher {
  private final Web web;
  private final PullSettings settings;
  private final FileLocks locks;
  private final Quarantine quarantine;
  private final Consumer<PullEvent> events;

  /// @param quarantine for bytes that are not what was promised
  BlobFetcher(
      Web web,
      PullSettings settings,
      FileLocks locks,
      Quarantine quarantine,
      Consumer<PullEvent> events) {
    this.web = web;
    this.settings = settings;
    this.locks = locks;
    this.quarantine = quarantine;
    this.events = events;
  }

  /// Where the bytes of an unfinished download are.
  static Path partial(Path blob) {
    return blob.resolveSibling(blob.getFileName() + ".freehold.incomplete");
  }

  /// Bytes of a blob that are on this machine.
  static long bytesHere(Path blob, long size) throws IOException {
    return StoreFolders.holds(blob, size) ? size : Pieces.bytesHere(partial(blob), size);
  }

  /// What became of a file: the hash of its bytes, and whether they had been there before.
  private record Outcome(String hash, boolean wasThere) {}

  /// Makes sure that the blob is there with the bytes that its digest promises.
  ///
  /// @return the hash of its bytes; SHA-256 where no digest was promised
  String fetch(RemoteFile file, Path blob, Path lock) throws IOException, InterruptedException {
    Outcome outcome =
        locks.with(
            lock,
            events,
            () -> {
              StoreFolders.requirePlain(blob);
              return isThere(file, blob)
                  ? new Outcome(file.hex(), true)
                  : new Outcome(fetchAnew(file, blob), false);
            });
    events.accept(new PullEvent.Finished(file, outcome.wasThere()));
    return outcome.hash();
  }

  private boolean isThere(RemoteFile file, Path blob) throws IOException {
    if (file.digest().isEmpty() || !Files.exists(blob, LinkOption.NOFOLLOW_LINKS)) {
      return false;
    }
    if (StoreFolders.holds(blob, file.bytes()) && hash(file, blob).equals(file.hex())) {
      ModelContent.require(file.name(), file.bytes(), blob);
      return true;
    }
    events.accept(
        new PullEvent.Note(
            "%s: the file on this machine does not have the bytes that its name says; fetched anew"
                .formatted(file.name())));
    return false;
  }

  private String hash(RemoteFile file, Path path) throws IOException {
    return FileDigest.of(
        path,
        file.digest().map(FileDigest::kind).orElse(FileDigest.Kind.SHA256),
        file.bytes(),
        done -> events.accept(new PullEvent.Verified(file, done)));
  }

  private String fetchAnew(RemoteFile file, Path blob) throws IOException, InterruptedException {
    Path partial = partial(blob);
    StoreFolders.requirePlain(partial);
    StoreFolders.requirePlain(Pieces.journalFile(partial));
    try (Pieces pieces = Pieces.open(partial, file.bytes())) {
      if (file.digest().isEmpty() && !pieces.hasTag()) {
        pieces.clear(); // nothing would tell whether the rest is of the same file
      }
      boolean isResumed = pieces.bytesDone() > 0;
      String found;
      while (true) {
        new RangedDownload(web, settings, file, events).into(partial, pieces);
        found = hash(file, partial);
        if (file.digest().isEmpty() || found.equals(file.hex())) {
          break;
        }
        pieces.clear();
        if (!isResumed) {
          String became = quarantine.take(file, partial, found);
          pieces.delete();
          throw HubException.wrongBytes(
              "%s: its bytes hash to %s, not to %s as promised; they %s. The server"
                      .formatted(file.name(), found, file.hex(), became)
                  + " or something between sends wrong bytes");
        }
        isResumed = false;
        events.accept(
            new PullEvent.Note(file.name() + ": what had been kept was wrong; begun anew"));
      }
      try {
        ModelContent.require(file.name(), file.bytes(), partial);
      } catch (HubException refused) {
        Files.deleteIfExists(partial);
        pieces.delete();
        throw refused;
      }
      StoreFolders.moveInto(partial, blob);
      pieces.delete();
      return found;
    }
  }
}
