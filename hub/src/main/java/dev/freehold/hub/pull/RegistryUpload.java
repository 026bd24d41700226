package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sends a blob to a registry in chunks; after a break, from where the registry says it is.
///
/// Source: OCI distribution specification 1.1, "Pushing a blob in chunks", "Mounting a blob from
/// another repository".
public final class RegistryUpload {
  /// Bytes of a chunk, all that is held in memory.
  static final int CHUNK_BYTES = 8 << 20;

  private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-(\\d{1,18})");
  private static final String BYTES = "application/octet-stream";

  private final Web web;
  private final PullSettings settings;
  private final URI uploads;
  private final Consumer<PullEvent> events;

  RegistryUpload(Web web, PullSettings settings, URI uploads, Consumer<PullEvent> events) {
    this.web = web;
    this.settings = settings;
    this.uploads = uploads;
    this.events = events;
  }

  /// Where the bytes of a blob are.
  public interface Source {
    /// Fills a buffer with what lies at a position.
    void read(ByteBuffer into, long position) throws IOException;
  }

  /// @return whether bytes were sent, and the blob was not mounted
  boolean send(String hex, long size, Optional<String> otherRepository, Source source)
      throws IOException, InterruptedException {
    Attempts attempts = Attempts.atFile("blob " + hex, settings.patience(), events);
    while (true) {
      try {
        Optional<URI> place = begin(hex, otherRepository);
        if (place.isEmpty()) {
          return false;
        }
        chunks(place.get(), hex, size, source, attempts);
        return true;
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// Begins an upload of bytes that come one after the other.
  RegistryStream stream(String hex) throws InterruptedException {
    Attempts attempts = Attempts.atFile("blob " + hex, settings.patience(), events);
    while (true) {
      try {
        return new RegistryStream(this, begin(hex, Optional.empty()).orElseThrow(), attempts);
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// Begins an upload.
  ///
  /// @return where to send it; empty where the blob was mounted
  private Optional<URI> begin(String hex, Optional<String> other)
      throws IOException, InterruptedException {
    URI address =
        other.isEmpty()
            ? uploads
            : URI.create(
                uploads
                    + "?mount=sha256:%s&from=%s"
                        .formatted(hex, Addresses.escaped(other.get(), false)));
    try (Answer answer = web.send(new Web.Call("POST", address, Map.of()))) {
      if (answer.status() == 201 && other.isPresent()) {
        return Optional.empty();
      }
      if (answer.status() != 202) {
        throw refused(answer, "blob " + hex);
      }
      return Optional.of(location(answer, uploads));
    }
  }

  private void chunks(URI begin, String hex, long size, Source source, Attempts attempts)
      throws IOException, InterruptedException {
    URI place = begin;
    long position = 0;
    while (position < size) {
      ByteBuffer chunk = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, size - position));
      fill(chunk, source, position);
      try {
        Progress after = patch(place, chunk.array(), position);
        place = after.place();
        position = after.position();
        attempts.progressed();
      } catch (IOException failure) {
        attempts.failed(failure);
        Progress known = progress(place, size);
        place = known.place();
        position = known.position();
      }
    }
    finish(place, hex);
  }

  /// Sends a chunk.
  Progress patch(URI place, byte[] chunk, long position) throws IOException, InterruptedException {
    Map<String, String> headers = new HashMap<>();
    headers.put("Content-Type", BYTES);
    headers.put("Content-Range", position + "-" + (position + chunk.length - 1));
    try (Answer answer = web.send(new Web.Call("PATCH", place, headers, chunk))) {
      if (answer.status() == 416) {
        throw new FailedAttempt("the registry has other bytes than were sent", Optional.empty());
      }
      if (answer.status() != 202) {
        throw refused(answer, "a blob");
      }
      return new Progress(
          location(answer, place), requireProgress(answer, position, position + chunk.length));
    }
  }

  private static void fill(ByteBuffer chunk, Source source, long position) {
    try {
      source.read(chunk, position);
    } catch (IOException failure) {
      throw new HubException("what is to be sent cannot be read: " + failure, failure);
    }
  }

  private static long requireProgress(Answer answer, long from, long to) throws IOException {
    Optional<Long> reached = reached(answer);
    if (reached.isPresent() && (reached.get() > to || reached.get() < from)) {
      throw new FailedAttempt(
          "the registry says it has %d bytes, and %d were sent".formatted(reached.get(), to),
          Optional.empty());
    }
    return reached.orElse(to);
  }

  private static Optional<Long> reached(Answer answer) {
    Matcher range = RANGE.matcher(answer.header("range").orElse(""));
    return range.matches() ? Optional.of(Long.parseLong(range.group(1)) + 1) : Optional.empty();
  }

  /// How far an upload has come.
  record Progress(URI place, long position) {}

  Progress progress(URI place, long size) throws IOException, InterruptedException {
    try (Answer answer = web.send(new Web.Call("GET", place, Map.of()))) {
      Optional<Long> reached = reached(answer);
      if (answer.status() != 204 || reached.isEmpty() || reached.get() > size) {
        throw new Restart("the registry has forgotten the upload");
      }
      // a registry that has nothing yet can only say 0-0, which would mean one byte
      return new Progress(location(answer, place), reached.get() == 1 ? restart() : reached.get());
    }
  }

  private static long restart() throws Restart {
    throw new Restart("the registry has nothing of the upload");
  }

  void finish(URI place, String hex) throws IOException, InterruptedException {
    String mark = place.getRawQuery() == null ? "?" : "&";
    URI address = URI.create(place + mark + "digest=sha256:" + hex);
    Map<String, String> headers = Map.of("Content-Type", BYTES);
    try (Answer answer = web.send(new Web.Call("PUT", address, headers))) {
      if (answer.status() != 201 && answer.status() != 200 && answer.status() != 204) {
        throw refused(answer, "blob " + hex);
      }
    }
  }

  /// Where an upload goes on, which must be at the registry itself.
  private URI location(Answer answer, URI before) {
    Optional<String> text = answer.header("location");
    if (text.isEmpty()) {
      return before;
    }
    URI place;
    try {
      place = before.resolve(text.get());
    } catch (IllegalArgumentException e) {
      throw new HubException(uploads.getHost() + ": an upload to what is no address", e);
    }
    if (!Addresses.sameOrigin(place, uploads)) {
      throw new HubException(
          "%s wants the upload at another host, %s: refused"
              .formatted(uploads.getHost(), Addresses.shown(place)));
    }
    return place;
  }

  static HubException refused(Answer answer, String what) {
    String host = String.valueOf(answer.address().getHost());
    return new HubException(
        switch (answer.status()) {
          case 401, 403 ->
              "%s does not let this login write %s (status %d)"
                  .formatted(host, what, answer.status());
          case 404 -> "%s: no such repository to write %s to".formatted(host, what);
          case 413 -> "%s: %s is too large for it (status 413)".formatted(host, what);
          default -> "%s refuses %s with status %d".formatted(host, what, answer.status());
        });
  }

  /// The upload must begin anew.
  static final class Restart extends IOException {
    private static final long serialVersionUID = 1L;

    Restart(String message) {
      super(message);
    }
  }
}
