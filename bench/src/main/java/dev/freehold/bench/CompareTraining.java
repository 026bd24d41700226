package dev.freehold.bench;

import dev.freehold.kernel.ActivationFormat;
import dev.freehold.kernel.FmaPeak;
import dev.freehold.kernel.KernelOptions;
import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Tier;
import dev.freehold.tensor.StrictJson;
import dev.freehold.train.PreparedRun;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.recipe.RecipeReader;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Optimizer;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Trains the same model on the same batches with Freehold and with PyTorch, in turn, and prints
/// the difference of the losses and the ratio of the speeds.
///
/// `CompareTraining PYTHON RECIPE STEPS [STEPS_OF_A_ROUND]`: PYTHON is an interpreter that can
/// import torch; RECIPE is of the llama shape, without accumulation. Both use as many threads as
/// there are processors. A round is some steps of each; a machine's speed changes from minute to
/// minute, so ratios are taken within a round and their median printed, the first round left out.
/// Losses are compared step by step, and by the means of rounds: rounding differs, and where
/// training is not stable a step magnifies it.
public final class CompareTraining {
  private static final int PEAK_ROUNDS = 5;

  private CompareTraining() {}

  /// What a round of one side gave.
  private record Round(double[] losses, double[] seconds) {
    double median() {
      double[] sorted = seconds.clone();
      Arrays.sort(sorted);
      return sorted[sorted.length / 2];
    }

    double loss() {
      return Arrays.stream(losses).average().orElse(Double.NaN);
    }
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 3 || args.length > 4) {
      System.err.println("usage: CompareTraining PYTHON RECIPE STEPS [STEPS_OF_A_ROUND]");
      System.exit(2);
    }
    Recipe recipe = RecipeReader.read(Path.of(args[1]));
    int steps = Integer.parseInt(args[2]);
    int each = args.length > 3 ? Integer.parseInt(args[3]) : 10;
    int threads = Runtime.getRuntime().availableProcessors();
    Path folder = Files.createTempDirectory("compare");
    KernelOptions options = new KernelOptions(Tier.MACHINE, 0, threads, ActivationFormat.F32);
    try (Kernels kernels = Kernels.open(options)) {
      PreparedRun run =
          new PreparedRun(recipe, Optional.empty(), folder.resolve("tokenizer"), kernels, false);
      Path start = start(recipe, run, folder);
      double peak = FmaPeak.measure(kernels.pool(), PEAK_ROUNDS);
      Process peer = peer(args[0], start, threads);
      try {
        compare(recipe, run, peer, new int[] {steps, each}, peak);
      } finally {
        peer.destroy();
      }
    }
  }

  /// Writes the first weights and what the peer must know of the recipe.
  private static Path start(Recipe recipe, PreparedRun run, Path folder) throws IOException {
    Checkpoints checkpoints = new Checkpoints(folder.resolve("start"), recipe.digest());
    checkpoints.save(0, run.parameters(), run.state(), run.files());
    Optimizer.Settings settings = recipe.optimizer();
    Map<String, Object> plan = new LinkedHashMap<>();
    plan.put("sequences", recipe.shape().sequences());
    plan.put("length", recipe.shape().length());
    plan.put("beta1", settings.beta1());
    plan.put("beta2", settings.beta2());
    plan.put("epsilon", settings.epsilon());
    plan.put("decay", settings.decay());
    plan.put("clip", settings.clip());
    Path start = checkpoints.path(0);
    Files.write(start.resolve("plan.json"), JsonMapper.shared().writeValueAsBytes(plan));
    return start;
  }

  private static Process peer(String python, Path start, int threads) throws IOException {
    Path script = start.resolve("torch_training.py");
    try (InputStream in = CompareTraining.class.getResourceAsStream("torch_training.py.txt")) {
      if (in == null) {
        throw new IllegalStateException("the peer's script is missing");
      }
      Files.copy(in, script);
    }
    return new ProcessBuilder(
            python, script.toString(), start.toString(), Integer.toString(threads))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /// @param plan steps in all, and steps of a round
  private static void compare(Recipe recipe, PreparedRun run, Process peer, int[] plan, double peak)
      throws IOException {
    BufferedReader answers = peer.inputReader(StandardCharsets.UTF_8);
    BufferedWriter questions = peer.outputWriter(StandardCharsets.UTF_8);
    System.out.println("peer " + answer(answers));
    long tokens = recipe.shape().tokens();
    double operations = 6.0 * run.parameters().count() * tokens;
    double[] ratios = new double[plan[0] / plan[1]];
    double worst = 0;
    double worstMean = 0;
    for (int round = 0; round < ratios.length; round++) {
      int first = round * plan[1] + 1;
      Path batches = Files.createTempFile("batches", ".bin");
      write(batches, run, first, plan[1]);
      questions.write("%d %s%n".formatted(plan[1], batches));
      questions.flush();
      JsonNode said = answer(answers);
      Files.delete(batches);
      Round theirs = new Round(numbers(said.path("losses")), numbers(said.path("seconds")));
      Round ours = ours(run, first, plan[1]);
      for (int i = 0; i < plan[1]; i++) {
        double difference = Math.abs(ours.losses()[i] - theirs.losses()[i]) / theirs.losses()[i];
        worst = Math.max(worst, difference);
      }
      worstMean = Math.max(worstMean, Math.abs(ours.loss() - theirs.loss()) / theirs.loss());
      ratios[round] = theirs.median() / ours.median();
      System.out.printf(
          Locale.ROOT,
          "steps %d to %d: mean loss %.5f and %.5f, worst difference of a step so far %.1e;"
              + " freehold %.0f tokens/s (%.0f %% of the FMA peak), torch %.0f, ratio %.2f%n",
          first,
          first + plan[1] - 1,
          ours.loss(),
          theirs.loss(),
          worst,
          tokens / ours.median(),
          100 * operations / ours.median() / peak,
          tokens / theirs.median(),
          ratios[round]);
    }
    double[] counted = Arrays.copyOfRange(ratios, Math.min(1, ratios.length - 1), ratios.length);
    Arrays.sort(counted);
    System.out.printf(
        Locale.ROOT,
        "freehold / torch: speed %.2f, losses differ by at most %.1e of their value, means of"
            + " rounds by %.1e%n",
        counted[counted.length / 2],
        worst,
        worstMean);
  }

  private static JsonNode answer(BufferedReader answers) throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the peer ended; its lines above say why");
    }
    return StrictJson.parse(line.getBytes(StandardCharsets.UTF_8), "the peer");
  }

  private static double[] numbers(JsonNode list) {
    double[] numbers = new double[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = list.get(i).doubleValue();
    }
    return numbers;
  }

  private static Round ours(PreparedRun run, int first, int count) {
    Round round = new Round(new double[count], new double[count]);
    for (int i = 0; i < count; i++) {
      long start = System.nanoTime();
      round.losses()[i] = run.compute(first + i).record().loss();
      round.seconds()[i] = (System.nanoTime() - start) / 1e9;
    }
    return round;
  }

  /// For each step the rate, the tokens and the targets, little-endian.
  private static void write(Path file, PreparedRun run, int first, int count) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      for (int i = 0; i < count; i++) {
        Batch batch = run.parts(first + i).getFirst();
        ByteBuffer bytes = ByteBuffer.allocate(4 + 8 * batch.rows());
        bytes.order(ByteOrder.LITTLE_ENDIAN).putFloat(run.rate(first + i));
        bytes.asIntBuffer().put(batch.tokens()).put(batch.targets());
        out.write(bytes.array());
      }
    }
  }
}
