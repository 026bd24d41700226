package dev.freehold.vault.registry;

import dev.freehold.hub.pull.SafePath;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.SourceFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A layer of a manifest from a registry, and what it is as a model's file.
///
/// Read are the layers of ModelPack, KitOps, Docker's model runner and Ollama, and of files that
/// were pushed with their names as titles, as `oras push` does. A layer that is none of these is
/// kept under a name from its digest.
///
/// @param path of the file; where files are packed, of the layer
record RemoteLayer(Descriptor blob, Packing packing, Role role, String path) {
  private static final String TITLE = "org.opencontainers.image.title";
  private static final String OLLAMA = "application/vnd.ollama.image.";
  private static final String DOCKER = "application/vnd.docker.ai.";

  /// How a layer holds files.
  enum Packing {
    RAW,
    TAR,
    TAR_GZIP
  }

  static List<RemoteLayer> of(Manifest manifest) {
    List<RemoteLayer> layers = new ArrayList<>();
    for (Descriptor layer : manifest.layers()) {
      layers.add(of(layer, layers));
    }
    return layers;
  }

  private static RemoteLayer of(Descriptor layer, List<RemoteLayer> before) {
    String type = layer.mediaType();
    Packing packing = packing(type);
    String named =
        Optional.ofNullable(layer.annotations().get(Manifest.PATH))
            .or(() -> Optional.ofNullable(layer.annotations().get(TITLE)))
            .orElse("");
    if (packing != Packing.RAW) {
      String path = "layer-" + layer.digest().hex().substring(0, 12) + ".tar";
      return new RemoteLayer(layer, packing, Role.OTHER, path);
    }
    String path = named.isEmpty() ? unnamed(layer, before) : named;
    SafePath.problem(path)
        .ifPresent(problem -> {
          throw new VaultException(
              "the registry names a file \"%s\": refused, it has %s"
                  .formatted(path.length() > 120 ? path.substring(0, 120) + "..." : path, problem));
        });
    return new RemoteLayer(layer, packing, SourceFiles.role(path), path);
  }

  private static Packing packing(String type) {
    if (type.endsWith("tar+gzip") || type.endsWith("tar.gzip") || type.endsWith(".tgz")) {
      return Packing.TAR_GZIP;
    }
    if (type.endsWith("+zstd") || type.endsWith(".zstd") || type.endsWith("+gzip")) {
      throw new VaultException(
          "a layer of type %s cannot be unpacked here; tar and tar+gzip can".formatted(type));
    }
    return type.endsWith(".tar") ? Packing.TAR : Packing.RAW;
  }

  private static String unnamed(Descriptor layer, List<RemoteLayer> before) {
    String type = layer.mediaType();
    String kind =
        type.startsWith(OLLAMA)
            ? type.substring(OLLAMA.length())
            : type.startsWith(DOCKER) ? type.substring(DOCKER.length()).split("\\.", 2)[0] : "";
    String name =
        switch (kind) {
          case "model", "gguf" -> "model.gguf";
          case "projector", "mmproj" -> "mmproj.gguf";
          case "adapter" -> "adapter.gguf";
          case "license" -> "LICENSE";
          case "template" -> "template.txt";
          case "chat" -> "chat_template.jinja";
          case "params", "messages" -> kind + ".json";
          case "system" -> "system.txt";
          default -> "layer-" + layer.digest().hex().substring(0, 12);
        };
    boolean isTaken = before.stream().anyMatch(each -> each.path().equals(name));
    String mark = "-" + layer.digest().hex().substring(0, 12);
    int dot = name.lastIndexOf('.');
    return !isTaken
        ? name
        : dot < 0 ? name + mark : name.substring(0, dot) + mark + name.substring(dot);
  }
}
