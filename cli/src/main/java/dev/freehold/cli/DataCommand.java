package dev.freehold.cli;

import dev.freehold.train.data.corpus.CorpusBuild;
import dev.freehold.train.data.corpus.CorpusManifest;
import dev.freehold.train.data.source.SourceReader;
import dev.freehold.train.recipe.CorpusDescription;
import dev.freehold.train.recipe.CorpusDescriptionReader;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold data`: from texts to the token shards that a model is trained on.
@Command(
    name = "data",
    subcommands = {DataCommand.Build.class, DataCommand.Show.class, DataCommand.Hash.class},
    synopsisSubcommandLabel = "(build | show | hash)",
    description = {
      "Makes corpora: from texts to the token shards that a model is trained on. A description, a"
          + " YAML file as in docs/data.md, alone decides the bytes of a corpus: threads, the order"
          + " of files and the machine do not show in them."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  freehold data hash texts/*.jsonl.gz",
      "  freehold data build corpus.yaml --from texts --out corpus",
      "  freehold data show corpus"
    })
final class DataCommand implements Callable<Integer> {
  @Override
  public Integer call() {
    throw new CliException(
        Exit.USAGE, "what to do is missing: build, show or hash", "Try \"freehold data --help\".");
  }

  /// `freehold data build`.
  @Command(
      name = "build",
      description = {
        "Reads the files that a description names, cleans and filters their documents, and writes"
            + " token shards, tokenizer, a line about each document, and a manifest of it all.",
        "Prints the SHA-256 of the manifest and of the tokenizer, which a recipe names as"
            + " data.manifest and data.tokenizer."
      })
  static final class Build implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "CORPUS", description = "A description: a YAML file.")
    private Path file = Path.of("");

    @Option(
        names = "--from",
        paramLabel = "FOLDER",
        required = true,
        description = "Folder that the described files are in.")
    private Path from = Path.of("");

    @Option(
        names = "--out",
        paramLabel = "DIR",
        required = true,
        description = "Folder to make; it appears when it is whole.")
    private Path out = Path.of("");

    @Option(
        names = "--threads",
        paramLabel = "N",
        description = "Threads; all processors by default.")
    private int threads = Runtime.getRuntime().availableProcessors();

    Build(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      if (threads < 1 || threads > 1024) {
        throw new CliException(
            Exit.USAGE, "--threads: expected 1 to 1024, found " + threads, "Leave it out for all.");
      }
      CorpusDescription description = CorpusDescriptionReader.read(file);
      CorpusManifest manifest =
          CorpusBuild.build(
              description,
              from,
              out,
              threads,
              line -> surroundings.err().println(Failure.printable(line)));
      print(surroundings.out(), manifest, out);
      return Exit.OK.code();
    }
  }

  /// `freehold data show`.
  @Command(
      name = "show",
      description = "Prints what is in a corpus, and what was dropped for what.")
  static final class Show implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "DIR", description = "Folder of a corpus.")
    private Path folder = Path.of("");

    Show(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      print(surroundings.out(), CorpusManifest.read(folder), folder);
      return Exit.OK.code();
    }
  }

  /// `freehold data hash`.
  @Command(
      name = "hash",
      description = {
        "Prints the SHA-256 of the content of files, as descriptions name them: of what is in them"
            + " where they end in .gz or .zst."
      })
  static final class Hash implements Callable<Integer> {
    private final Surroundings surroundings;

    @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files of documents.")
    private List<Path> files = new ArrayList<>();

    Hash(Surroundings surroundings) {
      this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
      for (Path file : files) {
        String line = SourceReader.digest(file) + "  " + file;
        surroundings.out().println(Failure.printable(line));
      }
      return Exit.OK.code();
    }
  }

  private static void print(PrintStream out, CorpusManifest manifest, Path folder) {
    out.printf("corpus     %s%n", Failure.printable(manifest.name()));
    out.printf("documents  %,d of %,d kept%n", manifest.documents(), manifest.read());
    manifest
        .dropped()
        .forEach(
            (rule, count) -> out.printf("  dropped  %,12d  %s%n", count, Failure.printable(rule)));
    out.printf(
        "tokens     %,d in %,d shards, vocabulary %,d%n",
        manifest.tokens(), manifest.shards().size(), manifest.vocabulary());
    out.println(manifest.description() + "  description");
    out.println(manifest.tokenizer() + "  tokenizer");
    out.println(CorpusManifest.digest(folder) + "  manifest");
  }
}
