package dev.freehold.vault.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.tensor.Sha256;
import dev.freehold.vault.Digest;
import dev.freehold.vault.disk.Disk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What must hold of every store at every moment, checked through and through.
public final class StoreChecks {
  private StoreChecks() {}

  /// I1 to I3: whatever has a name is whole, and whatever is at a digest's path has that digest.
  public static void requireWhole(Vault vault, String when) {
    for (Entry entry : vault.entries()) {
      Manifest manifest = vault.manifest(entry.manifest());
      for (Descriptor need : manifest.needs()) {
        assertThat(vault.blobs().size(need.digest())).as(when).contains(need.size());
      }
      if (manifest.isModel()) {
        assertThat(wrongNames(vault, entry, manifest)).as(when).isEmpty();
      }
    }
    vault
        .blobs()
        .each((digest, size) ->
            assertThat(Digest.of(Sha256.bytes(bytes(vault, digest)))).as(when).isEqualTo(digest));
  }

  private static List<String> wrongNames(Vault vault, Entry entry, Manifest manifest) {
    try {
      return vault.snapshots().wrong(entry.digest(), manifest);
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  static byte[] bytes(Vault vault, Digest digest) {
    try (Disk.OpenFile file = vault.blobs().open(digest)) {
      return Blobs.readWhole(file, Integer.MAX_VALUE, digest.toString());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
  }

  /// I5: nothing is there but what the index needs.
  public static void requireTidy(Vault vault, String when) throws IOException {
    Set<Digest> live = new HashSet<>();
    for (Entry entry : vault.entries()) {
      live.add(entry.digest());
      vault.manifest(entry.manifest()).needs().forEach(need -> live.add(need.digest()));
    }
    Set<Digest> found = new HashSet<>();
    vault.blobs().each((digest, size) -> found.add(digest));
    assertThat(found).as(when).isEqualTo(live);
    assertThat(names(vault, vault.places().unfinished())).as(when).isEmpty();
    List<String> models = new ArrayList<>();
    for (Entry entry : vault.entries()) {
      if (vault.manifest(entry.manifest()).isModel()) {
        models.add(entry.digest().hex());
      }
    }
    assertThat(names(vault, vault.places().snapshots()))
        .as(when)
        .containsExactlyInAnyOrderElementsOf(new HashSet<>(models));
  }

  static List<String> names(Vault vault, java.nio.file.Path folder) throws IOException {
    List<String> names = new ArrayList<>();
    vault.disk().names(folder, names::add);
    return names;
  }
}
