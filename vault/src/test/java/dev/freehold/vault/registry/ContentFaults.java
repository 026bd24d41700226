package dev.freehold.vault.registry;

import static dev.freehold.vault.registry.FaultTable.refused;
import static dev.freehold.vault.registry.FaultTable.require;

import dev.freehold.vault.registry.FaultTable.Fault;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Faults of what a registry holds: names, archives, pointers, bombs, what moves and what poses.
final class ContentFaults {
  private static final String TAR = "application/vnd.cncf.model.weight.v1.tar";
  private static final String RAW = "application/vnd.cncf.model.weight.v1.raw";

  private ContentFaults() {}

  static List<Fault> all() {
    List<Fault> faults = new ArrayList<>();
    names(faults);
    archives(faults);
    archivesThatLie(faults);
    sizes(faults);
    whatMoves(faults);
    return faults;
  }

  /// Names that no file of a model may have, with what is said of them.
  private static Map<String, String> badNames() {
    return Map.ofEntries(
        Map.entry("../x.gguf", "\"..\""),
        Map.entry("/etc/x.gguf", "absolute"),
        Map.entry("C:x.gguf", "control character"),
        Map.entry("a\\\\b.gguf", "control character"),
        Map.entry("x\\u0000.gguf", "control character"),
        Map.entry("n".repeat(300) + ".gguf", "more than 200 bytes"),
        Map.entry("x.gguf.", "ends with a dot"),
        Map.entry("a\\u0301.gguf", "composed form"),
        Map.entry("nul.gguf", "device on Windows"));
  }

  private static void names(List<Fault> faults) {
    badNames()
        .forEach((name, reason) ->
            faults.add(
                new Fault(
                    "D3",
                    "a file called " + (name.length() > 30 ? name.substring(0, 30) : name),
                    bed ->
                        refused(
                            bed.with("latest", bed.layer(RAW, name, RegistryBed.MODEL)),
                            "org/tiny",
                            reason))));
    faults.add(
        new Fault(
            "D3",
            "twins that differ by case",
            bed ->
                refused(
                    bed.with(
                        "latest",
                        bed.layer(RAW, "x.gguf", RegistryBed.MODEL),
                        bed.layer(RAW, "X.gguf", RegistryBed.gguf(100, 1))),
                    "org/tiny",
                    "one file on some systems")));
    faults.add(
        new Fault(
            "D3",
            "a file that is another's folder",
            bed ->
                refused(
                    bed.with(
                        "latest",
                        bed.layer(RAW, "x.gguf", RegistryBed.MODEL),
                        bed.layer(RAW, "x.gguf/y", RegistryBed.LICENSE)),
                    "org/tiny",
                    "leads through a file")));
    faults.add(
        new Fault(
            "D6",
            "a Git LFS pointer instead of weights",
            bed -> {
              byte[] pointer =
                  "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 9\n"
                      .getBytes(StandardCharsets.UTF_8);
              return refused(
                  bed.with("latest", bed.layer(RAW, "x.gguf", pointer)),
                  "org/tiny",
                  "pointer file, not the model");
            }));
    faults.add(
        new Fault(
            "D6",
            "a pointer in an archive",
            bed ->
                refusedTar(
                    bed,
                    new TarFile()
                        .file("x.safetensors", "version https://git-lfs.github.com/spec/v1\n"),
                    "pointer file, not the model")));
  }

  private static String refusedTar(RegistryBed bed, TarFile archive, String reason)
      throws Exception {
    return refused(bed.with("latest", bed.layer(TAR, "", archive.bytes())), "org/tiny", reason);
  }

  private static void tar(List<Fault> faults, String id, String what, TarFile tar, String reason) {
    faults.add(new Fault(id, what, bed -> refusedTar(bed, tar, reason)));
  }

  private static void archives(List<Fault> faults) {
    faults.add(
        new Fault(
            "D4",
            "nothing wrong",
            bed -> {
              byte[] tar =
                  new TarFile()
                      .entry("sub/", '5', 0755, 0, new byte[0])
                      .file("./tiny.gguf", RegistryBed.MODEL)
                      .pax("14 path=sub/b\n", "ignored", "long name")
                      .bytes();
              bed.with("latest", bed.layer(TAR + "+gzip", "", TarFile.gzip(tar))).pull("org/tiny");
              require(bed.file("tiny.gguf").length == RegistryBed.MODEL.length, "lost bytes");
              require(
                  new String(bed.file("sub/b"), StandardCharsets.UTF_8).equals("long name"), "b");
              return "the files are there";
            }));
    tar(faults, "D3", "a symbolic link in an archive", new TarFile().link("x", '2'), "symbolic");
    tar(faults, "D3", "a hard link in an archive", new TarFile().link("x", '1'), "hard link");
    tar(faults, "D3", "a device in an archive", new TarFile().link("x", '3'), "a device");
    tar(faults, "D3", "a pipe in an archive", new TarFile().link("x", '6'), "a pipe");
    tar(
        faults,
        "D3",
        "a setuid file in an archive",
        new TarFile().entry("x", '0', 04755, 1, new byte[1]),
        "another user");
  }

