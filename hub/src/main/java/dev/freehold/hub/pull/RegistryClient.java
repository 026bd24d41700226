package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// One repository of a registry, read and written by the OCI distribution protocol.
///
/// Blobs come as every other file here: in ranges, resumed, their digest decides. What a registry
/// says of itself is not believed: documents are hashed, sizes bounded, addresses that it gives for
/// uploads must be its own. Source: OCI distribution specification 1.1.
public final class RegistryClient implements AutoCloseable {
  /// Media types of manifests that are asked for.
  public static final String MANIFESTS =
      "application/vnd.oci.image.manifest.v1+json,"
          + " application/vnd.docker.distribution.manifest.v2+json";

  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final long MAX_DOCUMENT = 4L << 20;

  private final URI registry;
  private final String repository;
  private final PullSettings settings;
  private final Web plain;
  private final Web web;
  private final Documents documents;
  private final FileLocks locks = new FileLocks();
  private final Consumer<PullEvent> events;

  /// Which repository, and as whom.
  ///
  /// @param repository its path, checked to be one
  /// @param realmHosts hosts beside the registry's own that may be asked for tokens
  /// @param mayPush whether tokens are to allow writing
  public record Access(
      URI registry,
      String repository,
      Optional<RegistryLogin> login,
      Set<String> realmHosts,
      boolean mayPush) {}

  /// A manifest, or another small document.
  ///
  /// @param hex SHA-256 of its bytes
  public record Document(byte[] bytes, String mediaType, String hex) {}

  public RegistryClient(Access access, PullSettings settings, Consumer<PullEvent> events) {
    Addresses.require(access.registry());
    this.registry = access.registry();
    this.repository = access.repository();
    this.settings = settings;
    this.events = Puller.oneAtATime(events);
    this.plain = new Web(settings, Authority.of(Optional.empty()));
    String scope = "repository:%s:pull%s".formatted(repository, access.mayPush() ? ",push" : "");
    this.web =
        new Web(
            settings,
            new RegistryAuthority(registry, access.login(), access.realmHosts(), scope, plain));
    this.documents = new Documents(web, settings, this.events);
  }

  /// Tells whoever watches.
  public void tell(PullEvent event) {
    events.accept(event);
  }

  private URI at(String path) {
    return Addresses.at(registry, "/v2/" + repository + path);
  }

  /// The manifest of a tag or a digest.
  ///
  /// @throws HubException where there is none, or its bytes are not those that are asked for
  public Document manifest(String reference) throws InterruptedException {
    URI address = at("/manifests/" + reference);
    Documents.Found found = documents.found(address, Map.of("Accept", MANIFESTS), MAX_DOCUMENT);
    String hex = FileDigest.of(found.bytes());
    String where = Addresses.shown(address);
    if (reference.startsWith("sha256:") && !reference.equals("sha256:" + hex)) {
      throw new HubException(
          "%s: the manifest hashes to %s, not to what was asked for; nothing was kept"
              .formatted(where, hex));
    }
    Optional<String> promised = found.header("docker-content-digest");
    if (promised.isPresent() && !promised.get().equals("sha256:" + hex)) {
      throw new HubException(
          "%s: the registry says the manifest is %s, and its bytes hash to %s; nothing was kept"
              .formatted(where, SafePath.shown(promised.get()), hex));
    }
    if (found.header("content-type").orElse("").startsWith("text/html")) {
      throw new HubException(
          where + ": answers with a web page; a login or a filter stands between");
    }
    return new Document(found.bytes(), found.header("content-type").orElse(""), hex);
  }

