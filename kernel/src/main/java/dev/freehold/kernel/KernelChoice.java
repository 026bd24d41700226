package dev.freehold.kernel;

import dev.freehold.tensor.Dtype;
import java.util.List;

/// Which kernel a matrix got, and why better ones declined.
public record KernelChoice(
    String tensor, Dtype dtype, long rows, long columns, String kernel, List<Decline> declines) {
  /// A kernel that did not take the matrix, and its reason.
  public record Decline(String kernel, String reason) {}

  public KernelChoice {
    declines = List.copyOf(declines);
  }
}
