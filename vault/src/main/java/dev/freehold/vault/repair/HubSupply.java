package dev.freehold.vault.repair;

import dev.freehold.hub.HubException;
import dev.freehold.hub.pull.FileDigest;
import dev.freehold.hub.pull.Puller;
import dev.freehold.hub.pull.RemoteFile;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.TensorException;
import dev.freehold.vault.Digest;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.parity.ByteSink;
import dev.freehold.vault.parity.ByteSource;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import tools.jackson.databind.JsonNode;

/// The servers that a model's files were once fetched from, by its own record of that.
///
/// A file is fetched to a folder of its own first, in parts, so that what a broken line leaves is
/// gone on from.
public final class HubSupply implements Supply {
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private final Map<Digest, URI> addresses;
  private final Puller puller;
  private final Disk disk;
  private final Path folder;

  private HubSupply(Map<Digest, URI> addresses, Puller puller, Disk disk, Path folder) {
    this.addresses = addresses;
    this.puller = puller;
    this.disk = disk;
    this.folder = folder;
  }

  /// Reads the records of models; one that is damaged is passed over.
  ///
  /// @param folder for what is being fetched
  public static HubSupply of(Vault vault, List<Entry> entries, Puller puller, Path folder) {
    Map<Digest, URI> addresses = new HashMap<>();
    for (Entry entry : entries) {
      try {
        Manifest manifest = vault.manifest(entry.manifest());
        for (Manifest.KeptFile file : manifest.files(Role.EVIDENCE)) {
          byte[] bytes = vault.blobs().read(file.blob(), MAX_RECORD_BYTES);
          addAddresses(StrictJson.parse(bytes, file.path()), addresses);
        }
      } catch (VaultException | TensorException damaged) {
        continue; // the repair tells of it
      }
    }
    return new HubSupply(addresses, puller, vault.disk(), folder);
  }

  private static void addAddresses(JsonNode record, Map<Digest, URI> addresses) {
    for (JsonNode file : record.path("files")) {
      String url = file.path("url").asString("");
      if (!url.isEmpty()) {
        try {
          addresses.put(Digest.parse(file.path("digest").asString("")), new URI(url));
        } catch (URISyntaxException | VaultException unusable) {
          continue; // no address that could be asked
        }
      }
    }
  }

  @Override
  public String name() {
    return "the hub";
  }

  @Override
  public boolean copy(Descriptor blob, ByteSink sink, LongConsumer progress)
      throws IOException, InterruptedException {
    URI address = addresses.get(blob.digest());
    if (address == null) {
      return false;
    }
    Files.createDirectories(folder);
    Path file = folder.resolve(blob.digest().hex());
    try {
      puller.fetch(
          new RemoteFile(
              blob.digest().hex(),
              blob.size(),
              Optional.of(FileDigest.sha256(blob.digest().hex())),
              address,
              Map.of()),
          file,
          event -> {});
    } catch (HubException failure) {
      throw new IOException(failure.getMessage(), failure);
    }
    try (Disk.OpenFile fetched = disk.openSource(file)) {
      ByteSource.of(fetched).copyTo(sink, progress);
    }
    Files.delete(file);
    return true;
  }
}
