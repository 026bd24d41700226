package dev.freehold.train.replay;

import java.util.List;

/// A claim of a run that computing it again does not bear out.
///
/// @param where what makes the claim: a file, or a run's folder
/// @param step that it is about; 0 for the run as a whole
/// @param field of the transcript, or `checkpoint`
/// @param tensors names of those that differ, as far as hashes of single tensors are there
public record Finding(
    String where, long step, String field, String computed, String claimed, Tensors tensors) {
  /// The tensors that differ in a checkpoint.
  ///
  /// @param step of the checkpoint; 0 where no checkpoint tells
  public record Tensors(long step, List<String> names) {
    /// No checkpoint tells which tensors differ.
    public static final Tensors UNKNOWN = new Tensors(0, List.of());

    public Tensors {
      names = List.copyOf(names);
    }

    private String text() {
      if (names.isEmpty()) {
        return "";
      }
      String others = names.size() == 1 ? "" : " and %d others".formatted(names.size() - 1);
      return "; in the checkpoint of step %d differs tensor %s%s"
          .formatted(step, names.getFirst(), others);
    }
  }

  Finding with(Tensors found) {
    return new Finding(where, step, field, computed, claimed, found);
  }

  /// The finding as one line.
  public String text() {
    String what = step == 0 ? field : "step %d, %s".formatted(step, field);
    return "%s: %s: computed was %s, claimed is %s%s"
        .formatted(where, what, computed, claimed, tensors.text());
  }
}
