package dev.freehold.cli;

import dev.freehold.agent.record.RunFile;
import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.InstructionSet;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.PreparedFile;
import dev.freehold.kernel.Rows;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.Tensor;
import dev.freehold.train.transcript.SigningKeys;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `freehold verify`: checks a claim of Freehold by doing it again.
@Command(
    name = "verify",
    description = {
      "verify arithmetic: computes fixed cases of every rule of the arithmetic fh1 in all ways that"
          + " this machine has - the reference, every vector width, weights in place and in a"
          + " prepared file, 1, 2 and 3 threads, all tokens at once or in steps - and prints a"
          + " SHA-256 of the bits of each. All ways must agree"
          + " here, and the last line must be the same on every machine.",
      "What this machine cannot run is printed as \"not run\".",
      "",
      "verify RUN, the folder of a training run: checks the chain of its transcript, batch and"
          + " learning rate of every step, the files of all checkpoints, and computes steps again:"
          + " all, those from --from to --to, or --sample N stretches between checkpoints, chosen"
          + " at random. Everything must agree to the bit; the first step and tensor that do not"
          + " are named. Nothing in the folder is changed. docs/verify.md says what that proves.",
      "",
      "verify RUN --against OTHER: finds the first step at which two runs differ, computes it again"
          + " and says which of the two is right.",
      "",
      "verify demo: trains the model that Freehold carries again, from the generator of its corpus"
          + " on, and compares the file; takes one to two hours on two cores, can be interrupted,"
          + " and goes on where it was. verify demo --sample checks what can be checked sooner:"
          + " what every step read, the first 20 steps, and the losses of the last ones, in about a"
          + " minute; --sample N takes the first 10 N steps.",
      "",
      "verify RECEIPT, a file with the receipt of an answer (run --receipt; \"freehold\":"
          + " {\"receipt\": true} in a request to the server) or with the whole answer: finds the"
          + " model by its digests, lays out the prompt and computes the answer again. The first"
          + " claim that does not hold is named.",
      "",
      "verify RECORD, a run of an agent as \"freehold agent export\" writes it: asks the model for"
          + " every answer again, with tools, approvals and messages taken from the record; nothing"
          + " is called. The first difference is shown; with a model of this machine there is"
          + " none.",
      "",
      "verify MODEL --signature FILE --key PUBLIC_KEY: checks a signature under a model, as"
          + " \"freehold sign\" or the reference implementation of OpenSSF Model Signing makes it,"
          + " and hashes every file. Without --signature, of a model in the vault: those that it"
          + " keeps, against the digests that it has of the files.",
      "",
      "verify NAME, a model in the vault, or verify vault, all of them: that manifests and every"
          + " part are there in their size; with --read-data that the bytes are what they were, and"
          + " which tensors are hit where they are not; with --golden that the engine still gives"
          + " the logits of then. Ends with 5 where something is missing or cut, 6 where bytes"
          + " changed, 7 where answers do. docs/vault.md says more."
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  freehold verify arithmetic",
      "  freehold verify runs/smoke",
      "  freehold verify runs/smoke --from 41 --to 50",
      "  freehold verify runs/smoke --sample 2",
      "  freehold verify runs/smoke --against runs/theirs",
      "  freehold verify runs/smoke --key author.pub",
      "  freehold verify demo --sample",
      "  freehold verify receipt.json",
      "  freehold verify models/my-model --signature models/my-model/model.sig --key signing.pub",
      "  freehold verify team/assistant:2026-05 --read-data --golden",
      "  freehold verify vault --read-data --subset 5%%"
    })
final class VerifyCommand implements Callable<Integer> {
  private static final int[] WIDTHS = {128, 256, 512};
  private static final int[] THREADS = {1, 2, 3};
  private static final int[] STEPS = {ArithmeticCases.TOKENS, 4, 1};

  private final Surroundings surroundings;

  @Parameters(
      paramLabel = "WHAT",
      description =
          "What to verify: arithmetic, demo, the folder of a training run, a receipt, a model in"
              + " the vault, or vault for all of those.")
  private String what = "";

  @Option(names = "--from", paramLabel = "STEP", description = "First step of a run to verify.")
  private long from = 1;

