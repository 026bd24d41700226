package dev.freehold.vault.registry;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.registry.HttpPeer.Reply;
import dev.freehold.vault.registry.HttpPeer.Request;
import dev.freehold.vault.store.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A registry that speaks the OCI distribution protocol: blobs, manifests, uploads in chunks,
/// mounts, referrers, tokens; and can be made to do wrong.
final class FakeRegistry implements AutoCloseable {
  static final String USER = "ann";
  static final String PASSWORD = "secretPASSWORD";
  static final String TOKEN = "tokenTOKENtoken";

  private static final Pattern PATH =
      Pattern.compile("/v2/(.+?)/(manifests|blobs/uploads|blobs|referrers)/(.*)");
  private static final JsonMapper JSON = JsonMapper.shared();

  /// A manifest and its type.
  private record Stored(String type, byte[] bytes) {}

  private final Map<String, byte[]> blobs = new HashMap<>();
  private final Map<String, Stored> manifests = new HashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new HashMap<>();
  private volatile BiFunction<Request, Reply, Reply> fault = (request, reply) -> reply;
  private volatile Optional<String> realm = Optional.empty();
  private boolean listsReferrers = true;
  final HttpPeer peer;

  FakeRegistry() throws IOException {
    peer = new HttpPeer("127.0.0.1", this::answer);
  }

  FakeRegistry fault(BiFunction<Request, Reply, Reply> other) {
    fault = other;
    return this;
  }

  /// From now on a token is needed, which this realm gives to [#USER].
  FakeRegistry locked(String where) {
    realm = Optional.of(where);
    return this;
  }

  FakeRegistry withoutReferrers() {
    listsReferrers = false;
    return this;
  }

  String reference(String rest) {
    return "oci://" + peer.authority() + "/" + rest;
  }

  synchronized String blob(String repository, byte[] bytes) {
    String digest = "sha256:" + Sha256.of(bytes);
    blobs.put(repository + "@" + digest, bytes);
    return digest;
  }

  synchronized String manifest(String repository, String tag, byte[] bytes) {
    String digest = "sha256:" + Sha256.of(bytes);
    Stored stored = new Stored(Manifest.MEDIA_TYPE, bytes);
    manifests.put(repository + "@" + digest, stored);
    manifests.put(repository + "@" + tag, stored);
    return digest;
  }

  synchronized int manifests() {
    return manifests.size();
  }

  synchronized boolean has(String repository, String digest) {
    return blobs.containsKey(repository + "@" + digest);
  }

  private Reply answer(Request request) {
    return fault.apply(request, plain(request));
  }

  private synchronized Reply plain(Request request) {
    if (request.plainPath().equals("/token")) {
      return token(request);
    }
    if (realm.isPresent()
        && !request.header("authorization").equals(Optional.of("Bearer " + TOKEN))) {
      return Reply.of(401)
          .with(
              "www-authenticate",
              "Bearer realm=\"%s\",service=\"test\",scope=\"repository:victim/x:pull,push\""
                  .formatted(realm.get()));
    }
    Matcher path = PATH.matcher(request.plainPath());
    if (!path.matches()) {
      return Reply.of(404);
    }
    String repository = path.group(1);
    String last = path.group(3);
    return switch (path.group(2)) {
      case "manifests" ->
          request.method().equals("PUT")
              ? putManifest(repository, last, request)
              : found(manifests.get(repository + "@" + last));
      case "blobs" -> blob(request, blobs.get(repository + "@" + last));
      case "referrers" -> listsReferrers ? referrers(repository, last) : Reply.of(404);
      default -> upload(repository, last, request);
    };
  }

  static Reply token(Request request) {
    String basic =
        Base64.getEncoder()
            .encodeToString((USER + ":" + PASSWORD).getBytes(StandardCharsets.UTF_8));
    return request.header("authorization").equals(Optional.of("Basic " + basic))
        ? Reply.of(
            "application/json",
            "{\"token\": \"%s\"}".formatted(TOKEN).getBytes(StandardCharsets.UTF_8))
        : Reply.of(403);
  }

