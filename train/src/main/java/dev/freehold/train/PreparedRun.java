package dev.freehold.train;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Write;
import dev.freehold.train.data.Documents;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Batches;
import dev.freehold.train.step.Optimizer;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.step.TrainedModel;
import dev.freehold.train.transcript.StateTree;
import dev.freehold.train.transcript.StepRecord;
import dev.freehold.train.transcript.Transcript;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.LongStream;

/// What a recipe becomes before its first step: tokenizer, data, model and optimizer, which compute
/// any step from the state before it.
public final class PreparedRun {
  /// The field of a transcript's header that names a document that was left out.
  public static final String WITHOUT = "without";

  private final Recipe recipe;
  private final RecipeModel shape;
  private final Kernels kernels;
  private final Path tokenizerFolder;
  private final TrainingData data;
  private Batches batches;
  private Optional<String> without = Optional.empty();
  private final Parameters parameters;
  private final TrainedModel model;
  private final Optimizer optimizer;

  /// What came out of a step.
  ///
  /// @param record what it commits to
  /// @param state the tree over weights and moments after it, where it commits to that
  public record Outcome(StepRecord record, Optional<StateTree> state) {}

  /// Prepares a recipe that makes its own data.
  ///
  /// @param tokenizerFolder where the tokenizer is written to
  /// @param kernels with float32 activations; they stay the caller's
  /// @param recompute whether activations are computed again on the way back; changes no bit
  public PreparedRun(Recipe recipe, Path tokenizerFolder, Kernels kernels, boolean recompute) {
    this(recipe, Optional.empty(), tokenizerFolder, kernels, recompute);
  }

  /// Prepares data and model; the parameters have their first values then.
  ///
  /// @param shards folder of the corpus, for recipes that name one
  /// @param tokenizerFolder where the tokenizer is written to
  /// @param kernels with float32 activations; they stay the caller's
  /// @param recompute whether activations are computed again on the way back; changes no bit
  public PreparedRun(
      Recipe recipe,
      Optional<Path> shards,
      Path tokenizerFolder,
      Kernels kernels,
      boolean recompute) {
    this.recipe = recipe;
    this.kernels = kernels;
    this.tokenizerFolder = tokenizerFolder;
    this.data = TrainingData.open(recipe, shards, tokenizerFolder);
    this.batches = data.batches();
    this.shape = RecipeModel.of(recipe, OptionalInt.of(data.endOfText()));
    this.parameters = new Parameters(shape.architecture(), shape.layout());
    parameters.initialize(recipe.seed());
    Recipe.Shape batch = recipe.shape();
    this.model =
        new TrainedModel(
            shape.architecture(),
            parameters,
            kernels,
            batch.sequences(),
            batch.length(),
            recompute);
    this.optimizer =
        new Optimizer(parameters, model, recipe.optimizer(), recipe.schedule(), recipe.steps());
  }

  /// What it was prepared from.
  public Recipe recipe() {
    return recipe;
  }

  /// What the run is made from, by name, as its transcript begins.
  public Map<String, String> header() {
    Map<String, String> header = new LinkedHashMap<>();
    header.put("arithmetic", Recipe.ARITHMETIC);
    header.put("recipe", recipe.digest());
    header.put("tokenizer", data.tokenizer());
    header.put("data", data.digest());
    without.ifPresent(document -> header.put(WITHOUT, document));
    return header;
  }

  /// Leaves a document out of all steps that are computed from now on. Padding that does not count
  /// is in its place, so that everything else stays where it was; the tokenizer stays as it is.
  ///
  /// @param document SHA-256 of its text
  /// @return the first step that reads it
  /// @throws TrainException where no step of the run does
  public long leaveOut(String document) {
    List<Long> numbers = data.documents().numbers(document);
    if (numbers.isEmpty()) {
      throw new TrainException(
          "no document with the SHA-256 %s is trained on by this recipe".formatted(document));
    }
    OptionalLong first = data.batches().firstStep(numbers);
    if (!isRead(numbers)) {
      throw new TrainException(
          ("document %s: no step up to the last, %d, reads it; the weights are the same without it."
                  + " Documents %s are some that are read")
              .formatted(document, recipe.steps(), someThatAreRead()));
    }
    batches = data.batches().without(numbers, data.endOfText());
    without = Optional.of(document);
    return first.getAsLong();
  }

