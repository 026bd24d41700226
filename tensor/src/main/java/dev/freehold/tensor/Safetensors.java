package dev.freehold.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Opens safetensors files, memory-mapped: one file, or the shards that an index names.
///
/// Tensors need not be aligned to their element size. Source: safetensors format (Hugging Face);
/// index file as written by transformers.
public final class Safetensors {
  static final String FILE_NAME = "model.safetensors";
  static final String INDEX_NAME = "model.safetensors.index.json";

  private static final long MAX_INDEX_BYTES = 64L << 20;
  private static final int MAX_SHARDS = 4096;

  private Safetensors() {}

  /// Opens a .safetensors file, an index, or a folder with `model.safetensors` or
  /// `model.safetensors.index.json`.
  ///
  /// The metadata are the strings of `__metadata__`; of shards that differ, the first that has a
  /// key counts.
  ///
  /// @throws TensorException where a file is missing, truncated or breaks the format; names the
  ///   field and its offset
  public static TensorStore open(Path path) {
    if (Files.isDirectory(path)) {
      Path file = path.resolve(FILE_NAME);
      if (Files.exists(file)) {
        return open(file);
      }
      Path index = path.resolve(INDEX_NAME);
      if (Files.exists(index)) {
        return open(index);
      }
      throw new TensorException(
          "%s: no %s and no %s in this folder".formatted(path, FILE_NAME, INDEX_NAME));
    }
    Path name = path.getFileName();
    if (name != null && name.toString().endsWith(".index.json")) {
      return openIndex(path);
    }
    return openShards(List.of(path), Map.of(), path);
  }

  private static TensorStore openIndex(Path index) {
    Map<String, String> weightMap = readWeightMap(index);
    Path folder = index.toAbsolutePath().getParent();
    if (folder == null) {
      throw new TensorException("%s: has no folder".formatted(index));
    }
    List<Path> shards = new ArrayList<>();
    for (String name : weightMap.values().stream().distinct().sorted().toList()) {
      shards.add(ModelFolder.resolve(folder, name, index));
    }
    if (shards.size() > MAX_SHARDS) {
      throw new TensorException(
          "%s: weight_map: %d files exceed the limit of %d"
              .formatted(index, shards.size(), MAX_SHARDS));
    }
    return openShards(shards, weightMap, index);
  }

  private static Map<String, String> readWeightMap(Path index) {
    JsonNode root =
        StrictJson.parse(index, StrictJson.Limits.DEFAULT.withMaxBytes(MAX_INDEX_BYTES));
    JsonNode map = root.path("weight_map");
    if (!map.isObject() || map.isEmpty()) {
      throw new TensorException(
          "%s: weight_map: expected an object of tensor and file names, found %s"
              .formatted(index, map.isMissingNode() ? "nothing" : map.getNodeType()));
    }
    Map<String, String> files = LinkedHashMap.newLinkedHashMap(map.size());
    map.forEachEntry((name, file) -> {
      if (!file.isString()) {
        throw new TensorException(
            "%s: weight_map.%s: expected the name of a file, found %s"
                .formatted(index, Printable.text(name), file.getNodeType()));
      }
      files.put(name, file.stringValue());
    });
    return files;
  }

  private static TensorStore openShards(
      List<Path> shards, Map<String, String> weightMap, Path asked) {
    Arena arena = Arena.ofShared();
    try {
      Map<String, Object> metadata = new LinkedHashMap<>();
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      Map<String, Path> homes = new HashMap<>();
      List<MappedFile> files = new ArrayList<>();
      for (Path shard : shards) {
        try (MappedFile file = MappedFile.open(shard)) {
          SafetensorsHeader header = SafetensorsHeader.read(file);
          MemorySegment bytes = file.map(arena);
          header.metadata().forEach(metadata::putIfAbsent);
          for (TensorEntry entry : header.tensors()) {
            Path other = homes.put(entry.name(), shard);
            if (other != null) {
              throw new TensorException(
                  "%s: tensor %s is in %s as well"
                      .formatted(shard, Printable.text(entry.name()), other.getFileName()));
            }
            tensors.put(entry.name(), entry.in(bytes));
          }
          files.add(file);
        }
      }
      checkWeightMap(weightMap, homes, asked);
      return new MappedStore(arena, new Metadata(metadata), tensors, files);
    } catch (Throwable e) {
      arena.close();
      throw e;
    }
  }

  private static void checkWeightMap(
      Map<String, String> weightMap, Map<String, Path> homes, Path index) {
    weightMap.forEach((tensor, file) -> {
      Path home = homes.get(tensor);
      if (home == null || !home.endsWith(file)) {
        throw new TensorException(
            "%s: weight_map.%s: expected this tensor in %s, found it %s"
                .formatted(
                    index,
                    Printable.text(tensor),
                    Printable.text(file),
                    home == null ? "in no file" : "in " + home.getFileName()));
      }
    });
  }
}
