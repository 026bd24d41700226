package dev.freehold.cli;

import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.Puller;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.repair.HubSupply;
import dev.freehold.vault.repair.Supply;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Vault;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The places on the network that a repair may ask, opened where they are wanted.
final class RepairSupplies implements AutoCloseable {
  private final Surroundings surroundings;
  private final Vault vault;
  private final List<Entry> entries;
  private Optional<Puller> puller = Optional.empty();

  RepairSupplies(Surroundings surroundings, Vault vault, List<Entry> entries) {
    this.surroundings = surroundings;
    this.vault = vault;
    this.entries = entries;
  }

  /// The servers that the models' own records name.
  Supply hub() {
    HubEnvironment hubs = HubEnvironment.of(surroundings);
    if (hubs.isOffline()) {
      throw new CliException("--from hub: HF_HUB_OFFLINE forbids the network");
    }
    Puller opened = new Puller(hubs.settings(PullSettings.DEFAULT_CONNECTIONS), hubs.folders());
    puller = Optional.of(opened);
    return HubSupply.of(
        vault, entries, opened, surroundings.folder("XDG_CACHE_HOME", ".cache").resolve("repair"));
  }

  /// How many bytes the entries need, as far as it is known.
  static long bytes(Vault vault, List<Entry> entries) {
    Set<Digest> seen = new HashSet<>();
    long bytes = 0;
    for (Entry entry : entries) {
      try {
        for (Descriptor need : vault.manifest(entry.manifest()).needs()) {
          bytes += seen.add(need.digest()) ? need.size() : 0;
        }
      } catch (VaultException damaged) {
        bytes += entry.manifest().size();
      }
    }
    return bytes;
  }

  @Override
  public void close() {
    puller.ifPresent(Puller::close);
  }
}