  private List<Long> someThatAreRead() {
    return LongStream.range(0, data.documents().count())
        .filter(number -> isRead(List.of(number)))
        .limit(3)
        .boxed()
        .toList();
  }

  private boolean isRead(List<Long> numbers) {
    return data.batches().firstStep(numbers).orElse(Long.MAX_VALUE) <= recipe.steps();
  }

  /// The documents that the recipe trains on.
  public Documents documents() {
    return data.documents();
  }

  /// The tensors as they are, which steps change.
  public Parameters parameters() {
    return parameters;
  }

  /// Documents that are longer than a sequence and lose their end.
  public long cutDocuments() {
    return data.cutDocuments();
  }

  /// Gives the parameters the values before the first step.
  public void restart() {
    parameters.initialize(recipe.seed());
  }

  /// The tree over weights and moments as they are.
  public StateTree state() {
    return StateTree.of(parameters, kernels.pool());
  }

  /// Whether a step commits to the state after it: at its own interval, with checkpoints, at the
  /// end.
  public boolean commitsState(long step) {
    Recipe.Intervals every = recipe.intervals();
    return isDue(step, every.state()) || isDue(step, every.checkpoint()) || step == recipe.steps();
  }

  static boolean isDue(long step, long interval) {
    return interval > 0 && step % interval == 0;
  }

  /// SHA-256 of what a step reads.
  public String batchDigest(long step) {
    return Transcript.digest(parts(step));
  }

  /// The learning rate of a step.
  public float rate(long step) {
    return optimizer.rate(step);
  }

  /// What a step reads, part by part.
  public List<Batch> parts(long step) {
    List<Batch> parts = new ArrayList<>();
    for (int part = 0; part < recipe.shape().accumulate(); part++) {
      parts.add(batches.batch(step, part));
    }
    return parts;
  }

  /// Computes a step; the parameters must be those after the step before it.
  ///
  /// @throws TrainException where a number is not finite, with the step and the tensor
  public Outcome compute(long step) {
    List<Batch> parts = parts(step);
    long counted = parts.stream().mapToLong(Batch::counted).sum();
    if (counted == 0) {
      throw new TrainException("step %d: no token of its batch is trained on".formatted(step));
    }
    float scale = 1f / counted;
    float sum = 0;
    for (int part = 0; part < parts.size(); part++) {
      sum += model.gradients(parts.get(part), scale, part == 0 ? Write.SET : Write.ADD);
    }
    float loss = sum * scale;
    if (!Float.isFinite(loss)) {
      optimizer.requireFiniteGradients(step);
      throw new TrainException(
          "step %d: the loss is %s, all gradients are finite; lower the rate"
              .formatted(step, loss));
    }
    float norm = optimizer.step(step);
    Optional<StateTree> state = commitsState(step) ? Optional.of(state()) : Optional.empty();
    StepRecord record =
        new StepRecord(
            step,
            Transcript.digest(parts),
            loss,
            norm,
            optimizer.rate(step),
            state.map(StateTree::root));
    return new Outcome(record, state);
  }

  /// The mean loss of documents that are not trained on; nothing where there are none.
  public Optional<Float> heldOutLoss() {
    float sum = 0;
    long counted = 0;
    int count = Math.min(recipe.intervals().evaluateBatches(), batches.heldOutBatches());
    for (int i = 0; i < count; i++) {
      Batch batch = batches.heldOut(i);
      sum += model.loss(batch);
      counted += batch.counted();
    }
    return counted == 0 ? Optional.empty() : Optional.of(sum / counted);
  }

  /// The files that make a checkpoint's folder a model, by name.
  public Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("config.json", shape.configuration().getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      try {
        if (name.equals("tokenizer.json") || Files.exists(tokenizerFolder.resolve(name))) {
          files.put(name, Files.readAllBytes(tokenizerFolder.resolve(name)));
        }
      } catch (IOException e) {
        throw new TrainException("%s: cannot be read: %s".formatted(name, e), e);
      }
    }
    if (recipe.data().corpus().equals("seedling")) {
      // Its questions have one right answer each.
      files.put(
          "generation_config.json", "{\"do_sample\":false}\n".getBytes(StandardCharsets.UTF_8));
    }
    return files;
  }
}
