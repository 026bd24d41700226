package dev.freehold.model;

import dev.freehold.kernel.Kernels;
import dev.freehold.tensor.Dtype;
import dev.freehold.tensor.Tensor;
import dev.freehold.tensor.TensorStore;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The tensors of a file by their role, checked for shape; used in place where their stored form
/// allows.
///
/// Failures: a [ModelException] that names the tensor, the expected and the found shape.
final class Weights {
  /// Which matrix of a role: of which layer, and of which expert or head of how many.
  ///
  /// @param part -1 where the role has one matrix per layer
  record Place(int layer, int part, int parts) {
    static final Place MODEL = new Place(-1, -1, 0);

    static Place layer(int layer) {
      return new Place(layer, -1, 0);
    }

    Place part(int newPart, int newParts) {
      return new Place(layer, newPart, newParts);
    }
  }

  private static final List<UnaryOperator<String>> SPELLINGS =
      List.of(
          UnaryOperator.identity(),
          name -> replacePrefix(name, "model.", "model.language_model."),
          name -> "language_model." + name,
          name -> replacePrefix(name, "model.", "language_model."),
          name -> name.substring(name.indexOf('.') + 1));

  private final TensorStore store;
  private final Layout layout;
  private final Arena arena;
  private final UnaryOperator<String> spelling;
  private final Set<String> used = new LinkedHashSet<>();

  /// @param arena owner of matrices that must be copied into another order
  Weights(TensorStore store, Layout layout, Arena arena) {
    this.store = store;
    this.layout = layout;
    this.arena = arena;
    this.spelling = spelling();
  }

  /// The same tensors, to be bound once more beside these.
  Weights again() {
    return new Weights(store, layout, arena);
  }

  private static String replacePrefix(String name, String prefix, String replacement) {
    return name.startsWith(prefix) ? replacement + name.substring(prefix.length()) : name;
  }

  /// How this file spells the names: bare models and models inside others have other prefixes.
  private UnaryOperator<String> spelling() {
    for (UnaryOperator<String> candidate : SPELLINGS) {
      for (Stored stored : layout.places(Role.EMBEDDING)) {
        if (store.tensor(candidate.apply(stored.pattern())).isPresent()) {
          return candidate;
        }
      }
    }
    return UnaryOperator.identity();
  }

  /// Names of the tensors that were asked for and found.
  Set<String> used() {
    return used;
  }

  boolean has(Role role, Place place) {
    return find(layout.places(role), place).isPresent();
  }

  private record Found(Stored stored, Tensor tensor) {}

  private Optional<Found> find(List<Stored> places, Place place) {
    for (Stored stored : places) {
      Optional<Tensor> tensor = store.tensor(name(stored, place));
      if (tensor.isPresent()) {
        used.add(tensor.get().name());
        return Optional.of(new Found(stored, tensor.get()));
      }
    }
    return Optional.empty();
  }

  private String name(Stored stored, Place place) {
    return spelling.apply(stored.name(place.layer(), place.part()));
  }

  private Found require(List<Stored> places, Place place, String expected) {
    return find(places, place)
        .orElseThrow(() -> {
          List<String> names = new ArrayList<>();
          places.forEach(stored -> names.add(name(stored, place)));
          return new ModelException(
              "tensor %s: missing; expected shape %s"
                  .formatted(String.join(" or ", names), expected));
        });
  }

  /// The matrix `[rows, columns]` of a role.
  Tensor matrix(Role role, Place place, int rows, int columns) {
    Found found = require(layout.places(role), place, "[" + rows + ", " + columns + "]");
    Tensor tensor = found.tensor();
    requireKnown(tensor);
    Stored stored = found.stored();
    long[] expected =
        switch (stored.form()) {
          case ROWS -> new long[] {stored.total(rows), columns};
          case COLUMNS -> new long[] {columns, stored.total(rows)};
          case ROWS_AS_COLUMNS -> new long[] {stored.total(columns), rows};
        };
    boolean stacked = place.part() >= 0 && !stored.perExpert();
    Tensor one = stacked ? unstack(tensor, place, expected) : tensor;
    if (!matches(one, expected)) {
      throw shape(tensor, stacked ? prepend(place.parts(), expected) : expected);
    }
    Tensor flat = one.reshape(expected);
    return switch (stored.form()) {
      case ROWS -> rows(flat, stored, rows);
      case COLUMNS, ROWS_AS_COLUMNS -> transposed(flat, stored, rows, columns);
    };
  }

  private static void requireKnown(Tensor tensor) {
    switch (tensor.dtype()) {
      case F8_E4M3, F8_E5M2, I8, I16, I32, I64, U8, U16, U32, U64, BOOL ->
          throw new ModelException(
              ("tensor %s: %s weights need scales that are stored apart, which is not supported;"
                      + " use the model's bfloat16 files or a GGUF")
                  .formatted(tensor.name(), tensor.dtype()));
      default -> {}
    }
  }

