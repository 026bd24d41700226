package dev.freehold.cli;

import dev.freehold.vault.bundle.BundleExport;
import dev.freehold.vault.bundle.Carried;
import dev.freehold.vault.bundle.FolderTree;
import dev.freehold.vault.bundle.PlainExport;
import dev.freehold.vault.bundle.SingleFile;
import dev.freehold.vault.bundle.TarTree;
import dev.freehold.vault.bundle.Tree;
import dev.freehold.vault.store.Attached;
import dev.freehold.vault.store.Entry;
import dev.freehold.vault.store.Manifest;
import dev.freehold.vault.store.Vault;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold vault export`: a kept model, to be carried elsewhere.
@Command(
    name = "export",
    description = {
      "Writes a kept model, as a tar file where --to ends with .tar, else as a folder:",
      "bundle: the model with its records, parity and signatures, as an OCI image layout;"
          + " \"freehold vault import\" takes it in, and any tool for OCI layouts reads it."
          + " --with-runtime puts this Freehold and the JVM that runs it in: then \"tar xf"
          + " bundle.tar && ./freehold run\" answers on a machine of the same kind that has nothing"
          + " else, and no network.",
      "hf: the files it came with, under their names, as a Hugging Face folder. gguf: its GGUF"
          + " file; a folder where it has several.",
      "Every byte is hashed on the way; of a damaged model nothing is written. What is there"
          + " already is not overwritten."
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  freehold vault export team/assistant:2026-05 --to assistant.tar --with-runtime",
      "  freehold vault export team/assistant:2026-05 --to assistant --form hf",
      "  freehold vault export qwen3:q8 --to qwen3.gguf --form gguf"
    })
final class VaultExportCommand implements Callable<Integer> {
  /// What is written.
  enum Form {
    BUNDLE,
    HF,
    GGUF
  }

  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A name that vault list shows.")
  private String name = "";

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description = "The file or folder to write; nothing may be there.")
  private Path target = Path.of("");

  @Option(
      names = "--form",
      paramLabel = "FORM",
      description = "bundle, hf or gguf; bundle by default.")
  private Form form = Form.BUNDLE;

  @Option(
      names = "--with-runtime",
      description = "Put Freehold and its JVM in, so that the bundle runs by itself.")
  private boolean withRuntime;

  @Mixin private VaultOption vault = new VaultOption();

  VaultExportCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    if (withRuntime && form != Form.BUNDLE) {
      throw new CliException(
          Exit.USAGE, "--with-runtime is for bundles", "Leave --form out, or --with-runtime.");
    }
    Vault opened = Vaults.open(surroundings, vault.folder());
    Entry entry = opened.find(name);
    Manifest manifest = opened.manifest(entry.manifest());
    try {
      switch (form) {
        case BUNDLE -> bundle(opened, entry, manifest);
        case HF -> plain(opened, entry, PlainExport.files(manifest), tree(opened));
        case GGUF -> gguf(opened, entry, PlainExport.ggufFiles(entry, manifest));
      }
    } catch (FileAlreadyExistsException there) {
      throw new CliException(
          Exit.FAILURE, target + " is there already", "Give another name, or remove it first.");
    } catch (NoSuchFileException missing) {
      throw new CliException(
          Exit.FAILURE,
          target + " cannot be written: its folder is not there",
          "Make the folder first, or give another.");
    } catch (IOException failure) {
      throw new CliException(target + " cannot be written: " + failure.getMessage(), failure);
    }
    surroundings.out().println(target);
    return Exit.OK.code();
  }

  private void bundle(Vault opened, Entry entry, Manifest manifest) throws IOException {
    List<Entry> scope = Attached.with(opened, List.of(entry), false);
    List<Carried> carried = withRuntime ? RuntimeFiles.find().carried(entry, manifest) : List.of();
    long bytes = RepairSupplies.bytes(opened, scope) + RuntimeFiles.bytes(carried);
    try (LongWork work = new LongWork(surroundings, "writing", bytes);
        Tree tree = tree(opened)) {
      StoppableWork.run(
          () -> {
            new BundleExport(opened, work::add).write(tree, scope, carried);
            return true;
          },
          "nothing was written");
    }
  }

  private void gguf(Vault opened, Entry entry, List<Manifest.KeptFile> files) throws IOException {
    boolean isOne = files.size() == 1 && !String.valueOf(target).endsWith(".tar");
    plain(opened, entry, files, isOne ? new SingleFile(opened.disk(), target) : tree(opened));
  }

  private void plain(Vault opened, Entry entry, List<Manifest.KeptFile> files, Tree opening)
      throws IOException {
    long bytes = files.stream().mapToLong(file -> file.blob().size()).sum();
    try (LongWork work = new LongWork(surroundings, "writing", bytes);
        Tree tree = opening) {
      StoppableWork.run(
          () -> {
            new PlainExport(opened, work::add).write(tree, entry, files);
            return true;
          },
          "nothing was written");
    }
  }

  private Tree tree(Vault opened) throws IOException {
    return String.valueOf(target.getFileName()).endsWith(".tar")
        ? new TarTree(opened.disk(), target)
        : new FolderTree(opened.disk(), target);
  }
}
