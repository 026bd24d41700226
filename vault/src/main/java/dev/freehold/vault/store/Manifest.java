package dev.freehold.vault.store;

import dev.freehold.hub.pull.SafePath;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// The list of all that belongs to a kept model, or of what was attached to one.
///
/// Source: OCI image specification 1.1, "OCI Image Manifest Specification"; ModelPack
/// specification.
///
/// @param subject what an attachment (signature, parity, audit) is about; none of a model itself
public record Manifest(
    String artifactType,
    Descriptor config,
    List<Descriptor> layers,
    Optional<Descriptor> subject,
    Map<String, String> annotations) {
  /// Media type of every manifest.
  public static final String MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json";

  /// Artifact type of a model.
  public static final String MODEL = "application/vnd.cncf.model.manifest.v1+json";

  /// Media type of a model's configuration.
  public static final String MODEL_CONFIG = "application/vnd.cncf.model.config.v1+json";

  /// The annotation of a layer that holds its file's path.
  public static final String PATH = "org.cncf.model.filepath";

  /// The annotation of a layer that holds its [Role].
  public static final String ROLE = "dev.freehold.role";

  /// Most bytes that a manifest may have; registries refuse larger ones too.
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_LAYERS = 10_000;
  private static final StrictJson.Limits LIMITS =
      new StrictJson.Limits(MAX_BYTES, 16, 65536, 20, 512);

  public Manifest {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }

  /// A file of a kept model.
  public record KeptFile(Role role, String path, Descriptor blob) {}

  /// @param source whose bytes these are, for messages
  /// @throws VaultException where they are no manifest, or its paths would not all be files of one
  ///   folder
  public static Manifest parse(byte[] bytes, String source) {
    try {
      JsonNode root = StrictJson.parse(bytes, source, LIMITS);
      if (root.path("schemaVersion").asInt(0) != 2) {
        throw new VaultException("schemaVersion: expected 2");
      }
      JsonNode layers = root.path("layers");
      if (!layers.isArray() || layers.size() > MAX_LAYERS) {
        throw new VaultException("layers: expected a list of at most " + MAX_LAYERS);
      }
      List<Descriptor> read = new ArrayList<>();
      layers.forEach(layer -> read.add(Descriptor.of(layer)));
      Descriptor config = Descriptor.of(root.path("config"));
      Manifest manifest =
          new Manifest(
              root.has("artifactType") ? Descriptor.text(root, "artifactType") : config.mediaType(),
              config,
              read,
              root.has("subject")
                  ? Optional.of(Descriptor.of(root.path("subject")))
                  : Optional.empty(),
              Descriptor.annotations(root.path("annotations")));
      manifest.requireSafePaths();
      return manifest;
    } catch (TensorException | VaultException broken) {
      throw new VaultException(
          VaultException.Reason.DAMAGED,
          source + ": not a manifest that can be used: " + broken.getMessage(),
          broken);
    }
  }

  public byte[] toBytes() {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("schemaVersion", 2);
    root.put("mediaType", MEDIA_TYPE);
    root.put("artifactType", artifactType);
    root.set("config", config.toJson());
    ArrayNode list = root.putArray("layers");
    layers.forEach(layer -> list.add(layer.toJson()));
    subject.ifPresent(about -> root.set("subject", about.toJson()));
    Descriptor.putAnnotations(root, annotations);
    return root.toString().getBytes(StandardCharsets.UTF_8);
  }

  public boolean isModel() {
    return artifactType.equals(MODEL);
  }

  /// The layers that are files, in their order.
  public List<KeptFile> files() {
    List<KeptFile> files = new ArrayList<>();
    for (Descriptor layer : layers) {
      String path = layer.annotations().get(PATH);
      if (path != null) {
        String label = layer.annotations().getOrDefault(ROLE, "");
        Role role = Role.ofLabel(label).orElseGet(() -> Role.ofMediaType(layer.mediaType()));
        files.add(new KeptFile(role, path, layer));
      }
    }
    return files;
  }

  /// The files of one role.
  public List<KeptFile> files(Role role) {
    return files().stream().filter(file -> file.role() == role).toList();
  }

  /// Everything that the manifest needs to be whole: its configuration and its layers.
  public List<Descriptor> needs() {
    List<Descriptor> needs = new ArrayList<>(List.of(config));
    needs.addAll(layers);
    return needs;
  }

  public long bytes() {
    return needs().stream().mapToLong(Descriptor::size).sum();
  }

  private void requireSafePaths() {
    requireSafe(files().stream().map(KeptFile::path).toList());
  }

  /// @throws VaultException where paths are not relative and plain, or two of them are one file or
  ///   a file and its folder on some system
  static void requireSafe(List<String> paths) {
    Map<String, String> seen = new HashMap<>();
    for (String path : paths) {
      SafePath.problem(path)
          .ifPresent(problem -> {
            throw new VaultException(
                "the path \"%s\" has %s: refused".formatted(shown(path), problem));
          });
      String twin = seen.putIfAbsent(folded(path), path);
      if (twin != null) {
        throw new VaultException(
            "the paths \"%s\" and \"%s\" are one file on some systems: refused"
                .formatted(shown(twin), shown(path)));
      }
    }
    for (String path : paths) {
      for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
        if (seen.containsKey(folded(path.substring(0, slash)))) {
          throw new VaultException(
              "the path \"%s\" leads through a file: refused".formatted(shown(path)));
        }
      }
    }
  }

  private static String folded(String path) {
    return path.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private static String shown(String text) {
    String start = text.length() > 120 ? text.substring(0, 120) + "..." : text;
    return start.replaceAll("\\p{Cntrl}", "?");
  }

  /// A reference to this manifest, as an index or another manifest holds it.
  public Descriptor descriptor() {
    byte[] bytes = toBytes();
    return new Descriptor(
        MEDIA_TYPE,
        Digest.of(dev.freehold.tensor.Sha256.bytes(bytes)),
        bytes.length,
        Map.of(),
        Optional.of(artifactType));
  }
}