  /// The manifest of a tag or a digest, where there is one.
  public Optional<Document> findManifest(String reference) throws InterruptedException {
    try {
      return Optional.of(manifest(reference));
    } catch (HubException failure) {
      if (failure.isNotFound()) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /// The list of what was attached to a manifest; empty where the registry keeps none.
  public Optional<Document> referrers(String hex) throws InterruptedException {
    try {
      URI address = at("/referrers/sha256:" + hex);
      Documents.Found found = documents.found(address, Map.of("Accept", INDEX), MAX_DOCUMENT);
      return Optional.of(new Document(found.bytes(), INDEX, FileDigest.of(found.bytes())));
    } catch (HubException failure) {
      if (failure.isNotFound()) { // an older registry; the list is a tag there
        return findManifestIndex("sha256-" + hex);
      }
      throw failure;
    }
  }

  private Optional<Document> findManifestIndex(String tag) throws InterruptedException {
    try {
      Documents.Found found =
          documents.found(at("/manifests/" + tag), Map.of("Accept", INDEX), MAX_DOCUMENT);
      return Optional.of(new Document(found.bytes(), INDEX, FileDigest.of(found.bytes())));
    } catch (HubException failure) {
      if (failure.isNotFound()) {
        return Optional.empty();
      }
      throw failure;
    }
  }

  /// Brings a blob to a file, which has its name only when its bytes have the digest.
  ///
  /// @param name what the file is called, which says what its content must be
  /// @param quarantine for bytes that have another
  public void fetch(String name, String hex, long size, Path file, Quarantine quarantine)
      throws IOException, InterruptedException {
    RemoteFile remote =
        new RemoteFile(
            name, size, Optional.of(FileDigest.sha256(hex)), at("/blobs/sha256:" + hex), Map.of());
    Path lock = file.resolveSibling(file.getFileName() + ".lock");
    new BlobFetcher(web, settings, locks, quarantine, events).fetch(remote, file, lock);
  }

  /// Whether the repository has a blob.
  public boolean has(String hex, long size) throws InterruptedException {
    Attempts attempts = attempts("blob " + hex);
    while (true) {
      Web.Call call = new Web.Call("HEAD", at("/blobs/sha256:" + hex), Map.of());
      try (Answer answer = web.send(call)) {
        return answer.status() == 200 && answer.length().orElse(size) == size
            || answer.status() == 307
            || answer.status() == 302;
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  /// Sends a blob, unless it is there; from another repository of the registry where that has it.
  ///
  /// @return whether bytes had to be sent
  public boolean upload(
      String hex, long size, Optional<String> otherRepository, RegistryUpload.Source source)
      throws IOException, InterruptedException {
    if (has(hex, size)) {
      return false;
    }
    URI uploads = at("/blobs/uploads/");
    return new RegistryUpload(web, settings, uploads, events)
        .send(hex, size, otherRepository, source);
  }

  /// Begins to send a blob whose bytes come one after the other.
  public RegistryStream stream(String hex) throws InterruptedException {
    return new RegistryUpload(web, settings, at("/blobs/uploads/"), events).stream(hex);
  }

  /// Puts a manifest under a tag or its digest; all that it names must be there.
  public void put(String reference, String mediaType, byte[] bytes) throws InterruptedException {
    URI address = at("/manifests/" + reference);
    Attempts attempts = attempts(Addresses.shown(address));
    Map<String, String> headers = new HashMap<>(Map.of("Content-Type", mediaType));
    while (true) {
      try (Answer answer = web.send(new Web.Call("PUT", address, headers, bytes))) {
        if (answer.status() == 201 || answer.status() == 200) {
          requireStored(answer, bytes);
          return;
        }
        throw RegistryUpload.refused(answer, "the manifest");
      } catch (IOException failure) {
        attempts.failed(failure);
      }
    }
  }

  private static void requireStored(Answer answer, byte[] bytes) {
    String hex = FileDigest.of(bytes);
    Optional<String> stored = answer.header("docker-content-digest");
    if (stored.isPresent() && !stored.get().equals("sha256:" + hex)) {
      throw new HubException(
          "%s stored the manifest as %s, and %s was sent"
              .formatted(answer.address().getHost(), SafePath.shown(stored.get()), hex));
    }
  }

  /// The tags of the repository.
  public List<String> tags() throws InterruptedException {
    byte[] bytes = documents.bytes(at("/tags/list"), Map.of(), MAX_DOCUMENT);
    return Documents.json(bytes, "the list of tags")
        .path("tags")
        .valueStream()
        .map(tag -> tag.asString(""))
        .toList();
  }

  private Attempts attempts(String what) {
    return Attempts.atAnswer(what, settings.patience(), events);
  }

  @Override
  public void close() {
    web.close();
    plain.close();
  }
}