  private static void archivesThatLie(List<Fault> faults) {
    tar(faults, "D4", "a path that leads out", new TarFile().file("../../x", "x"), "\"..\"");
    tar(faults, "D4", "an absolute path", new TarFile().file("/etc/x", "x"), "absolute");
    tar(
        faults,
        "D4",
        "a path that leads out, in a long name",
        new TarFile().pax("13 path=../x\n", "x", "x"),
        "\"..\"");
    tar(faults, "D4", "a name twice", new TarFile().file("x", "1").file("x", "2"), "twice");
    tar(
        faults,
        "D4",
        "a size that is a lie",
        new TarFile().entry("x", '0', 0644, 5000, new byte[10]),
        "middle");
    tar(
        faults,
        "D4",
        "a size beyond all disks",
        new TarFile().entry("x", '0', 0644, 0777_7777_7777L, new byte[0]),
        "archive is refused");
    tar(
        faults,
        "D4",
        "another size in the extended header",
        new TarFile().pax("11 size=99\n", "x", "x"),
        "archive is refused");
    TarFile many = new TarFile();
    for (int i = 0; i < 4_001; i++) {
      many.file("f" + i, "");
    }
    tar(faults, "D4", "too many entries", many, "more than 4000 entries");
    faults.add(
        new Fault(
            "D4",
            "a broken header",
            bed -> {
              byte[] tar = new TarFile().file("x", "x").bytes();
              tar[0] ^= 1;
              return refused(
                  bed.with("latest", bed.layer(TAR, "", tar)), "org/tiny", "wrong checksum");
            }));
    faults.add(
        new Fault(
            "D4",
            "cut short",
            bed -> {
              byte[] tar = TarFile.gzip(new TarFile().file("x", RegistryBed.MODEL).bytes());
              byte[] cut = java.util.Arrays.copyOf(tar, tar.length / 2);
              return refused(
                  bed.with("latest", bed.layer(TAR + "+gzip", "", cut)), "org/tiny", "middle");
            }));
  }

  private static void sizes(List<Fault> faults) {
    faults.add(
        new Fault(
            "D8",
            "a gzip bomb in a layer",
            bed -> {
              byte[] bomb = TarFile.gzip(new TarFile().file("x", new byte[100 << 20]).bytes());
              return refused(
                  bed.with("latest", bed.layer(TAR + "+gzip", "", bomb)),
                  "org/tiny",
                  "unpack to more than");
            }));
    faults.add(
        new Fault(
            "D8",
            "a layer in zstd",
            bed ->
                refused(
                    bed.with("latest", bed.layer(TAR + "+zstd", "", new byte[10])),
                    "org/tiny",
                    "cannot be unpacked here")));
    faults.add(
        new Fault(
            "D8",
            "more bytes than any disk has",
            bed ->
                refused(
                    bed.with(
                        "latest",
                        bed.layer(RAW, "x.gguf", RegistryBed.MODEL)
                            .replace("3300000", "9000000000000000000")),
                    "org/tiny",
                    "2^44")));
    faults.add(
        new Fault(
            "D8",
            "ten thousand layers and one",
            bed -> {
              String layer = bed.layer(RAW, "x.gguf", RegistryBed.MODEL);
              String[] all = new String[10_001];
              java.util.Arrays.fill(all, layer);
              return refused(bed.with("latest", all), "org/tiny", "at most 10000");
            }));
  }

  private static void whatMoves(List<Fault> faults) {
    faults.add(
        new Fault(
            "D10",
            "a tag that moved, with another licence",
            bed -> {
              bed.withModel();
              bed.pull("org/tiny");
              String before = bed.vault.find("org/tiny").digest().hex();
              bed.with(
                  "latest",
                  bed.layer(RAW, "tiny.gguf", RegistryBed.MODEL),
                  bed.layer("application/vnd.cncf.model.doc.v1.raw", "LICENSE", new byte[] {'x'}));
              List<String> told = bed.pull("org/tiny").warnings();
              require(told.toString().contains("the licence LICENSE changed"), told.toString());
              require(!told.toString().contains("the weights"), told.toString());
              require(
                  bed.vault.manifest(bed.vault.find("org/tiny@" + before).manifest()).isModel(),
                  "the former is gone");
              return String.join("; ", told);
            }));
    faults.add(
        new Fault(
            "D11",
            "a name that looks like a known one",
            bed -> {
              bed.withModel().pull("org/tiny");
              RegistryReference posing =
                  RegistryReference.parse(bed.registry.reference("0rg/tiny"));
              List<String> told = new SourcePins(bed.vault).warnings(posing, Optional.empty());
              require(told.toString().contains("looks like"), told.toString());
              RegistryReference other =
                  RegistryReference.parse(bed.registry.reference("other/model"));
              require(
                  new SourcePins(bed.vault).warnings(other, Optional.empty()).isEmpty(), "other");
              return told.getFirst();
            }));
    faults.add(
        new Fault(
            "D11",
            "a repository made anew by somebody else",
            bed -> {
              var pins = new SourcePins(bed.vault);
              var digest = new dev.freehold.vault.Digest("0".repeat(64));
              String source = "https://hub.example/org/model";
              pins.remember(source, digest, Optional.of("id-1"), java.time.Instant.EPOCH);
              require(pins.warnings(source, Optional.of("id-1")).isEmpty(), "the same owner");
              List<String> told = pins.warnings(source, Optional.of("id-2"));
              pins.remember(source, digest, Optional.of("id-2"), java.time.Instant.EPOCH);
              require(
                  !pins.warnings(source, Optional.of("id-2")).isEmpty(), "forgot the first owner");
              require(told.toString().contains("somebody else"), told.toString());
              return told.getFirst();
            }));
  }
}
