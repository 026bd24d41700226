package dev.freehold.kernel;

import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// [RecurrentOps] by emitted code, where it has kernels for the shape, else by another tier.
final class MachineRecurrent implements RecurrentOps {
  private final Deferred<RecurrentOps> other;
  private final Optional<String> unavailable;
  private final @Nullable MachineDeltaRule[] workers;

  /// @param other what computes where emitted code does not
  MachineRecurrent(Supplier<RecurrentOps> other, KernelOptions options) {
    this.other = new Deferred<>(other);
    this.unavailable = MachineSupport.here().lacksFloats(options.instructions());
    this.workers = new @Nullable MachineDeltaRule[options.threads()];
  }

  /// Why a delta rule of this shape is another tier's, or empty.
  Optional<String> declines(DeltaRule call) {
    if (call.valueDim() % MachineDeltaRule.LANES != 0) {
      return Optional.of("values of %d are no multiple of 16 long".formatted(call.valueDim()));
    }
    return unavailable;
  }

  @Override
  public void convolve(
      Convolution shape, Rows x, Rows y, int first, float[] state, int from, int to) {
    other.get().convolve(shape, x, y, first, state, from, to);
  }

  @Override
  public void deltaRule(DeltaRule call, int first, int tokens, int from, int to, int worker) {
    if (declines(call).isPresent()) {
      other.get().deltaRule(call, first, tokens, from, to, worker);
      return;
    }
    MachineDeltaRule heads = workers[worker];
    if (heads == null) {
      heads = new MachineDeltaRule();
      workers[worker] = heads;
    }
    heads.run(call, first, tokens, from, to);
  }

  @Override
  public void stateSpace(StateSpace call, int first, int tokens, int from, int to) {
    other.get().stateSpace(call, first, tokens, from, to);
  }
}
