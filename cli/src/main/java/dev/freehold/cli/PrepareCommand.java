package dev.freehold.cli;

import dev.freehold.hub.FoundModel;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.model.Model;
import dev.freehold.tensor.Tensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold prepare`: a copy of a model's quantized matrices in the layout of the fastest kernels,
/// and the tables of its tokenizer.
@Command(
    name = "prepare",
    description = {
      "Makes a model faster: writes its quantized matrices once more, rows interleaved for the"
          + " widest instructions, to the cache folder. From then on every command uses that copy;"
          + " the numbers stay the same. It takes about as much disk as the model. The tables of"
          + " its tokenizer are kept beside it."
    },
    footerHeading = "%nExample:%n",
    footer = "  freehold prepare MODEL")
final class PrepareCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Parameters(paramLabel = "MODEL", description = "A model: a path, or a name that list shows.")
  private String model = "";

  @Option(names = "--force", description = "Write the file anew where there is one.")
  private boolean force;

  @Mixin private ArithmeticOptions arithmetic = new ArithmeticOptions();

  PrepareCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    FoundModel found = Models.find(surroundings, model);
    PreparedCache cache = PreparedCache.of(surroundings);
    try (Model opened = Model.open(found.path(), arithmetic.modelOptions())) {
      List<Tensor> matrices =
          opened.kernels().matrices().stream().filter(PreparedFile::takes).toList();
      if (matrices.isEmpty()) {
        throw new CliException(
            model
                + ": none of its matrices has a prepared layout; those are Q8_0, Q4_0, Q4_K and"
                + " Q6_K. It runs as it is");
      }
      List<Path> files = opened.store().files();
      String digest = cache.digest(files, surroundings.err());
      Path target = cache.target(digest);
      if (force || !Files.exists(target)) {
        long[] before = {0};
        PreparedFile.write(
            target,
            digest,
            matrices,
            (done, total) -> {
              PreparedCache.show(surroundings.err(), "preparing", done, total, done - before[0]);
              before[0] = done;
            });
      }
      if (found.format() == FoundModel.Format.GGUF) {
        cache.writeTokenizer(digest, opened.store().metadata(), force);
      }
      cache.deleteOlder(digest);
      cache.remember(files, digest);
      surroundings.out().println(target);
    }
    return Exit.OK.code();
  }
}
