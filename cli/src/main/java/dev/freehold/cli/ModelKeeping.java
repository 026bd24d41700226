package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.hub.pull.PullResult;
import dev.freehold.tensor.FileKind;
import dev.freehold.vault.VaultException;
import dev.freehold.vault.disk.LocalDisk;
import dev.freehold.vault.store.Keeping;
import dev.freehold.vault.store.ModelName;
import dev.freehold.vault.store.Role;
import dev.freehold.vault.store.SourceFile;
import dev.freehold.vault.store.SourceFiles;
import dev.freehold.vault.store.Stored;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jline.terminal.spi.SystemStream;

/// Puts a model that was found or fetched into the vault, with all that is written about it.
///
/// @param alwaysCopy whether no bytes are shared with where they come from
/// @param golden whether the golden test is computed; where nothing is said, of small models
/// @param parity how much is kept of it
/// @param further files that are kept with it
record ModelKeeping(
    Surroundings surroundings,
    Path folder,
    boolean alwaysCopy,
    Optional<Boolean> golden,
    ParityOption parity,
    List<Path> further) {
  /// What came of it.
  record Result(Keeping.Kept kept, ModelName name, String golden) {}

  /// @param from the fetch that brought the model, where one just did
  Result keep(FoundModel found, ModelName name, Optional<PullResult> from) {
    List<SourceFile> files = files(found);
    long total = files.stream().mapToLong(file -> size(file.file())).sum();
    Vault vault = Vault.openForWriting(LocalDisk.ofProcess(), folder);
    List<Keeping.Note> notes = new ArrayList<>();
    String told = addGolden(found, notes);
    Lineage lineage = Lineage.of(found, files);
    Evidence evidence = new Evidence(found, from, surroundings.clock().instant());
    boolean isTerminal = TerminalStreams.isTerminal(SystemStream.Error);
    ByteProgress progress =
        new ByteProgress(surroundings.err(), isTerminal, System::nanoTime, total);
    KeptChanges changes = KeptChanges.before(vault, name);
    try {
      Keeping.Kept kept =
          StoppableWork.run(
              () ->
                  new Keeping(vault, alwaysCopy, parity.redundancy())
                      .keep(
                          name,
                          found.format().label(),
                          files,
                          stored -> {
                            List<Keeping.Note> all = new ArrayList<>(notes);
                            all.add(note(Role.EVIDENCE, Evidence.PATH, evidence.toBytes(stored)));
                            if (!lineage.isEmpty()) {
                              all.add(note(Role.LINEAGE, Lineage.PATH, lineage.toBytes(vault)));
                            }
                            return all;
                          },
                          new Shown(progress)),
              "nothing of it can be seen in the vault");
      progress.end();
      changes.tell(surroundings, kept.manifest());
      from.ifPresent(result -> KeptChanges.tellSource(surroundings, vault, result, kept));
      return new Result(kept, name, told);
    } finally {
      progress.end();
    }
  }

  private static Keeping.Note note(Role role, String path, byte[] bytes) {
    return new Keeping.Note(role, path, bytes);
  }

  /// The model's files and the further ones, of which weights are what their names say. What is
  /// given takes the place of what is carried with the demo under its name.
  private List<SourceFile> files(FoundModel found) {
    boolean isDemo = found.source() == FoundModel.Source.BUILT_IN;
    List<SourceFile> files =
        new ArrayList<>(isDemo ? DemoSubject.sources(found) : SourceFiles.of(found));
    for (Path path : further) {
      String name = String.valueOf(path.getFileName());
      if (isDemo) {
        files.removeIf(carried -> carried.role() != Role.WEIGHTS && carried.path().equals(name));
      }
      files.add(new SourceFile(SourceFiles.role(name), name, path, false, Optional.empty()));
    }
    for (SourceFile file : files) {
      if (file.role() == Role.WEIGHTS) {
        FileKind kind = FileKind.of(file.file());
        if (kind != FileKind.GGUF && kind != FileKind.SAFETENSORS) {
          throw new CliException(
              "%s is %s, not weights; nothing was kept".formatted(file.file(), kind.label()));
        }
      }
    }
    return files;
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException failure) {
      throw new CliException("cannot read " + file + ": " + failure.getMessage(), failure);
    }
  }

  private String addGolden(FoundModel found, List<Keeping.Note> notes) {
    boolean isWanted = golden.orElse(found.bytes() <= Golden.USUAL_BYTES);
    if (!isWanted) {
      return golden.isPresent() ? "not wanted" : "too large to do it unasked; --golden does it";
    }
    surroundings.err().println("computing what it answers, for verify --golden");
    try {
      Golden computed = Golden.record(found);
      notes.add(note(Role.GOLDEN, Golden.PATH, computed.toBytes()));
      return "recorded";
    } catch (RuntimeException failure) {
      Failure told = Failure.of("golden", failure);
      if (golden.isPresent() || told.exit().equals(Exit.BUG)) {
        throw failure;
      }
      return "not recorded: " + told.message();
    }
  }

  /// The name that a model gets where none is given.
  static ModelName name(FoundModel found, Optional<String> given) {
    if (given.isPresent()) {
      return ModelName.parse(given.get());
    }
    String own = found.name();
    if (found.source() == FoundModel.Source.PATH) {
      own = String.valueOf(found.path().toAbsolutePath().normalize().getFileName());
      own = own.replaceFirst("(?i)(-\\d{5}-of-\\d{5})?\\.gguf$", "");
    }
    try {
      return ModelName.parse(own);
    } catch (VaultException failure) {
      throw new CliException(
          Exit.USAGE,
          "\"%s\" cannot be its name in the vault: %s".formatted(own, failure.getMessage()),
          "Give one: --name NAME:TAG");
    }
  }

  /// Shows how far it is.
  private static final class Shown implements Keeping.Progress {
    private final ByteProgress progress;
    private long before;

    Shown(ByteProgress progress) {
      this.progress = progress;
    }

    @Override
    public void read(SourceFile file, long done) {
      progress.at(file.path(), before + done);
    }

    @Override
    public void stored(SourceFile file, Stored stored) {
      before += stored.size();
      if (file.role() == Role.WEIGHTS) {
        progress.say(
            "%s  %s, %s"
                .formatted(file.path(), Sizes.bytes(stored.size()), stored.manner().label()));
      }
    }
  }
}
