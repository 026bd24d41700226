package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.pull.PullPlan;
import dev.freehold.hub.pull.PullResult;
import dev.freehold.hub.pull.RemoteFile;
import dev.freehold.vault.store.Keeping;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where each file of a kept model came from, when, and what is known of that: from the server that
/// it was just fetched from, or from the folder that it lay in.
///
/// @param from a fetch that just ended
record Evidence(FoundModel model, Optional<PullResult> from, Instant time) {
  /// The file of a kept model that holds it.
  static final String PATH = ".freehold/evidence.json";

  /// A snapshot of Hugging Face's cache: repository, commit, path.
  private static final Pattern CACHED =
      Pattern.compile(".*/models--([^/]+)/snapshots/([0-9a-f]{40,64})(?:/.*)?");

  /// What is known of one file's origin.
  private record Origin(String url, String revision, String status) {}

  byte[] toBytes(List<Keeping.StoredFile> files) {
    Map<String, Origin> fetched = fetched();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonPrinter printer = new JsonPrinter(out)) {
      printer.object(() -> {
        printer.field("evidence", 1);
        printer.field("recordedAt", time.toString());
        printer.field("source", model.source().label());
        printer.array(
            "files",
            files,
            file ->
                printer.object(() -> {
                  String path = file.source().path();
                  Origin origin =
                      Optional.ofNullable(fetched.get(path)).orElseGet(() -> local(path));
                  printer.field("path", path);
                  printer.field("url", origin.url());
                  printer.field("revision", origin.revision());
                  printer.field("size", file.stored().size());
                  printer.field("digest", file.stored().digest().toString());
                  printer.field("time", time.toString());
                  printer.field("status", origin.status());
                }));
      });
    }
    return out.toByteArray();
  }

  private Map<String, Origin> fetched() {
    Map<String, Origin> origins = new HashMap<>();
    if (from.isPresent()) {
      PullPlan plan = from.get().plan();
      for (RemoteFile file : plan.files()) {
        boolean wasHere = plan.here().getOrDefault(file.name(), 0L) == file.bytes();
        String status =
            (wasHere ? "was here before" : "fetched")
                + (file.digest().isPresent()
                    ? "; has the digest that the server states"
                    : "; the server states no digest");
        origins.put(file.name(), new Origin(file.address().toString(), plan.revision(), status));
      }
    }
    return origins;
  }

  /// What the place of a file says of its origin; nobody was asked.
  private Origin local(String path) {
    Path place = model.path().toAbsolutePath().normalize();
    Matcher cached = CACHED.matcher(place.toString().replace('\\', '/'));
    if (model.source() == FoundModel.Source.HUGGING_FACE && cached.matches()) {
      String repository = cached.group(1).replace("--", "/");
      return new Origin(
          "https://huggingface.co/%s/resolve/%s/%s".formatted(repository, cached.group(2), path),
          cached.group(2),
          "taken from the cache of Hugging Face, which says that it is of there; not asked again");
    }
    if (model.source() == FoundModel.Source.BUILT_IN) {
      return new Origin("", "", "carried by this Freehold " + Main.version());
    }
    String folder = (Files.isDirectory(place) ? place : place.resolveSibling(".").normalize()) + "";
    return new Origin("", "", "taken from a folder of this machine (%s)".formatted(folder));
  }
}
