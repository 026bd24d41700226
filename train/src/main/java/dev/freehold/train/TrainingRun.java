package dev.freehold.train;

import dev.freehold.kernel.Kernels;
import dev.freehold.kernel.Write;
import dev.freehold.model.Architecture;
import dev.freehold.model.Config;
import dev.freehold.model.Family;
import dev.freehold.tensor.Metadata;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.checkpoint.Checkpoints;
import dev.freehold.train.recipe.Recipe;
import dev.freehold.train.step.Batch;
import dev.freehold.train.step.Optimizer;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.step.TrainedModel;
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
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/// A run of a recipe in a folder: `tokenizer/`, `checkpoints/` and `transcript.jsonl`.
public final class TrainingRun {
  private final Recipe recipe;
  private final Parameters parameters;
  private final TrainedModel model;
  private final Optimizer optimizer;
  private final TrainingData data;
  private final Checkpoints checkpoints;
  private final Transcript transcript;
  private final String configuration;
  private final Path tokenizerFolder;
  private final boolean replay;
  private long step;

  /// What came out of a step.
  ///
  /// @param loss mean over the targets that count
  /// @param norm of the gradient, before clipping
  /// @param heldOut loss of held-out documents, where this step is one that measures it
  public record Result(
      long step, float loss, float norm, float rate, Optional<Float> heldOut, boolean saved) {}

  /// Prepares data and model, and goes on from the last checkpoint if there is one.
  ///
  /// @param kernels with float32 activations; they stay the caller's
  /// @param recompute whether activations are computed again on the way back; changes no bit
  public TrainingRun(Recipe recipe, Path folder, Kernels kernels, boolean recompute) {
    this(recipe, folder, kernels, recompute, Optional.empty(), 0);
  }

  /// A run that computes steps again and compares them with the folder's transcript, from the last
  /// checkpoint before step `from`; it writes nothing into the folder.
  ///
  /// @param scratch folder for the tokenizer that is trained again
  public static TrainingRun replay(
      Recipe recipe, Path folder, Kernels kernels, Path scratch, long from) {
    return new TrainingRun(recipe, folder, kernels, false, Optional.of(scratch), from);
  }

  private TrainingRun(
      Recipe recipe,
      Path folder,
      Kernels kernels,
      boolean recompute,
      Optional<Path> scratch,
      long from) {
    this.recipe = recipe;
    this.replay = scratch.isPresent();
    this.tokenizerFolder = scratch.orElse(folder).resolve("tokenizer");
    this.data = TrainingData.open(recipe, tokenizerFolder);
    this.configuration = configuration(recipe, OptionalInt.of(data.endOfText()));
    Config config = config(configuration);
    Family family = config.family();
    Architecture architecture = family.architecture(config);
    Recipe.Shape shape = recipe.shape();
    this.parameters = new Parameters(architecture, family.layout(config));
    parameters.initialize(recipe.seed());
    this.model =
        new TrainedModel(
            architecture, parameters, kernels, shape.sequences(), shape.length(), recompute);
    this.optimizer =
        new Optimizer(parameters, model, recipe.optimizer(), recipe.schedule(), recipe.steps());
    this.checkpoints = new Checkpoints(folder.resolve("checkpoints"), recipe.digest());
    Map<String, String> header = new LinkedHashMap<>();
    header.put("arithmetic", Recipe.ARITHMETIC);
    header.put("recipe", recipe.digest());
    header.put("tokenizer", data.tokenizer());
    header.put("data", data.digest());
    Path record = folder.resolve("transcript.jsonl");
    this.transcript = replay ? Transcript.read(record, header) : Transcript.open(record, header);
    Optional<Long> last = replay ? checkpoints.latestBefore(from) : checkpoints.latest();
    if (last.isPresent()) {
      step = last.get();
      checkpoints.load(step, parameters);
      transcript.skipTo(step);
    }
  }

  /// The architecture that a recipe names.
  public static Architecture architecture(Recipe recipe) {
    Config config = config(configuration(recipe, OptionalInt.empty()));
    return config.family().architecture(config);
  }

  /// Numbers that a recipe trains.
  public static long parameterCount(Recipe recipe) {
    Config config = config(configuration(recipe, OptionalInt.empty()));
    Family family = config.family();
    return Parameters.count(family.architecture(config), family.layout(config));
  }

