package dev.freehold.hub.pull;

import dev.freehold.hub.GgufName;
import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Brings a GGUF file from a web address, with all its parts where its name says that it is split.
///
/// It goes to `HOST/KEY/NAME`, where KEY is of the address, with `NAME.origin.json` beside it:
/// whence it came, its size, entity tag and SHA-256. Where nobody says beforehand what it must hash
/// to, the SHA-256 found is recorded, and a later pull checks the file against it.
final class WebFilePull implements PreparedPull {
  private static final int KEY_DIGITS = 12;
  private static final int MAX_PARTS = 500;
  private static final long MAX_ORIGIN_BYTES = 1 << 16;

  private final Path root;
  private final Path folder;
  private final PullPlan plan;
  private final Map<String, String> tags;

  private WebFilePull(Path root, Path folder, PullPlan plan, Map<String, String> tags) {
    this.root = root;
    this.folder = folder;
    this.plan = plan;
    this.tags = tags;
  }

  /// Asks the server for the size of every part.
  static WebFilePull prepare(
      ModelReference.WebFile reference, Optional<FileDigest> sha256, Documents documents, Path root)
      throws IOException, InterruptedException {
    URI address = reference.address();
    String path = Optional.ofNullable(address.getPath()).orElse("");
    String name = path.substring(path.lastIndexOf('/') + 1);
    if (!name.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      throw new HubException(
          "%s is no address of a .gguf file; others are pulled by name, such as hf.co/org/name"
              .formatted(reference));
    }
    String key = FileDigest.ofText(address.toString()).substring(0, KEY_DIGITS);
    Path folder = SafePath.below(root, address.getHost().toLowerCase(Locale.ROOT)).resolve(key);
    List<RemoteFile> files = new ArrayList<>();
    Map<String, Long> here = new HashMap<>();
    Map<String, String> tags = new HashMap<>();
    GgufName split = GgufName.of(name);
    if (split.isSplit() && sha256.isPresent()) {
      throw new HubException("--sha256 is for one file, and this one has several parts");
    }
    if (split.parts() > MAX_PARTS) {
      throw new HubException(reference + ": more than " + MAX_PARTS + " parts");
    }
    for (int part = 1; part <= Math.max(1, split.parts()); part++) {
      String partName = split.isSplit() ? partName(name, split, part) : name;
      URI partAddress = split.isSplit() ? partAddress(address, split, part) : address;
      RemoteFile file = file(partName, partAddress, sha256, documents, folder, tags);
      files.add(file);
      Path place = folder.resolve(partName);
      here.put(
          partName,
          file.digest().isPresent()
              ? BlobFetcher.bytesHere(place, file.bytes())
              : Pieces.bytesHere(BlobFetcher.partial(place), file.bytes()));
    }
    PullPlan plan = new PullPlan(reference, split.stem(), "", files, here);
    return new WebFilePull(root, folder, plan, tags);
  }

  private static String marker(int part, int parts) {
    return "-%05d-of-%05d".formatted(part, parts);
  }

  private static String partName(String name, GgufName split, int part) {
    return name.replace(marker(split.part(), split.parts()), marker(part, split.parts()));
  }

  private static URI partAddress(URI address, GgufName split, int part) {
    return URI.create(
        address
            .toString()
            .replace(marker(split.part(), split.parts()), marker(part, split.parts())));
  }

  private static RemoteFile file(
      String name,
      URI address,
      Optional<FileDigest> sha256,
      Documents documents,
      Path folder,
      Map<String, String> tags)
      throws IOException, InterruptedException {
    SafePath.require(name);
    Answer answer = documents.probe(address);
    String range = answer.header("content-range").orElse("");
    OptionalLong length =
        range.matches("bytes 0-0/\\d{1,15}")
            ? OptionalLong.of(Long.parseLong(range.substring(range.indexOf('/') + 1)))
            : answer.status() == 200 ? answer.length() : OptionalLong.empty();
    if (length.isEmpty() || length.getAsLong() == 0) {
      throw new HubException(
          "%s: the server does not say how large it is".formatted(Addresses.shown(address)));
    }
    if (answer.isPage()) {
      throw new HubException(
          "%s: the server answers with a web page instead of a file"
              .formatted(Addresses.shown(address)));
    }
    String tag = answer.strongTag().orElse("");
    tags.put(name, tag);
    Optional<FileDigest> known =
        sha256.or(() -> recorded(folder.resolve(name), length.getAsLong(), tag));
    return new RemoteFile(name, length.getAsLong(), known, address, Map.of());
  }

  private static Path origin(Path file) {
    return file.resolveSibling(file.getFileName() + ".origin.json");
  }

  /// The SHA-256 that was found when the same file was pulled before.
  private static Optional<FileDigest> recorded(Path file, long bytes, String tag) {
    Path origin = origin(file);
    try {
      if (tag.isEmpty()
          || !StoreFolders.holds(file, bytes)
          || !Files.isRegularFile(origin, LinkOption.NOFOLLOW_LINKS)
          || Files.size(origin) > MAX_ORIGIN_BYTES) {
        return Optional.empty();
      }
      JsonNode root = Documents.json(Files.readAllBytes(origin), origin.toString());
      boolean isSame =
          Documents.size(root.path("bytes")) == bytes && root.path("etag").asString("").equals(tag);
      return isSame
          ? Optional.of(FileDigest.sha256(root.path("sha256").asString("")))
          : Optional.empty();
    } catch (IOException | HubException e) {
      return Optional.empty(); // what cannot be read is fetched anew
    }
  }

  @Override
  public PullPlan plan() {
    return plan;
  }

  @Override
  public Path folder() {
    return root;
  }

  @Override
  public PullResult complete(BlobFetcher fetcher) throws IOException, InterruptedException {
    Path locks = root.resolve(".locks");
    StoreFolders.make(root, folder);
    StoreFolders.make(root, locks);
    List<Path> paths = new ArrayList<>();
    for (RemoteFile file : plan.files()) {
      Path path = folder.resolve(file.name());
      String sha256 =
          fetcher.fetch(
              file, path, locks.resolve(StoreFolders.parent(path).getFileName() + ".lock"));
      paths.add(path);
      ObjectNode origin = JsonNodeFactory.instance.objectNode();
      origin.put("address", Addresses.shown(file.address()));
      origin.put("bytes", file.bytes());
      origin.put("etag", tags.getOrDefault(file.name(), ""));
      origin.put("sha256", sha256);
      StoreFolders.write(origin(path), (origin + "\n").getBytes(StandardCharsets.UTF_8));
    }
    return new PullResult(plan, paths.getFirst(), paths);
  }
}
