package dev.freehold.hub.pull;

import dev.freehold.hub.HubException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Brings a model of an Ollama registry into a folder with the layout of Ollama's store.
///
/// `GET /v2/NAMESPACE/NAME/manifests/TAG` lists layers by SHA-256; `GET .../blobs/DIGEST` gives
/// them. The manifest is written, as it came, when every blob that it names is whole and verified.
/// No account is used, and no address that a registry gives for signing in is asked.
final class OllamaPull implements PreparedPull {
  private static final String MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  private static final String LAYER = "application/vnd.ollama.image.";
  private static final long MAX_MANIFEST_BYTES = 4L << 20;
  private static final int MAX_LAYERS = 1000;
  private static final Pattern DIGEST = Pattern.compile("sha256:([0-9a-f]{64})");

  private final Path folder;
  private final ModelReference.Ollama model;
  private final byte[] manifest;
  private final PullPlan plan;

  private OllamaPull(Path folder, ModelReference.Ollama model, byte[] manifest, PullPlan plan) {
    this.folder = folder;
    this.model = model;
    this.manifest = manifest;
    this.plan = plan;
  }

  /// Asks the registry for the manifest.
  static OllamaPull prepare(
      ModelReference.Ollama model, PullSettings settings, Documents documents, Path folder)
      throws IOException, InterruptedException {
    URI registry =
        model.host().equals(ModelReference.Ollama.HOST)
            ? settings.ollama()
            : URI.create("https://" + model.host());
    String path = "/v2/%s/%s".formatted(model.namespace(), model.name());
    byte[] manifest =
        documents.bytes(
            Addresses.at(registry, path + "/manifests/" + model.tag()),
            Map.of("Accept", MANIFEST),
            MAX_MANIFEST_BYTES);
    JsonNode root = Documents.json(manifest, "the manifest of " + model);
    List<RemoteFile> files = new ArrayList<>();
    Map<String, Long> here = new HashMap<>();
    for (JsonNode layer : layers(root, model)) {
      RemoteFile file = file(layer, Addresses.at(registry, path + "/blobs"), model);
      if (files.stream().noneMatch(f -> f.hex().equals(file.hex()))) {
        files.add(file);
        here.put(file.name(), BlobFetcher.bytesHere(blob(folder, file), file.bytes()));
      }
    }
    PullPlan plan =
        new PullPlan(model, model.shortName(), "sha256:" + FileDigest.of(manifest), files, here);
    return new OllamaPull(folder, model, manifest, plan);
  }

  private static List<JsonNode> layers(JsonNode root, ModelReference.Ollama model) {
    JsonNode listed = root.path("layers");
    if (!listed.isArray() || listed.size() > MAX_LAYERS) {
      throw new HubException(
          "%s: layers: expected a list of at most %d".formatted(model, MAX_LAYERS));
    }
    List<JsonNode> layers = new ArrayList<>();
    listed.forEach(layers::add);
    if (layers.stream().noneMatch(l -> kind(l).equals("model"))) {
      throw new HubException(
          "%s lists no layer of type %smodel, so it is no GGUF model; those are what can be pulled"
              .formatted(model, LAYER));
    }
    if (root.path("config").isObject()) {
      layers.addFirst(root.path("config"));
    }
    return layers;
  }

  private static String kind(JsonNode layer) {
    String type = layer.path("mediaType").asString("");
    return type.startsWith(LAYER) ? type.substring(LAYER.length()) : "other";
  }

  private static RemoteFile file(JsonNode layer, URI blobs, ModelReference.Ollama model) {
    String digest = layer.path("digest").asString("");
    Matcher matcher = DIGEST.matcher(digest);
    if (!matcher.matches()) {
      throw new HubException(
          "%s: layers.digest: expected sha256: and 64 hexadecimal digits in small letters, found"
                  .formatted(model)
              + " \""
              + SafePath.shown(digest)
              + "\"");
    }
    String hex = matcher.group(1);
    String kind = kind(layer);
    String ending = kind.equals("model") ? ".gguf" : "";
    String plain = kind.matches("[a-z]{1,20}") ? kind : "other";
    return new RemoteFile(
        plain + "-" + hex.substring(0, 12) + ending,
        Documents.size(layer.path("size")),
        Optional.of(FileDigest.sha256(hex)),
        Addresses.at(blobs, "/sha256:" + hex),
        Map.of());
  }

  private static Path blob(Path folder, RemoteFile file) {
    return folder.resolve("blobs").resolve("sha256-" + file.hex());
  }

  @Override
  public PullPlan plan() {
    return plan;
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public PullResult complete(BlobFetcher fetcher) throws IOException, InterruptedException {
    Path locks = folder.resolve(".locks");
    StoreFolders.make(folder, folder.resolve("blobs"));
    StoreFolders.make(folder, locks);
    List<Path> paths = new ArrayList<>();
    for (RemoteFile file : plan.files()) {
      Path blob = blob(folder, file);
      fetcher.fetch(file, blob, locks.resolve(file.hex() + ".lock"));
      paths.add(blob);
    }
    Path tag = folder.resolve("manifests");
    for (String part : List.of(model.host(), model.namespace(), model.name(), model.tag())) {
      tag = SafePath.below(tag, part);
    }
    StoreFolders.make(folder, StoreFolders.parent(tag));
    StoreFolders.write(tag, manifest);
    for (int i = 0; i < paths.size(); i++) {
      if (plan.files().get(i).name().endsWith(".gguf")) {
        return new PullResult(plan, paths.get(i), paths);
      }
    }
    throw new IllegalStateException("a manifest without a model was accepted");
  }
}
