package dev.freehold.vault.repair;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freehold.hub.pull.PullFolders;
import dev.freehold.hub.pull.PullSettings;
import dev.freehold.hub.pull.Puller;
import dev.freehold.tensor.Sha256;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Ingest;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repair from the server that a model's own record names.
class HubSupplyTest {
  private static final int WEIGHTS = 200_000;

  @TempDir private Path folder = Path.of("unset");
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());
  private volatile byte[] served = new byte[WEIGHTS];
  private ServerSocket socket;
  private Vault vault;
  private Entry model;
  private Path weights = Path.of("unset");

  @BeforeEach
  void keepAModelOfAServer() throws IOException {
    socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::serve);
    new Random(5).nextBytes(served);
    System.arraycopy("GGUF".getBytes(StandardCharsets.US_ASCII), 0, served, 0, 4);
    vault = Vault.openForWriting(LocalDisk.ofProcess(), folder.resolve("vault"));
    try (Ingest ingest = vault.begin()) {
      Stored kept = ingest.put(served.clone());
      weights = vault.blobs().path(kept.digest());
      String record =
          """
          {"evidence": 1, "files": [
            {"path": "model.bin", "url": "http://127.0.0.1:%d/model", "digest": "%s"},
            {"path": "other", "url": "not an address", "digest": "%s"},
            {"path": "third", "url": "", "digest": "sha256:%s"}]}
          """
              .formatted(socket.getLocalPort(), kept.digest(), "nonsense", Sha256.of("x"));
      Stored evidence = ingest.put(record.getBytes(StandardCharsets.UTF_8));
      Stored config = ingest.put("{}".getBytes(StandardCharsets.UTF_8));
      ingest.name(
          ModelName.parse("org/model"),
          new Manifest(
              Manifest.MODEL,
              Descriptor.of(Manifest.MODEL_CONFIG, config.digest(), config.size()),
              List.of(
                  layer(Role.WEIGHTS, "model.bin", kept),
                  layer(Role.EVIDENCE, ".freehold/evidence.json", evidence)),
              Optional.empty(),
              Map.of()));
    }
    model = vault.find("org/model");
  }

  private static Descriptor layer(Role role, String path, Stored stored) {
    return Descriptor.of(role.mediaType(), stored.digest(), stored.size())
        .with(Map.of(Manifest.PATH, path, Manifest.ROLE, role.label()));
  }

  @AfterEach
  void stop() throws IOException {
    socket.close();
  }

  private void serve() {
    while (!socket.isClosed()) {
      try {
        Socket client = socket.accept();
        Thread.ofVirtual().start(() -> answer(client));
      } catch (IOException closed) {
        return;
      }
    }
  }

  /// One request per connection; ranges are ignored, as simple servers do.
  private void answer(Socket client) {
    try (client) {
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
      asked.add(String.valueOf(in.readLine()));
      for (String line = in.readLine(); line != null && !line.isEmpty(); ) {
        line = in.readLine();
      }
      String head =
          "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + served.length + "\r\n\r\n";
      client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      client.getOutputStream().write(served);
    } catch (IOException gone) {
      // as clients are when they have enough
    }
  }

  private RepairReport repair() throws InterruptedException {
    PullFolders folders = PullFolders.of(Map.of(), folder);
    try (Puller puller = new Puller(PullSettings.open(), folders)) {
      Supply hub = HubSupply.of(vault, List.of(model), puller, folder.resolve("fetched"));
      return new Repair(vault, List.of(hub), bytes -> {}).run(List.of(model));
    }
  }

  @Test
  void theServerGivesWhatIsMissing() throws Exception {
    Files.write(weights, new byte[WEIGHTS]);
    RepairReport report = repair();
    assertThat(report.lost()).isEmpty();
    assertThat(report.repaired()).singleElement().matches(blob -> blob.from().equals("the hub"));
    assertThat(Files.readAllBytes(weights)).isEqualTo(served);
    assertThat(asked).allMatch(line -> line.startsWith("GET /model "));
    assertThat(folder.resolve("fetched")).isEmptyDirectory();
  }

  @Test
  void otherBytesOfTheServerChangeNothing() throws Exception {
    byte[] zeros = new byte[WEIGHTS];
    Files.write(weights, zeros);
    served[WEIGHTS / 2] ^= 1;
    RepairReport report = repair();
    assertThat(report.repaired()).isEmpty();
    assertThat(report.lost())
        .singleElement()
        .matches(blob -> blob.reasons().toString().contains("hash to"));
    assertThat(Files.readAllBytes(weights)).isEqualTo(zeros);
  }
}
