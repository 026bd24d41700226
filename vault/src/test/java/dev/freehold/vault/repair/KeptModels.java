package dev.freehold.vault.repair;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Makes small kept models for tests, with every kind of file, and looks at what became of them.
public final class KeptModels {
  private KeptModels() {}

  /// Files of a model by path and role: random weights of so many bytes, and small ones.
  static Map<String, Role> files() {
    Map<String, Role> files = new LinkedHashMap<>();
    files.put("model.safetensors", Role.WEIGHTS);
    files.put("config.json", Role.CONFIG);
    files.put("tokenizer.json", Role.TOKENIZER);
    files.put("LICENSE", Role.LICENSE);
    files.put("README.md", Role.CARD);
    files.put(".freehold/evidence.json", Role.EVIDENCE);
    return files;
  }

  /// Keeps a model of random files.
  public static Entry keep(Vault vault, String name, long seed, int weightBytes) {
    Random random = new Random(seed);
    try (Ingest ingest = vault.begin()) {
      List<Descriptor> layers = new ArrayList<>();
      files()
          .forEach((path, role) -> {
            byte[] bytes = new byte[role == Role.WEIGHTS ? weightBytes : 300 + random.nextInt(900)];
            random.nextBytes(bytes);
            Stored stored = ingest.put(bytes);
            Map<String, String> about = Map.of(Manifest.PATH, path, Manifest.ROLE, role.label());
            layers.add(Descriptor.of(role.mediaType(), stored.digest(), stored.size()).with(about));
          });
      Stored config = ingest.put(("{\"name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8));
      ingest.name(
          ModelName.parse(name),
          new Manifest(
              Manifest.MODEL,
              Descriptor.of(Manifest.MODEL_CONFIG, config.digest(), config.size()),
              layers,
              Optional.empty(),
              Map.of()));
    }
    return vault.find(name);
  }

  /// Attaches a note to a model, as a signature would be.
  public static Entry attach(Vault vault, Entry model, String text) {
    try (Ingest ingest = vault.begin()) {
      Stored empty = ingest.put("{}".getBytes(StandardCharsets.UTF_8));
      Stored note = ingest.put(text.getBytes(StandardCharsets.UTF_8));
      Descriptor attached =
          ingest.attach(
              new Manifest(
                  "application/vnd.freehold.note",
                  Descriptor.of("application/vnd.oci.empty.v1+json", empty.digest(), empty.size()),
                  List.of(Descriptor.of("text/plain", note.digest(), note.size())),
                  Optional.of(model.manifest().with(Map.of())),
                  Map.of()));
      return new Entry(Optional.empty(), Optional.empty(), attached);
    }
  }

  /// The blobs in a vault that do not hash to their names.
  public static List<Digest> damaged(Vault vault) {
    List<Digest> damaged = new ArrayList<>();
    vault
        .blobs()
        .each((digest, size) -> {
          if (!Digest.of(Sha256.bytes(bytes(vault, digest))).equals(digest)) {
            damaged.add(digest);
          }
        });
    return damaged;
  }

  public static byte[] bytes(Vault vault, Digest digest) {
    try (Disk.OpenFile file = vault.blobs().open(digest)) {
      ByteBuffer bytes = ByteBuffer.allocate((int) file.size());
      while (bytes.hasRemaining()) {
        if (file.read(bytes, bytes.position()) < 0) {
          throw new AssertionError("ended");
        }
      }
      return bytes.array();
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }
}
