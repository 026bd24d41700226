package dev.freehold.model;

/// Where a matrix of N rows is in a file: the whole of a tensor, or some rows of it.
///
/// Index n of the matrix is index `start + n / block * period + n % block` of the tensor, along its
/// rows or along its columns as `form` says. A tensor with one matrix per expert or head is a stack
/// of three dimensions, or of two with the matrices below each other.
///
/// @param pattern name of the tensor, with `{l}` for the layer and `{e}` for the expert
/// @param block indices that follow each other; 0 for all of the tensor
public record Stored(String pattern, Form form, int start, int block, int period) {
  private static final String WEIGHT = ".weight";

  /// How the tensor holds the matrix.
  public enum Form {
    /// Rows of the matrix are rows of the tensor.
    ROWS,
    /// Rows of the matrix are columns of the tensor, and these are selected.
    COLUMNS,
    /// Columns of the matrix are rows of the tensor, and these are selected.
    ROWS_AS_COLUMNS
  }

  /// All rows of a tensor.
  public static Stored whole(String pattern) {
    return new Stored(pattern, Form.ROWS, 0, 0, 0);
  }

  /// `rows` rows from `start` on, of a tensor with `total`.
  public static Stored section(String pattern, int start, int rows, int total) {
    return new Stored(pattern, Form.ROWS, start, rows, total);
  }

  /// Every `period` rows a block of `block` rows, the first at `start`.
  public static Stored interleaved(String pattern, int start, int block, int period) {
    return new Stored(pattern, Form.ROWS, start, block, period);
  }

  public Stored as(Form newForm) {
    return new Stored(pattern, newForm, start, block, period);
  }

  /// Where the bias of the matrix is.
  Stored bias() {
    String name =
        pattern.endsWith(WEIGHT)
            ? pattern.substring(0, pattern.length() - WEIGHT.length()) + ".bias"
            : pattern + "_bias";
    return new Stored(name, Form.ROWS, start, block, period);
  }

  /// The tensor's name for a layer and an expert.
  public String name(int layer, int expert) {
    return pattern.replace("{l}", Integer.toString(layer)).replace("{e}", Integer.toString(expert));
  }

  boolean perExpert() {
    return pattern.contains("{e}");
  }

  /// Whether the selected indices follow each other.
  boolean isContiguous(int selected) {
    return block == 0 || selected <= block;
  }

  /// Indices of a tensor that holds `selected` ones this way.
  long total(int selected) {
    return block == 0 ? selected : (long) selected / block * period;
  }

  int index(int n) {
    return block == 0 ? n : start + n / block * period + n % block;
  }
}