  private static Reply found(@org.jspecify.annotations.Nullable Stored stored) {
    return stored == null
        ? Reply.of(404)
        : Reply.of(stored.type(), stored.bytes())
            .with("docker-content-digest", "sha256:" + Sha256.of(stored.bytes()));
  }

  /// A blob, or the range of it that is asked for.
  static Reply blob(Request request, byte @org.jspecify.annotations.Nullable [] bytes) {
    if (bytes == null) {
      return Reply.of(404);
    }
    String tag = "\"" + Sha256.of(bytes).substring(0, 16) + "\"";
    Optional<String> range = request.header("range");
    Reply whole = Reply.of("application/octet-stream", bytes).with("etag", tag);
    if (range.isEmpty() || !request.header("if-range").orElse(tag).equals(tag)) {
      return whole;
    }
    String[] ends = range.get().replace("bytes=", "").split("-");
    int begin = Integer.parseInt(ends[0]);
    int end = Math.min(bytes.length - 1, Integer.parseInt(ends[1]));
    return new Reply(206, whole.headers(), Arrays.copyOfRange(bytes, begin, end + 1), -1)
        .with("content-range", "bytes %d-%d/%d".formatted(begin, end, bytes.length));
  }

  private Reply putManifest(String repository, String reference, Request request) {
    JsonNode root = JSON.readTree(request.body());
    for (JsonNode layer : root.path("layers")) {
      if (!has(repository, layer.path("digest").asString(""))) {
        return Reply.of(400);
      }
    }
    Stored stored = new Stored(request.header("content-type").orElse(""), request.body());
    String digest = "sha256:" + Sha256.of(request.body());
    manifests.put(repository + "@" + digest, stored);
    manifests.put(repository + "@" + reference, stored);
    return Reply.of(201).with("docker-content-digest", digest);
  }

  private Reply referrers(String repository, String subject) {
    ObjectNode index = JSON.createObjectNode();
    ArrayNode list = index.putArray("manifests");
    manifests.forEach((key, stored) -> {
      JsonNode root = JSON.readTree(stored.bytes());
      boolean isAbout = root.path("subject").path("digest").asString("").equals(subject);
      if (isAbout && key.startsWith(repository + "@sha256:")) {
        list.addObject()
            .put("digest", key.substring(repository.length() + 1))
            .put("size", stored.bytes().length)
            .put("artifactType", root.path("artifactType").asString(""));
      }
    });
    return Reply.of("application/vnd.oci.image.index.v1+json", JSON.writeValueAsBytes(index));
  }

  private Reply upload(String repository, String id, Request request) {
    switch (request.method()) {
      case "POST" -> {
        Optional<String> mount = request.parameter("mount");
        Optional<String> from = request.parameter("from");
        if (mount.isPresent() && has(from.orElse(""), mount.get())) {
          blobs.put(repository + "@" + mount.get(), blobs.get(from.get() + "@" + mount.get()));
          return Reply.of(201);
        }
        String begun = "u" + uploads.size();
        uploads.put(begun, new ByteArrayOutputStream());
        return at(202, repository, begun);
      }
      case "PATCH" -> {
        ByteArrayOutputStream upload = uploads.get(id);
        String range = request.header("content-range").orElse("");
        if (upload == null || !range.startsWith(upload.size() + "-")) {
          return Reply.of(416);
        }
        upload.writeBytes(request.body());
        return at(202, repository, id);
      }
      case "GET" -> {
        return uploads.containsKey(id) ? at(204, repository, id) : Reply.of(404);
      }
      default -> {
        byte[] bytes = uploads.getOrDefault(id, new ByteArrayOutputStream()).toByteArray();
        String digest = "sha256:" + Sha256.of(bytes);
        if (!request.parameter("digest").equals(Optional.of(digest))) {
          return Reply.of(400);
        }
        blobs.put(repository + "@" + digest, bytes);
        return Reply.of(201);
      }
    }
  }

  private Reply at(int status, String repository, String id) {
    int size = uploads.getOrDefault(id, new ByteArrayOutputStream()).size();
    return Reply.of(status)
        .with("location", "/v2/%s/blobs/uploads/%s?state=x".formatted(repository, id))
        .with("range", "0-" + Math.max(0, size - 1));
  }

  @Override
  public void close() throws IOException {
    peer.close();
  }
}