  @Option(
      names = "--to",
      paramLabel = "STEP",
      description = "Last step of a run to verify; the last recorded one by default.")
  private long to = Long.MAX_VALUE;

  @Option(
      names = "--sample",
      paramLabel = "N",
      arity = "0..1",
      fallbackValue = "2",
      description =
          "Compute so many stretches between checkpoints of a run again, 2 where no number stands;"
              + " for demo, ten times as many steps.")
  private int sample;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description = "Which stretches --sample takes; by default nobody can know it before.")
  private long seed = new SecureRandom().nextLong() & Long.MAX_VALUE;

  @Option(
      names = "--against",
      paramLabel = "OTHER",
      description = "Decide between the run and this one, the folder of another.")
  private Path other = Path.of("");

  @Option(
      names = "--key",
      paramLabel = "FILE",
      description =
          "Check the signature under the run or receipt with this public key: Ed25519, PEM, as"
              + " openssl pkey -pubout writes it. Under a model: ECDSA.")
  private Path key = Path.of("");

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder of the corpus, for runs that were trained on shards.")
  private Path data = Path.of("");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "For demo: folder of the run, which then keeps all checkpoints; by default one in the"
              + " cache folder, with the last.")
  private Path out = Path.of("");

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      description =
          "The model of a receipt; without it, one with the receipt's digests is looked for.")
  private Optional<String> model = Optional.empty();

  @Option(
      names = "--signature",
      paramLabel = "FILE",
      description = "Check this signature under a model, with the public key of --key.")
  private Optional<Path> signature = Optional.empty();

  @Option(
      names = "--ignore",
      paramLabel = "PATH",
      description = "With --signature: a path within the model to leave out; may be given again.")
  private List<String> ignore = List.of();

  @Option(
      names = "--ignore-unsigned",
      description = "With --signature: files may be there that were not signed.")
  private boolean ignoreUnsigned;

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  /// A way to compute: the tier, its width in bits (0 where it has none of its own), the best
  /// instructions of machine code, the threads, and whether weights come from a prepared file.
  private record Way(
      Tier tier, int laneBits, InstructionSet instructions, int threads, boolean prepared) {
    static Way of(Tier tier, int laneBits, int threads, boolean prepared) {
      return new Way(tier, laneBits, InstructionSet.AVX512_VNNI, threads, prepared);
    }

    KernelOptions options(ActivationFormat format) {
      return new KernelOptions(tier, laneBits, threads, format, instructions);
    }

    String name() {
      String kernels =
          switch (tier) {
            case REFERENCE -> "reference";
            case VECTOR -> "vector " + laneBits;
            case MACHINE -> "machine " + instructions;
          };
      return kernels + (prepared ? " prepared" : "") + ", threads " + threads;
    }
  }

  /// A way that this machine does not have, and why.
  private record Missing(String name, String reason) {}

  /// A way that gave other bits than the first one.
  private record Difference(String name, String way, String hash) {}

  /// The weights of the cases, and a temporary prepared file of those that have such a layout.
  private record PreparedWeights(List<Tensor> weights, Path file, PreparedFile prepared)
      implements AutoCloseable {
    private static final String DIGEST = "0".repeat(64);

    static PreparedWeights of(List<Tensor> weights) {
      try {
        Path file = Files.createTempFile("arithmetic", ".prepared");
        PreparedFile.write(file, DIGEST, weights, (bytes, total) -> {});
        return new PreparedWeights(weights, file, PreparedFile.open(file, DIGEST));
      } catch (IOException e) {
        throw new CliException("a temporary file cannot be written", e);
      }
    }

    Optional<PreparedFile> open(Way way) {
      return way.prepared() ? Optional.of(prepared) : Optional.empty();
    }

    @Override
    public void close() {
      prepared.close();
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new CliException("the temporary file " + file + " cannot be deleted", e);
      }
    }
  }

  @Mixin private VaultVerification kept = new VaultVerification();

  VerifyCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (signature.isPresent() || hasKeptSignature()) {
      Path bundle = signature.orElse(Path.of(""));
      return new SignatureVerification(surroundings, bundle, key, ignore, ignoreUnsigned)
          .verify(what, json);
    }
    boolean isWord =
        what.equals(DemoModel.NAME) && !kept.isAsked()
            || what.equals("arithmetic")
            || what.equals(VaultVerification.ALL);
    if (!isWord && RunFile.isRecord(Path.of(what))) {
      return new RunRecordVerification(surroundings, Path.of(what), model).verify(json);
    }
    if (!isWord && Files.isRegularFile(Path.of(what))) {
      return new ReceiptVerification(surroundings, Path.of(what), model, signer()).verify(json);
    }
    if (Files.exists(Path.of(what).resolve("transcript.jsonl"))) {
      return verifyRun(Path.of(what));
    }
    if (what.equals(DemoModel.NAME) && !kept.isAsked()) {
      return verifyDemo();
    }
    if (!what.equals("arithmetic")) {
      return kept.verify(surroundings, what, json).orElseThrow(this::unknown);
    }
    return verifyArithmetic();
  }

  private CliException unknown() {
    return new CliException(
        Exit.USAGE,
        "\""
            + what
            + "\" cannot be verified; arithmetic, demo, vault, a model in it, the folder of a run"
            + " and a receipt can",
        "Try \"freehold verify --help\".");
  }

  private Integer verifyArithmetic() {
    List<Integer> supported = Kernels.vectorWidths();
    List<Way> ways = ways(supported);
    Map<String, String> hashes = new LinkedHashMap<>();
    List<Difference> differences = new ArrayList<>();
    try (Arena arena = Arena.ofShared();
        PreparedWeights prepared = PreparedWeights.of(ArithmeticCases.weights(arena))) {
      List<ArithmeticCases.Case> cases = ArithmeticCases.all(prepared.weights());
      for (Way way : ways) {
        surroundings.err().println("computing: " + way.name());
        for (ActivationFormat format : ActivationFormat.values()) {
          if (format == ActivationFormat.INT8 || !way.prepared()) {
            List<ArithmeticCases.Case> some =
                cases.stream().filter(each -> each.activations() == format).toList();
            compute(way, some, prepared.open(way), hashes, differences);
          }
        }
      }
    }
    List<Missing> missing = missing(supported);
    String total = total(hashes);
    if (json) {
      printJson(ways, missing, hashes, differences, total);
    } else {
      print(ways, missing, hashes, total);
    }
    if (!differences.isEmpty()) {
      Difference first = differences.getFirst();
      throw new CliException(
          Exit.FAILURE,
          "%d results have other bits than the reference; the first: %s, %s: %s"
              .formatted(differences.size(), first.name(), first.way(), first.hash()),
          "This is a bug in Freehold or in the machine; please report it with this output.");
    }
    return Exit.OK.code();
  }

  /// Whether what is asked is a model of the vault and by whom it is signed.
  private boolean hasKeptSignature() {
    return !key.toString().isEmpty() && KeptModel.find(surroundings, Path.of(what)).isPresent();
  }

  private static List<Way> ways(List<Integer> widths) {
    List<Way> ways = new ArrayList<>();
    for (int threads : THREADS) {
      ways.add(Way.of(Tier.REFERENCE, 0, threads, false));
    }
    for (int bits : widths) {
      for (int threads : THREADS) {
        ways.add(Way.of(Tier.VECTOR, bits, threads, false));
        ways.add(Way.of(Tier.VECTOR, bits, threads, true));
      }
    }
    for (InstructionSet instructions : InstructionSet.values()) {
      if (Kernels.machineCode(instructions).isEmpty()) {
        for (int threads : THREADS) {
          ways.add(new Way(Tier.MACHINE, 0, instructions, threads, true));
        }
      }
    }
    return ways;
  }

  private static List<Missing> missing(List<Integer> widths) {
    List<Missing> missing = new ArrayList<>();
    for (int bits : WIDTHS) {
      if (!widths.contains(bits)) {
        missing.add(new Missing("vector " + bits, "this processor has no such vectors"));
      }
    }
    for (InstructionSet instructions : InstructionSet.values()) {
      Kernels.machineCode(instructions)
          .ifPresent(reason -> missing.add(new Missing("machine " + instructions, reason)));
    }
    return missing;
  }

  /// The first way that computes a case gives its hash; the others are compared with it.
  ///
  /// @param cases all of one format of activations
  private static void compute(
      Way way,
      List<ArithmeticCases.Case> cases,
      Optional<PreparedFile> prepared,
      Map<String, String> hashes,
      List<Difference> differences) {
    ActivationFormat format = cases.getFirst().activations();
    try (Kernels kernels = Kernels.open(way.options(format), prepared)) {
      for (ArithmeticCases.Case each : cases) {
        for (int step : STEPS) {
          String hash = hash(each.work().run(kernels, step));
          String expected = hashes.computeIfAbsent(each.name(), name -> hash);
          if (!hash.equals(expected)) {
            differences.add(new Difference(each.name(), way.name() + ", steps of " + step, hash));
          }
        }
      }
    }
  }

  private Integer verifyDemo() {
    boolean ofRun = !other.toString().isEmpty() || !key.toString().isEmpty() || from != 1;
    if (ofRun || to != Long.MAX_VALUE) {
      throw new CliException(
          Exit.USAGE,
          "--from, --to, --against and --key are for the folder of a run",
          "Keep one with \"freehold verify demo --out DIR\", then verify DIR.");
    }
    Optional<Path> folder = out.toString().isEmpty() ? Optional.empty() : Optional.of(out);
    DemoVerification demo = new DemoVerification(surroundings, DemoFiles.carried(), folder);
    return sample == 0 ? demo.rebuild() : demo.sample(sample);
  }

  private Integer verifyRun(Path run) {
    Optional<Path> corpus = data.toString().isEmpty() ? Optional.empty() : Optional.of(data);
    if (!other.toString().isEmpty()) {
      return new DisputedRuns(surroundings, run, other, corpus).compare();
    }
    return new RunVerification(surroundings, run, corpus, signer()).verify(scope());
  }

  private Optional<PublicKey> signer() {
    return key.toString().isEmpty() ? Optional.empty() : Optional.of(SigningKeys.publicKey(key));
  }

  private RunVerification.Scope scope() {
    if (sample == 0) {
      return new RunVerification.Steps(from, to);
    }
    if (from != 1 || to != Long.MAX_VALUE) {
      throw new CliException(
          Exit.USAGE, "--sample with --from or --to", "Give a sample or the steps, not both.");
    }
    return new RunVerification.Sample(sample, seed);
  }

  /// SHA-256 of the rows' floats, little-endian.
  private static String hash(Rows rows) {
    ByteBuffer bytes =
        ByteBuffer.allocate(rows.data().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : rows.data()) {
      bytes.putFloat(value);
    }
    return Sha256.of(bytes.array());
  }

  /// SHA-256 of the lines `hash name`.
  private static String total(Map<String, String> hashes) {
    MessageDigest digest = Sha256.begin();
    hashes.forEach(
        (name, hash) -> digest.update((hash + " " + name + "\n").getBytes(StandardCharsets.UTF_8)));
    return Sha256.finish(digest);
  }

  private void print(
      List<Way> ways, List<Missing> missing, Map<String, String> hashes, String total) {
    hashes.forEach((name, hash) -> surroundings.out().println(hash + "  " + name));
    for (Way way : ways) {
      surroundings.out().println("run      " + way.name() + ", steps of 9, 4 and 1");
    }
    missing.forEach(way ->
        surroundings
            .out()
            .println("not run  " + way.name() + ": " + Failure.printable(way.reason())));
    surroundings.out().println(total + "  fh1");
  }

  private void printJson(
      List<Way> ways,
      List<Missing> missing,
      Map<String, String> hashes,
      List<Difference> differences,
      String total) {
    try (JsonPrinter printer = new JsonPrinter(surroundings.out())) {
      printer.object(() -> {
        printer.field("arithmetic", "fh1");
        printer.field("sha256", total);
        printer.object("cases", () -> hashes.forEach(printer::field));
        printer.array("run", ways.stream().map(Way::name).toList(), printer::value);
        printer.array("not_run", missing.stream().map(Missing::name).toList(), printer::value);
        printer.array(
            "differences",
            differences,
            d ->
                printer.object(() -> {
                  printer.field("case", d.name());
                  printer.field("way", d.way());
                  printer.field("sha256", d.hash());
                }));
      });
    }
  }
}