  private static Tensor unstack(Tensor tensor, Place place, long[] expected) {
    long[] stack = prepend(place.parts(), expected);
    if (tensor.rank() == 2 && tensor.dimension(0) == place.parts() * expected[0]) {
      return tensor.reshape(stack).slice(place.part());
    }
    if (tensor.rank() != 3 || tensor.dimension(0) != place.parts()) {
      throw shape(tensor, stack);
    }
    return tensor.slice(place.part());
  }

  private static long[] prepend(long first, long[] rest) {
    long[] all = new long[rest.length + 1];
    all[0] = first;
    System.arraycopy(rest, 0, all, 1, rest.length);
    return all;
  }

  /// A row of one matrix may lack its first dimension.
  private static boolean matches(Tensor tensor, long[] expected) {
    List<Long> shape = tensor.shape();
    return shape.equals(List.of(expected[0], expected[1]))
        || (expected[0] == 1 && shape.equals(List.of(expected[1])));
  }

  private static ModelException shape(Tensor tensor, long... expected) {
    return new ModelException(
        "tensor %s: expected shape %s, found %s"
            .formatted(tensor.name(), java.util.Arrays.toString(expected), tensor.shape()));
  }

  private Tensor rows(Tensor tensor, Stored stored, int rows) {
    if (stored.isContiguous(rows)) {
      return stored.block() == 0
          ? tensor
          : tensor.rows(stored.index(0), stored.index(0) + (long) rows);
    }
    long rowBytes = tensor.rowBytes();
    MemorySegment copy = arena.allocate(rows * rowBytes, 64);
    for (int n = 0; n < rows; n++) {
      MemorySegment.copy(tensor.data(), stored.index(n) * rowBytes, copy, n * rowBytes, rowBytes);
    }
    return Tensor.of(selected(tensor, stored), tensor.dtype(), copy, rows, tensor.columns());
  }

  private static String selected(Tensor tensor, Stored stored) {
    return "%s[%d::%d]".formatted(tensor.name(), stored.start(), stored.period());
  }

  private Tensor transposed(Tensor tensor, Stored stored, int rows, int columns) {
    Dtype dtype = tensor.dtype();
    if (dtype.isQuantized()) {
      throw new ModelException(
          "tensor %s: %s cannot be transposed; float weights are needed"
              .formatted(tensor.name(), dtype));
    }
    int size = dtype.blockBytes();
    long stride = tensor.rowBytes();
    MemorySegment copy = arena.allocate((long) rows * columns * size, 64);
    boolean columnsSelected = stored.form() == Stored.Form.ROWS_AS_COLUMNS;
    for (int n = 0; n < rows; n++) {
      long column = columnsSelected ? n : stored.index(n);
      for (int k = 0; k < columns; k++) {
        long row = columnsSelected ? stored.index(k) : k;
        MemorySegment.copy(
            tensor.data(),
            row * stride + column * size,
            copy,
            ((long) n * columns + k) * size,
            size);
      }
    }
    return Tensor.of(selected(tensor, stored) + "^T", dtype, copy, rows, columns);
  }

  /// The `n` values of a role: norm weights, biases, factors.
  float[] vector(Role role, Place place, int n) {
    float[] values = vector(layout.places(role), place, n);
    if (layout.plusOne().contains(role)) {
      for (int i = 0; i < n; i++) {
        values[i] += 1;
      }
    }
    return values;
  }

  /// The bias that belongs to the matrix of a role.
  float[] bias(Role role, Place place, int n) {
    return vector(layout.places(role).stream().map(Stored::bias).toList(), place, n);
  }

  private float[] vector(List<Stored> places, Place place, int n) {
    Found found = require(places, place, "[" + n + "]");
    Stored stored = found.stored();
    Tensor tensor = found.tensor();
    long total = stored.total(n);
    boolean stacked = place.part() >= 0 && !stored.perExpert();
    if (tensor.elements() != (stacked ? place.parts() * total : total)) {
      throw stacked ? shape(tensor, place.parts(), total) : shape(tensor, total);
    }
    Tensor one = stacked ? tensor.reshape(place.parts(), total).slice(place.part()) : tensor;
    float[] all = Kernels.floats(one.reshape(total));
    float[] values = new float[n];
    for (int i = 0; i < n; i++) {
      values[i] = all[stored.index(i)];
    }
    return values;
  }

  /// Whether the stored factors of a recurrence are logarithms.
  boolean logarithmicDecay() {
    return layout.logarithmicDecay();
  }
}
