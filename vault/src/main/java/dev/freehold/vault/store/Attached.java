package dev.freehold.vault.store;

import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Models with all that is attached to them, and to what is attached.
public final class Attached {
  private Attached() {}

  /// @param unreadable whether attachments are among them whose manifest cannot be read: they may
  ///   be of any model
  public static List<Entry> with(Vault vault, List<Entry> models, boolean unreadable) {
    List<Entry> entries = new ArrayList<>(models);
    Set<Digest> wanted = new HashSet<>();
    models.forEach(model -> wanted.add(model.digest()));
    List<Entry> all = vault.entries();
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Entry entry : all) {
        if (!wanted.contains(entry.digest()) && isAttached(vault, entry, wanted, unreadable)) {
          wanted.add(entry.digest());
          entries.add(entry);
          grew = true;
        }
      }
    }
    return entries;
  }

  private static boolean isAttached(
      Vault vault, Entry entry, Set<Digest> subjects, boolean unreadable) {
    if (entry.name().isPresent() || entry.former().isPresent()) {
      return false;
    }
    try {
      return vault
          .manifest(entry.manifest())
          .subject()
          .filter(subject -> subjects.contains(subject.digest()))
          .isPresent();
    } catch (VaultException damaged) {
      return unreadable;
    }
  }
}
