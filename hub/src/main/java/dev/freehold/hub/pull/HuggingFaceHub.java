package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Asks the Hugging Face hub, or a mirror of it, what files a repository has.
///
/// `GET /api/models/REPOSITORY/revision/REVISION?blobs=true` gives the commit, and per file size
/// and digest; where a mirror leaves these out, the head of `/REPOSITORY/resolve/COMMIT/FILE` does
/// (`X-Linked-Etag` and `X-Linked-Size`, else `ETag` and `Content-Length`).
final class HuggingFaceHub {
  private static final long MAX_LISTING_BYTES = 8L << 20;
  private static final int MAX_FILES = 100_000;
  private static final Pattern REVISION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,200}");

  private final URI endpoint;
  private final Documents documents;

  HuggingFaceHub(URI endpoint, Documents documents) {
    this.endpoint = endpoint;
    this.documents = documents;
  }

  static void requireRevision(String revision) {
    if (!REVISION.matcher(revision).matches()
        || SafePath.problem(revision).isPresent()
        || revision.endsWith(".lock")) {
      throw new HubException(
          "revision \"%s\": expected a branch, a tag or a commit"
              .formatted(SafePath.shown(revision)));
    }
  }

  Listing list(String repository, String revision) throws InterruptedException {
    requireRevision(revision);
    URI address =
        Addresses.at(
            endpoint,
            "/api/models/%s/revision/%s?blobs=true"
                .formatted(
                    Addresses.escaped(repository, true), Addresses.escaped(revision, false)));
    byte[] bytes = documents.bytes(address, Map.of(), MAX_LISTING_BYTES);
    JsonNode root = Documents.json(bytes, "the file list of hf.co/" + repository);
    JsonNode siblings = root.path("siblings");
    if (!siblings.isArray() || siblings.size() > MAX_FILES) {
      throw new HubException(
          "hf.co/%s: siblings: expected a list of at most %d files"
              .formatted(repository, MAX_FILES));
    }
    List<Listing.Entry> entries = new ArrayList<>();
    for (JsonNode sibling : siblings) {
      entries.add(entry(sibling));
    }
    return new Listing(
        repository, root.path("sha").asString(""), entries, root.path("_id").asString(""));
  }

  private static Listing.Entry entry(JsonNode sibling) {
    JsonNode lfs = sibling.path("lfs");
    String path = sibling.path("rfilename").asString("");
    if (lfs.isObject()) {
      FileDigest digest = FileDigest.sha256(lfs.path("sha256").asString(""));
      return new Listing.Entry(path, Documents.size(lfs.path("size")), Optional.of(digest));
    }
    String git = sibling.path("blobId").asString("");
    return new Listing.Entry(
        path,
        Documents.size(sibling.path("size")),
        git.isEmpty()
            ? Optional.empty()
            : Optional.of(new FileDigest(FileDigest.Kind.GIT_SHA1, git)));
  }

  /// A file of a list, with all that is needed to fetch it.
  RemoteFile file(Listing listing, Listing.Entry entry) throws InterruptedException {
    SafePath.require(entry.path());
    URI address =
        Addresses.at(
            endpoint,
            "/%s/resolve/%s/%s"
                .formatted(
                    Addresses.escaped(listing.repository(), true),
                    listing.commit(),
                    Addresses.escaped(entry.path(), true)));
    Listing.Entry known =
        entry.digest().isPresent() && entry.bytes() >= 0 ? entry : fromHead(entry, address);
    FileDigest digest = known.digest().orElseThrow();
    Map<String, String> promised = new HashMap<>();
    promised.put("x-repo-commit", listing.commit());
    promised.put("x-linked-etag", digest.hex());
    promised.put("x-linked-size", Long.toString(known.bytes()));
    return new RemoteFile(entry.path(), known.bytes(), Optional.of(digest), address, promised);
  }

  private Listing.Entry fromHead(Listing.Entry entry, URI address) throws InterruptedException {
    Answer answer = documents.head(address);
    Optional<String> tag =
        answer.firstHeader("x-linked-etag").or(() -> answer.header("etag")).map(Answer::unquoted);
    Optional<String> size =
        answer.firstHeader("x-linked-size").or(() -> answer.header("content-length"));
    if (tag.isEmpty() || size.isEmpty() || !size.get().matches("\\d{1,15}")) {
      throw new HubException(
          "%s: the server says neither what its bytes hash to nor its size; it cannot be verified"
              .formatted(SafePath.shown(entry.path())));
    }
    return new Listing.Entry(
        entry.path(), Long.parseLong(size.get()), Optional.of(FileDigest.ofTag(tag.get())));
  }
}
