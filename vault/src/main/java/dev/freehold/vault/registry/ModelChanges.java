package dev.freehold.vault.registry;

import dev.freehold.vault.Digest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What became different between two models of one name: licence and policies first.
public final class ModelChanges {
  private ModelChanges() {}

  /// One line for each file that changed, came or went; what Freehold itself wrote does not count.
  public static List<String> between(Manifest before, Manifest after) {
    Map<String, Manifest.KeptFile> old = files(before);
    Map<String, Manifest.KeptFile> now = files(after);
    List<String> terms = new ArrayList<>();
    List<String> others = new ArrayList<>();
    now.forEach((path, file) -> {
      Manifest.KeptFile was = old.remove(path);
      if (was == null) {
        lines(file, terms, others).add("%s %s is new".formatted(what(file), path));
      } else if (!was.blob().digest().equals(file.blob().digest())) {
        lines(file, terms, others)
            .add(
                "%s %s changed from %s to %s"
                    .formatted(
                        what(file),
                        path,
                        shortened(was.blob().digest()),
                        shortened(file.blob().digest())));
      }
    });
    old.forEach((path, file) ->
        lines(file, terms, others).add("%s %s is gone".formatted(what(file), path)));
    terms.addAll(others);
    return terms;
  }

  private static List<String> lines(
      Manifest.KeptFile file, List<String> terms, List<String> others) {
    return file.role() == Role.LICENSE || file.role() == Role.POLICY ? terms : others;
  }

  private static String what(Manifest.KeptFile file) {
    return switch (file.role()) {
      case LICENSE -> "the licence";
      case POLICY -> "the policy";
      case WEIGHTS -> "the weights";
      case CARD -> "the card";
      default -> "the file";
    };
  }

  private static String shortened(Digest digest) {
    return digest.hex().substring(0, 12);
  }

  private static Map<String, Manifest.KeptFile> files(Manifest manifest) {
    Map<String, Manifest.KeptFile> files = new TreeMap<>();
    for (Manifest.KeptFile file : manifest.files()) {
      if (!file.role().isRecord()) {
        files.put(file.path(), file);
      }
    }
    return files;
  }
}