  /// The config.json of a recipe's models.
  private static String configuration(Recipe recipe, OptionalInt endOfText) {
    Map<String, Object> values = new TreeMap<>(recipe.architecture());
    values.put("torch_dtype", "float32");
    endOfText.ifPresent(id -> values.put("eos_token_id", id));
    return JsonMapper.shared().writeValueAsString(values);
  }

  private static Config config(String json) {
    return Config.huggingFace(
        StrictJson.parse(json.getBytes(StandardCharsets.UTF_8), "architecture"), NoTensors.STORE);
  }

  /// Steps that are done.
  public long step() {
    return step;
  }

  /// Whether all steps are done.
  public boolean isDone() {
    return step >= recipe.steps();
  }

  /// Steps that the transcript holds.
  public long recordedSteps() {
    return transcript.recordedSteps();
  }

  /// SHA-256 of the weights as they are.
  public String digest() {
    return parameters.digest();
  }

  /// The chain of the transcript's last line.
  public String root() {
    return transcript.root();
  }

  /// Where the last checkpoint is.
  public Path lastCheckpoint() {
    return checkpoints.path(step);
  }

  /// Documents that are longer than a sequence and lose their end.
  public long cutDocuments() {
    return data.cutDocuments();
  }

  /// Numbers that are trained.
  public long parameterCount() {
    return parameters.count();
  }

  /// Computes the next step.
  public Result next() {
    long number = step + 1;
    List<Batch> parts = new ArrayList<>();
    long counted = 0;
    for (int part = 0; part < recipe.shape().accumulate(); part++) {
      Batch batch = data.batches().batch(number, part);
      counted += batch.counted();
      parts.add(batch);
    }
    if (counted == 0) {
      throw new TrainException("step %d: no token of its batch is trained on".formatted(number));
    }
    float scale = 1f / counted;
    float sum = 0;
    for (int part = 0; part < parts.size(); part++) {
      sum += model.gradients(parts.get(part), scale, part == 0 ? Write.SET : Write.ADD);
    }
    float loss = sum * scale;
    if (!Float.isFinite(loss)) {
      throw new TrainException("step %d: the loss is %s; lower the rate".formatted(number, loss));
    }
    float norm = optimizer.step(number);
    step = number;
    boolean save = isDue(recipe.intervals().checkpoint()) || isDone();
    Optional<String> state = save ? Optional.of(parameters.stateDigest()) : Optional.empty();
    float rate = optimizer.rate(number);
    transcript.add(new Transcript.Entry(number, Transcript.digest(parts), loss, norm, rate, state));
    if (save && !replay) {
      checkpoints.save(number, parameters, files());
    }
    boolean measure =
        !replay && isDue(recipe.intervals().evaluate()) && data.batches().heldOutBatches() > 0;
    Optional<Float> heldOut = measure ? Optional.of(heldOutLoss()) : Optional.empty();
    return new Result(number, loss, norm, rate, heldOut, save);
  }

  private boolean isDue(long interval) {
    return interval > 0 && step % interval == 0;
  }

  private float heldOutLoss() {
    float sum = 0;
    long counted = 0;
    int count = Math.min(recipe.intervals().evaluateBatches(), data.batches().heldOutBatches());
    for (int i = 0; i < count; i++) {
      Batch batch = data.batches().heldOut(i);
      sum += model.loss(batch);
      counted += batch.counted();
    }
    return sum / counted;
  }

  private Map<String, byte[]> files() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("config.json", configuration.getBytes(StandardCharsets.UTF_8));
    for (String name : List.of("tokenizer.json", "tokenizer_config.json")) {
      try {
        files.put(name, Files.readAllBytes(tokenizerFolder.resolve(name)));
      } catch (IOException e) {
        throw new TrainException("%s: cannot be read: %s".formatted(name, e), e);
      }
    }
    return files;
  }

  /// A store for a configuration without a model.
  private enum NoTensors implements TensorStore {
    STORE;

    @Override
    public Metadata metadata() {
      return new Metadata(Map.of());
    }

    @Override
    public Map<String, Tensor> tensors() {
      return Map.of();
    }

    @Override
    public List<Path> files() {
      return List.of();
    }

    @Override
    public void checkUnchanged() {}

    @Override
    public void checkLengths() {}

    @Override
    public void close() {}
  }
}
