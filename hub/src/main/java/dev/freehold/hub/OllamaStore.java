package dev.freehold.hub;

import dev.freehold.hub.FoundModel.Format;
import dev.freehold.hub.FoundModel.Source;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Ollama's store: `manifests/HOST/NAMESPACE/NAME/TAG` lists layers by digest, `blobs/sha256-HEX`
/// holds them; the model layer is a GGUF file.
///
/// A model is called as Ollama calls it: `name:tag`, with the namespace and the host in front where
/// they are not the default ones. A manifest whose digest is no SHA-256 in hexadecimal is refused,
/// as it could name a file elsewhere. Nothing is hashed here: a blob of another size than the
/// manifest says is a problem, a changed byte is not seen.
record OllamaStore(Path folder) implements ModelStore {
  private static final Pattern DIGEST = Pattern.compile("sha256[:-]([0-9a-f]{64})");
  private static final String LAYER = "application/vnd.ollama.image.";
  private static final Set<String> EXTRAS = Set.of("template", "params", "system", "license");
  private static final StrictJson.Limits LIMITS = StrictJson.Limits.DEFAULT.withMaxBytes(4 << 20);
  private static final int MAX_MANIFESTS = 10_000;

  @Override
  public Inventory inventory() {
    Path manifests = folder.resolve("manifests");
    if (!Files.isDirectory(manifests)) {
      return Inventory.empty();
    }
    List<FoundModel> models = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    try (Stream<Path> walk = Files.walk(manifests, 4)) {
      List<Path> files =
          walk.filter(f -> manifests.relativize(f).getNameCount() == 4 && Files.isRegularFile(f))
              .limit(MAX_MANIFESTS)
              .sorted()
              .toList();
      for (Path file : files) {
        try {
          models.add(model(manifests.relativize(file), file));
        } catch (HubException | TensorException | IOException problem) {
          problems.add(file + ": " + problem.getMessage());
        }
      }
    } catch (IOException | UncheckedIOException failure) {
      problems.add(manifests + ": cannot be read: " + failure.getMessage());
    }
    return new Inventory(models, problems);
  }

  private FoundModel model(Path place, Path manifest) throws IOException {
    Path weights = null;
    long bytes = 0;
    Map<String, Path> extras = new HashMap<>();
    for (JsonNode layer : StrictJson.parse(manifest, LIMITS).path("layers")) {
      String type = layer.path("mediaType").asString("");
      if (!type.startsWith(LAYER)) {
        continue;
      }
      String kind = type.substring(LAYER.length());
      if (kind.equals("model") && weights == null) {
        weights = blob(layer);
        bytes = Files.size(weights);
        long expected = layer.path("size").asLong(-1);
        if (bytes != expected) {
          throw new HubException(
              "the model's blob %s has %d bytes, its manifest says %d; pull the model again"
                  .formatted(weights.getFileName(), bytes, expected));
        }
      } else if (EXTRAS.contains(kind)) {
        extras.put(kind, blob(layer));
      }
    }
    if (weights == null) {
      throw new HubException(
          "lists no layer of type " + LAYER + "model; only GGUF models are read");
    }
    return new FoundModel(name(place), Source.OLLAMA, weights, Format.GGUF, bytes, extras);
  }

  private Path blob(JsonNode layer) {
    String digest = layer.path("digest").asString("");
    var matcher = DIGEST.matcher(digest);
    if (!matcher.matches()) {
      throw new HubException(
          "layers.digest: expected sha256: and 64 hexadecimal digits, found \""
              + digest.substring(0, Math.min(100, digest.length()))
              + "\"");
    }
    Path blob = folder.resolve("blobs").resolve("sha256-" + matcher.group(1));
    if (!Files.isRegularFile(blob)) {
      throw new HubException(
          "the blob " + blob.getFileName() + " is missing; pull the model again");
    }
    return blob;
  }

  private static String name(Path place) {
    String host = place.getName(0).toString();
    String namespace = place.getName(1).toString();
    String name = place.getName(2) + ":" + place.getName(3);
    if (!host.equals("registry.ollama.ai")) {
      return host + "/" + namespace + "/" + name;
    }
    return namespace.equals("library") ? name : namespace + "/" + name;
  }
}
