package dev.freehold.train.checkpoint;

import dev.freehold.kernel.WorkerPool;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.ModelFiles;
import dev.freehold.tensor.SafetensorsWriter;
import dev.freehold.tensor.Sha256;
import dev.freehold.tensor.StrictJson;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorException;
import dev.freehold.tensor.TensorStore;
import dev.freehold.train.TrainException;
import dev.freehold.train.step.Parameter;
import dev.freehold.train.step.Parameters;
import dev.freehold.train.transcript.StateTree;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
/// `optimizer.safetensors` (both moments) and `checkpoint.json` (recipe, step, SHA-256 of the
/// weights, the Merkle root of weights and moments, and the hash of each tensor). A kill at any
/// moment leaves finished checkpoints as they are; see [DurableFolder].
public final class Checkpoints {
  private static final int FORMAT = 2;
  private static final int PIECE_VALUES = 1 << 18;
  private static final String PREFIX = "step-";
  private static final String STATE = "checkpoint.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String MOMENTS = "optimizer.safetensors";
  private static final ValueLayout.OfFloat LITTLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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

  /// The steps that have a checkpoint, in ascending order.
  public List<Long> steps() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .map(path -> path.getFileName().toString())
          .filter(name -> name.matches(PREFIX + "[0-9]{8,18}"))
          .map(name -> Long.parseLong(name.substring(PREFIX.length())))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw unusable(folder, e);
    }
  }

  /// The last step that has a checkpoint.
  public Optional<Long> latest() {
    return latestBefore(Long.MAX_VALUE);
  }

  /// The last step before `step` that has a checkpoint.
  public Optional<Long> latestBefore(long step) {
    return steps().stream().filter(found -> found < step).reduce((first, second) -> second);
  }

  private static TrainException unusable(Path path, Exception cause) {
    return new TrainException("%s: %s".formatted(path, cause), cause);
  }

  /// Deletes the checkpoints of the steps before one.
  public void deleteBefore(long step) {
    for (long found : steps()) {
      if (found < step) {
        try {
          DurableFolder.delete(path(found));
        } catch (IOException e) {
          throw unusable(path(found), e);
        }
      }
    }
  }

  /// Finishes what a kill interrupted; called before a run goes on.
  public void recover() {
    if (Files.isDirectory(folder)) {
      try {
        DurableFolder.recover(folder);
      } catch (IOException e) {
        throw unusable(folder, e);
      }
    }
  }

  /// Writes a checkpoint.
  ///
  /// @param tree of the parameters as they are
  /// @param files further files by name: configuration and tokenizer
  /// @throws TrainException where it cannot be written; earlier ones stay as they are
  public void save(long step, Parameters parameters, StateTree tree, Map<String, byte[]> files) {
    Path target = path(step);
    try {
      DurableFolder.replace(
          target,
          part -> {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
              DurableFolder.write(part.resolve(file.getKey()), file.getValue());
            }
            write(part.resolve(WEIGHTS), parameters, Map.of("", Parameter::values));
            Map<String, Function<Parameter, float[]>> moments = new LinkedHashMap<>();
            moments.put("first.", Parameter::first);
            moments.put("second.", Parameter::second);
            write(part.resolve(MOMENTS), parameters, moments);
            DurableFolder.write(part.resolve(STATE), description(step, parameters, tree));
          });
    } catch (IOException | TensorException e) {
      throw new TrainException(
          ("step %d: the checkpoint %s cannot be written: %s; make room and start again with"
                  + " --resume")
              .formatted(step, target, e.getMessage()),
          e);
    }
  }

  private byte[] description(long step, Parameters parameters, StateTree tree) {
    Map<String, String> tensors = new LinkedHashMap<>();
    tree.entries().forEach(entry -> tensors.put(entry.name(), entry.hash()));
    Map<String, Object> state = new LinkedHashMap<>();
    state.put("format", FORMAT);
    state.put("recipe", recipe);
    state.put("step", step);
    state.put("weights", parameters.digest());
    state.put("state", tree.root());
    state.put("tensors", tensors);
    return JsonMapper.shared().writeValueAsBytes(state);
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
      MemorySegment piece = MemorySegment.ofArray(new byte[PIECE_VALUES * Float.BYTES]);
      for (Function<Parameter, float[]> kind : kinds.values()) {
        for (Parameter parameter : parameters.all()) {
          write(writer, kind.apply(parameter), piece);
        }
      }
      writer.finish();
    }
  }

  /// Writes values a piece at a time, so that a checkpoint takes no memory of its own.
  private static void write(SafetensorsWriter writer, float[] values, MemorySegment piece) {
    for (int from = 0; from < values.length; from += PIECE_VALUES) {
      int count = Math.min(PIECE_VALUES, values.length - from);
      MemorySegment.copy(values, from, piece, LITTLE, 0, count);
      writer.write(piece.asSlice(0, (long) count * Float.BYTES));
    }
  }

  /// Reads a checkpoint into the parameters and checks it against its own description.
  ///
  /// @return the tree of what was read
  /// @throws TrainException where it belongs to another recipe or is not what was written, with the
  ///   tensor that differs
  public StateTree load(long step, Parameters parameters, WorkerPool pool) {
    Path path = path(step);
    StateTree written = description(step);
    StateTree found = read(step, parameters, pool);
    List<String> changed = found.differences(written);
    if (!changed.isEmpty()) {
      throw new TrainException(
          "%s: %s is not what was written%s; delete the folder to go on from an earlier one"
              .formatted(path, changed.getFirst(), others(changed)));
    }
    return found;
  }

  private static String others(List<String> changed) {
    return changed.size() == 1 ? "" : ", nor are %d others".formatted(changed.size() - 1);
  }

  /// What a checkpoint says of itself: the hashes of its tensors.
  ///
  /// @throws TrainException where it belongs to another recipe, or does not fit together
  public StateTree description(long step) {
    Path file = path(step).resolve(STATE);
    JsonNode state;
    try {
      state = StrictJson.parse(file);
    } catch (TensorException e) {
      throw unusable(path(step), e);
    }
    require(file, "format", "" + FORMAT, state.path("format").asString(""));
    require(file, "recipe", recipe, state.path("recipe").asString(""));
    require(file, "step", "" + step, state.path("step").asString(""));
    List<StateTree.Entry> entries = new ArrayList<>();
    state
        .path("tensors")
        .properties()
        .forEach(field -> {
          String hash = field.getValue().asString("");
          if (!Sha256.isDigest(hash)) {
            throw new TrainException(
                "%s: tensors: %s: expected a SHA-256, found %s"
                    .formatted(file, field.getKey(), field.getValue()));
          }
          entries.add(new StateTree.Entry(field.getKey(), hash));
        });
    StateTree tree = StateTree.of(entries);
    require(file, "state", tree.root(), state.path("state").asString(""));
    return tree;
  }

  private static void require(Path file, String field, String expected, String found) {
    if (!found.equals(expected)) {
      throw new TrainException(
          "%s: %s: expected %s, found \"%s\"".formatted(file, field, expected, found));
    }
  }

  /// Reads a checkpoint into the parameters, whatever it says of itself.
  ///
  /// @return the tree of what was read
  public StateTree read(long step, Parameters parameters, WorkerPool pool) {
    Path path = path(step);
    try {
      read(path.resolve(WEIGHTS), parameters, "", Parameter::values);
      read(path.resolve(MOMENTS), parameters, "first.", Parameter::first);
      read(path.resolve(MOMENTS), parameters, "second.", Parameter::second);
    } catch (TensorException e) {
      throw unusable(path, e);
    }
    return StateTree.of(parameters, pool);
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
        MemorySegment.copy(tensor.data(), LITTLE, 0, values, 0, values.length);
      }
    }
  }
}
