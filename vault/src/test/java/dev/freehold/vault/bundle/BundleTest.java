package dev.freehold.vault.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.Disk;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.mirror.Mirror;
import dev.freehold.vault.parity.Redundancy;
import dev.freehold.vault.repair.KeptModels;
import dev.freehold.vault.repair.ModelParity;
import dev.freehold.vault.store.Content;
import dev.freehold.vault.store.Descriptor;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class BundleTest {
  private static final int WEIGHTS = 300_000;
  private static final String LAYOUT = "{\"imageLayoutVersion\":\"1.0.0\"}";
  private static final String HEX = "0".repeat(64);

  @TempDir Path folder;
  private final Disk disk = LocalDisk.ofProcess();
  private Vault vault;
  private Entry model;

  @BeforeEach
  void keepAModel() {
    vault = Vault.openForWriting(disk, folder.resolve("vault"));
    model = KeptModels.keep(vault, "org/model:q8", 1, WEIGHTS);
    KeptModels.attach(vault, model, "signed");
    new ModelParity(vault).keep(model, Redundancy.DEFAULT, bytes -> {});
  }

  private List<Entry> scope() {
    return Mirror.scope(vault, List.of(model));
  }

  private Path export() throws Exception {
    Path program = Files.writeString(folder.resolve("program"), "#!/bin/sh\n");
    Path file = folder.resolve("bundle.tar");
    try (Tree tree = new TarTree(disk, file)) {
      new BundleExport(vault, bytes -> {})
          .write(
              tree,
              scope(),
              List.of(
                  new Carried(
                      "freehold", new Content.OfFile(program, false, Optional.empty()), true)));
    }
    return file;
  }

  private List<Entry> imported(Path file, Vault into) throws Exception {
    try (Disk.OpenFile open = disk.openSource(file)) {
      return new BundleImport(into, bytes -> {}).read(open);
    }
  }

  private Vault other() {
    return Vault.openForWriting(disk, folder.resolve("other"));
  }

  @Test
  void aBundleCarriesTheModelAndAllThatIsAttached() throws Exception {
    Path file = export();
    List<Entry> taken = imported(file, other());
    assertThat(taken).isEqualTo(scope()).hasSize(6);
    assertThat(other().entries()).containsExactlyInAnyOrderElementsOf(scope());
    assertThat(KeptModels.damaged(other())).isEmpty();
    other().lease(model.manifest()).close();
    assertThat(imported(file, other())).hasSize(6);
    assertThat(folder.resolve("bundle.tar.part")).doesNotExist();
  }

  @Test
  void theSameModelGivesTheSameBytes() throws Exception {
    byte[] first = Files.readAllBytes(export());
    Files.delete(folder.resolve("bundle.tar"));
    assertThat(Files.readAllBytes(export())).isEqualTo(first);
  }

  @Test
  void aBundleInAFolderIsAVault() throws Exception {
    Path target = folder.resolve("bundle");
    try (Tree tree = new FolderTree(disk, target)) {
      new BundleExport(vault, bytes -> {}).write(tree, scope(), List.of());
    }
    Vault bundle = Vault.open(disk, target);
    assertThat(bundle.entries()).isEqualTo(scope());
    Manifest manifest = bundle.manifest(model.manifest());
    for (Manifest.KeptFile file : PlainExport.files(manifest)) {
      assertThat(Files.size(bundle.file(model.digest(), file))).isEqualTo(file.blob().size());
    }
  }

  @Test
  void plainFilesHaveTheirNames() throws Exception {
    Path target = folder.resolve("plain");
    Manifest manifest = vault.manifest(model.manifest());
    try (Tree tree = new FolderTree(disk, target)) {
      new PlainExport(vault, bytes -> {}).write(tree, model, PlainExport.files(manifest));
    }
    try (Stream<Path> files = Files.list(target)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder(
              "model.safetensors", "config.json", "tokenizer.json", "LICENSE", "README.md");
    }
    assertThat(target.resolve("model.safetensors")).hasSize(WEIGHTS);
    assertThatThrownBy(() -> PlainExport.ggufFiles(model, manifest))
        .hasMessageContaining("has no GGUF file");
  }

  @Test
  void damagedBytesAreNotExported() throws Exception {
    Descriptor weights = vault.manifest(model.manifest()).layers().getFirst();
    Path blob = vault.blobs().path(weights.digest());
    byte[] bytes = Files.readAllBytes(blob);
    bytes[1000] ^= 1;
    Files.write(blob, bytes);
    assertThatThrownBy(this::export)
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("repair");
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("vault", "program");
    }
  }

  @Test
  void whatIsThereIsNotOverwritten() throws Exception {
    export();
    assertThatThrownBy(this::export).isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aBundleThatIsCutOrChangedAnywhereIsRefusedOrHarmless() throws Exception {
    byte[] whole = Files.readAllBytes(export());
    Random random = new Random(3);
    for (int trial = 0; trial < 200; trial++) {
      byte[] harmed = whole.clone();
      if (trial % 4 == 0) {
        harmed = Arrays.copyOf(whole, random.nextInt(whole.length - 1024));
      } else {
        harmed[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
      }
      Path file = Files.write(folder.resolve("harmed.tar"), harmed);
      Path target = folder.resolve("target" + trial);
      Vault into = Vault.openForWriting(disk, target);
      try {
        imported(file, into);
        assertThat(trial % 4).isNotZero();
      } catch (VaultException refused) {
        assertThat(into.entries()).isEmpty();
      }
      assertThat(KeptModels.damaged(into)).isEmpty();
    }
  }

  /// A tar file of these entries.
  private Path tar(TarHeader... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (TarHeader entry : entries) {
      out.write(entry.encode());
      if (entry.type() == TarHeader.FILE) {
        out.write(
            Arrays.copyOf(content(entry.name()), (content(entry.name()).length + 511) / 512 * 512));
      }
    }
    out.write(new byte[1024]);
    return Files.write(folder.resolve("hostile.tar"), out.toByteArray());
  }

  private static byte[] content(String name) {
    return switch (name) {
      case "oci-layout" -> LAYOUT.getBytes(StandardCharsets.UTF_8);
      case "index.json" ->
          "{\"schemaVersion\":2,\"manifests\":[]}".getBytes(StandardCharsets.UTF_8);
      default -> new byte[0];
    };
  }

  private static TarHeader file(String name) {
    return new TarHeader(name, TarHeader.FILE, 0644, content(name).length, "");
  }

  static Stream<Arguments> hostile() {
    TarHeader up = file("../evil");
    return Stream.of(
        Arguments.of(up, "refused"),
        Arguments.of(file("/etc/passwd"), "refused"),
        Arguments.of(file("a/../../evil"), "refused"),
        Arguments.of(file("runtime/../../evil"), "refused"),
        Arguments.of(file("C:evil"), "refused"),
        Arguments.of(file("a\\evil"), "refused"),
        Arguments.of(file("evil."), "refused"),
        Arguments.of(file("e\u0301"), "refused"),
        Arguments.of(file("INDEX.json"), "twice"),
        Arguments.of(file("index.json"), "twice"),
        Arguments.of(file("blobs/sha256/../../evil"), "refused"),
        Arguments.of(file("blobs/sha256/ABC"), "no SHA-256"),
        Arguments.of(file("blobs/sha256/" + HEX), "hash to"),
        Arguments.of(new TarHeader("link", TarHeader.LINK, 0777, 0, "/etc/passwd"), "link"),
        Arguments.of(
            new TarHeader("snapshots/x", TarHeader.LINK, 0777, 0, "../../../etc/passwd"), "link"),
        Arguments.of(
            new TarHeader("blobs", TarHeader.LINK, 0777, 0, "../blobs/sha256/" + HEX), "link"),
        Arguments.of(new TarHeader("hard", '1', 0644, 0, "/etc/passwd"), "type '1'"),
        Arguments.of(new TarHeader("device", '3', 0644, 0, ""), "type '3'"),
        Arguments.of(new TarHeader("pipe", '6', 0644, 0, ""), "type '6'"),
        Arguments.of(new TarHeader("sparse", 'S', 0644, 0, ""), "type 'S'"));
  }

  @ParameterizedTest
  @MethodSource
  void hostile(TarHeader entry, String why) throws Exception {
    Path file = tar(file("oci-layout"), file("index.json"), entry);
    assertThatThrownBy(() -> imported(file, other()))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining(why);
    assertThat(folder.resolve("evil")).doesNotExist();
    assertThat(other().entries()).isEmpty();
  }

  @Test
  void whatIsNoBundleIsToldSo() throws Exception {
    Path empty = Files.write(folder.resolve("empty.tar"), new byte[1024]);
    assertThatThrownBy(() -> imported(empty, other())).hasMessageContaining("no oci-layout");
    byte[] gzip = new byte[1024];
    gzip[0] = 0x1f;
    gzip[1] = (byte) 0x8b;
    Path compressed = Files.write(folder.resolve("bundle.tar.gz"), gzip);
    assertThatThrownBy(() -> imported(compressed, other())).hasMessageContaining("gzip");
    Path lie = tar(file("oci-layout"), new TarHeader("big", TarHeader.FILE, 0644, 1L << 32, ""));
    byte[] bytes = Files.readAllBytes(lie);
    assertThat(bytes.length).isLessThan(1 << 20);
    assertThatThrownBy(() -> imported(lie, other())).hasMessageContaining("cut off");
  }

  @Test
  void longNamesAndLargeSizesSurvive() throws Exception {
    String longName = "runtime/" + "folder/".repeat(30) + "file-" + "x".repeat(120);
    assertThat(new TarHeader(longName, TarHeader.FILE, 0644, 0, "").fits()).isFalse();
    Path file = folder.resolve("long.tar");
    try (Tree tree = new TarTree(disk, file)) {
      new BundleExport(vault, bytes -> {})
          .write(
              tree,
              scope(),
              List.of(new Carried(longName, new Content.OfBytes(new byte[7]), false)));
    }
    assertThat(imported(file, other())).hasSize(6);
    TarHeader large = new TarHeader("a", TarHeader.FILE, 0644, TarHeader.LARGEST, "");
    assertThat(TarHeader.decode(large.encode())).isEqualTo(large);
    assertThat(new TarHeader("a", TarHeader.FILE, 0644, TarHeader.LARGEST + 1, "").fits())
        .isFalse();
  }
}
