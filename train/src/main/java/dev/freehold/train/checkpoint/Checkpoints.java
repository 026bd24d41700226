package dev.freehold.train.checkpoint;

import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.SafetensorsWriter;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.Parameter;
import dev.freehold.train.step.Parameters;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The checkpoints of a run: folders `step-NNNNNNNN`, each a model that other tools load, and
/// beside it what training needs to go on with the same bits.
///
/// A folder holds `config.json`, the tokenizer's files, `model.safetensors` (float32),
/// `optimizer.safetensors` (both moments) and `checkpoint.json` (recipe, step and the digest of
/// weights and moments). It is written under another name and renamed when all of it is on disk, so
/// a kill at any moment leaves finished checkpoints as they are.
public final class Checkpoints {
  private static final String PREFIX = "step-";
  private static final String PART = ".part";
  private static final String STATE = "checkpoint.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String MOMENTS = "optimizer.safetensors";

  private final Path folder;
  private final String recipe;

  /// @param folder where the checkpoints are
  /// @param recipe digest of the run's recipe
  public Checkpoints(Path folder, String recipe) {
    this.folder = folder;
    this.recipe = recipe;
  }

  /// The folder of a step.
  public Path path(long step) {
    return folder.resolve("%s%08d".formatted(PREFIX, step));
  }

  /// The last step that has a checkpoint.
  public Optional<Long> latest() {
    return latestBefore(Long.MAX_VALUE);
  }

  /// The last step before `step` that has a checkpoint.
  public Optional<Long> latestBefore(long step) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches(PREFIX + "[0-9]{8,18}"))
          .map(name -> Long.parseLong(name.substring(PREFIX.length())))
          .filter(found -> found < step)
          .max(Comparator.naturalOrder());
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  private static TrainException unusable(Path path, Exception cause) {
    return new TrainException("%s: %s".formatted(path, cause), cause);
  }

  /// Writes a checkpoint.
  ///
  /// @param files further files by name: configuration and tokenizer
  /// @throws TrainException where it cannot be written; earlier ones stay as they are
  public void save(long step, Parameters parameters, Map<String, byte[]> files) {
    Path target = path(step);
    Path part = folder.resolve(target.getFileName() + PART);
    try {
      delete(part);
      Files.createDirectories(part);
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        write(part.resolve(file.getKey()), file.getValue());
      }
      write(part.resolve(WEIGHTS), parameters, Map.of("", Parameter::values));
      Map<String, Function<Parameter, float[]>> moments = new LinkedHashMap<>();
      moments.put("first.", Parameter::first);
      moments.put("second.", Parameter::second);
      write(part.resolve(MOMENTS), parameters, moments);
      Map<String, Object> state = new LinkedHashMap<>();
      state.put("format", 1);
      state.put("recipe", recipe);
      state.put("step", step);
      state.put("weights", parameters.digest());
      state.put("state", parameters.stateDigest());
      write(part.resolve(STATE), JsonMapper.shared().writeValueAsBytes(state));
      delete(target);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | TensorException e) {
      throw new TrainException(
          ("step %d: the checkpoint %s cannot be written: %s; make room and start again with"
                  + " --resume")
              .formatted(step, target, e.getMessage()),
          e);
    }
  }

  private static void write(Path file, byte[] bytes) throws IOException {
    Files.write(file, bytes);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void write(
      Path file, Parameters parameters, Map<String, Function<Parameter, float[]>> kinds) {
    try (SafetensorsWriter writer = new SafetensorsWriter(file)) {
      writer.put("format", "pt");
      for (String prefix : kinds.keySet()) {
        for (Parameter parameter : parameters.all()) {
          long[] shape = parameter.shape().stream().mapToLong(Integer::longValue).toArray();
          writer.declare(prefix + parameter.name(), Dtype.F32, shape);
        }
      }
      for (Function<Parameter, float[]> kind : kinds.values()) {
        for (Parameter parameter : parameters.all()) {
          writer.write(bytes(kind.apply(parameter)));
        }
      }
      writer.finish();
    }
  }

  private static MemorySegment bytes(float[] values) {
    MemorySegment bytes = MemorySegment.ofArray(new byte[Math.multiplyExact(4, values.length)]);
    ValueLayout.OfFloat little =
        ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    MemorySegment.copy(values, 0, bytes, little, 0, values.length);
    return bytes;
  }

  private static void delete(Path path) throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path each : all) {
      Files.delete(each);
    }
  }

  /// Reads a checkpoint into the parameters and checks its digest.
  ///
  /// @throws TrainException where it belongs to another recipe, or is not what was written
  public void load(long step, Parameters parameters) {
    Path path = path(step);
    JsonNode state;
    try {
      state = StrictJson.parse(path.resolve(STATE));
      String made = state.path("recipe").asString("");
      if (!made.equals(recipe)) {
        throw new TrainException(
            "%s: made by recipe %s, not by this one, %s; choose another --out"
                .formatted(path, made, recipe));
      }
      read(path.resolve(WEIGHTS), parameters, "", Parameter::values);
      read(path.resolve(MOMENTS), parameters, "first.", Parameter::first);
      read(path.resolve(MOMENTS), parameters, "second.", Parameter::second);
    } catch (TensorException e) {
      throw unusable(path, e);
    }
    String digest = parameters.stateDigest();
    if (!digest.equals(state.path("state").asString(""))) {
      throw new TrainException(
          "%s: its weights and moments have the digest %s, written were %s;"
                  .formatted(path, digest, state.path("state").asString(""))
              + " delete it to go on from an earlier one");
    }
  }

  private static void read(
      Path file, Parameters parameters, String prefix, Function<Parameter, float[]> kind) {
    try (TensorStore store = ModelFiles.open(file)) {
      for (Parameter parameter : parameters.all()) {
        String name = prefix + parameter.name();
        Tensor tensor =
            store
                .tensor(name)
                .orElseThrow(() -> new TrainException("%s: no %s".formatted(file, name)));
        float[] values = kind.apply(parameter);
        if (tensor.dtype() != Dtype.F32 || tensor.data().byteSize() != 4L * values.length) {
          throw new TrainException(
              "%s: %s: expected %d float32, found %s of %s"
                  .formatted(file, name, values.length, tensor.dtype(), tensor.shape()));
        }
        ValueLayout.OfFloat little =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
        MemorySegment.copy(tensor.data(), little, 0, values, 0, values.length);
      }
    }
  }
}
