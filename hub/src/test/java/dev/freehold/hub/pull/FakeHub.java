package dev.freehold.hub.pull;

import dev.freehold.hub.pull.RawServer.Reply;
import dev.freehold.hub.pull.RawServer.Request;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.stream.Collectors;

/// A hub that speaks Hugging Face's protocol, with a storage of another origin behind it, as the
/// real one has; either can be made to fail.
final class FakeHub implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";
  static final String REPOSITORY = "org/tiny-GGUF";
  static final String TOKEN = "hf_secretSECRETsecret";

  private final Map<String, byte[]> files = new LinkedHashMap<>();
  private final Map<String, byte[]> stored = new LinkedHashMap<>();
  private volatile BiFunction<Request, Reply, Reply> hubFault = (request, reply) -> reply;
  private volatile BiFunction<Request, Reply, Reply> storageFault = (request, reply) -> reply;
  private String commit = COMMIT;
  final RawServer hub;
  final RawServer storage;

  FakeHub() throws IOException {
    hub = new RawServer(request -> hubFault.apply(request, answer(request)));
    storage = new RawServer(request -> storageFault.apply(request, storageAnswer(request)));
  }

  /// A GGUF file as far as a download can tell: its magic and bytes that a seed gives.
  static byte[] gguf(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, content, 0, 4);
    return content;
  }

  static byte[] safetensors(int bytes, long seed) {
    byte[] content = new byte[bytes];
    new Random(seed).nextBytes(content);
    Arrays.fill(content, 0, 8, (byte) 0);
    content[0] = 16;
    content[8] = '{';
    return content;
  }

  synchronized FakeHub with(String path, byte[] content) {
    files.put(path, content);
    return this;
  }

  synchronized FakeHub with(String path, String content) {
    return with(path, content.getBytes(StandardCharsets.UTF_8));
  }

  synchronized FakeHub at(String newCommit) {
    commit = newCommit;
    return this;
  }

  FakeHub hubFault(BiFunction<Request, Reply, Reply> fault) {
    hubFault = fault;
    return this;
  }

  FakeHub storageFault(BiFunction<Request, Reply, Reply> fault) {
    storageFault = fault;
    return this;
  }

  PullSettings settings() {
    return settings(4);
  }

  /// @param attempts before something is given up
  PullSettings settings(int attempts) {
    return settings(attempts, Duration.ofMinutes(2));
  }

  /// @param stall how long next to nothing may come; short only where that is what is tested, since
  ///   a machine under load may stand still for seconds
  PullSettings settings(int attempts, Duration stall) {
    return new PullSettings(
        hub.uri(),
        hub.uri(),
        Optional.of(new Credentials(hub.uri(), TOKEN)),
        ProxyRules.none(),
        4,
        new PullSettings.Patience(
            Duration.ofMinutes(2),
            Duration.ofMinutes(2),
            stall,
            Duration.ofMillis(10),
            attempts,
            Duration.ofSeconds(2)));
  }

  static boolean isLarge(String path) {
    return path.endsWith(".gguf") || path.endsWith(".safetensors") || path.endsWith(".bin");
  }

  static String sha256(byte[] bytes) {
    return hash("SHA-256", new byte[0], bytes);
  }

  static String gitSha1(byte[] bytes) {
    return hash("SHA-1", ("blob " + bytes.length + "\0").getBytes(StandardCharsets.UTF_8), bytes);
  }

  private static String hash(String algorithm, byte[] before, byte[] bytes) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(before);
      return HexFormat.of().formatHex(digest.digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static String digest(String path, byte[] bytes) {
    return isLarge(path) ? sha256(bytes) : gitSha1(bytes);
  }

  /// The list of files as the hub gives it.
  synchronized String listing() {
    return """
    {"id": "%s", "sha": "%s", "private": false, "siblings": [%s]}\
    """
        .formatted(
            REPOSITORY,
            commit,
            files.entrySet().stream()
                .map(file -> sibling(file.getKey(), file.getValue()))
                .collect(Collectors.joining(", ")));
  }

  private static String sibling(String path, byte[] bytes) {
    String name = path.replace("\\", "\\\\").replace("\n", "\\n").replace("\u0000", "\\u0000");
    String entry =
        "{\"rfilename\": \"%s\", \"size\": %d, \"blobId\": \"%s\""
            .formatted(name, bytes.length, gitSha1(bytes));
    return isLarge(path)
        ? entry
            + ", \"lfs\": {\"sha256\": \"%s\", \"size\": %d, \"pointerSize\": 130}}"
                .formatted(sha256(bytes), bytes.length)
        : entry + "}";
  }

  private synchronized Reply answer(Request request) {
    String path = URLDecoder.decode(request.path(), StandardCharsets.UTF_8);
    if (path.startsWith("/api/models/" + REPOSITORY + "/revision/")) {
      return Reply.text(listing());
    }
    String prefix = "/" + REPOSITORY + "/resolve/" + commit + "/";
    if (!path.startsWith(prefix) || !files.containsKey(path.substring(prefix.length()))) {
      return Reply.of(404).with("x-error-code", "EntryNotFound");
    }
    String name = path.substring(prefix.length());
    byte[] bytes = files.getOrDefault(name, new byte[0]);
    if (!isLarge(name)) {
      return ranged(request, bytes, gitSha1(bytes)).with("x-repo-commit", commit);
    }
    String sha = sha256(bytes);
    stored.put(sha, bytes);
    return Reply.redirect(storage.uri() + "/blobs/" + sha + "?Signature=signed")
        .with("x-repo-commit", commit)
        .with("x-linked-etag", "\"" + sha + "\"")
        .with("x-linked-size", Integer.toString(bytes.length))
        .with("etag", "\"" + gitSha1(bytes) + "\"");
  }

  private synchronized Reply storageAnswer(Request request) {
    String sha = request.path().replaceFirst("/blobs/", "").replaceFirst("\\?.*", "");
    byte[] bytes = stored.get(sha);
    if (bytes == null || !request.path().endsWith("?Signature=signed")) {
      return Reply.of(403);
    }
    return ranged(request, bytes, "storage-" + sha.substring(0, 8));
  }

  /// A file, or the range of it that is asked for.
  static Reply ranged(Request request, byte[] bytes, String tag) {
    Optional<String> range = request.header("range");
    boolean isSame = request.header("if-range").map(t -> t.equals("\"" + tag + "\"")).orElse(true);
    if (range.isEmpty() || !isSame) {
      return Reply.of(200, Map.of("etag", "\"" + tag + "\""), bytes);
    }
    String[] ends = range.get().replace("bytes=", "").split("-");
    int begin = Integer.parseInt(ends[0]);
    int end = Math.min(bytes.length - 1, Integer.parseInt(ends[1]));
    return Reply.of(
        206,
        Map.of(
            "etag",
            "\"" + tag + "\"",
            "content-range",
            "bytes %d-%d/%d".formatted(begin, end, bytes.length)),
        Arrays.copyOfRange(bytes, begin, end + 1));
  }

  @Override
  public void close() throws IOException {
    hub.close();
    storage.close();
  }
}
