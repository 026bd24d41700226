package dev.freehold.kernel;

import dev.freehold.kernel.x86.DeltaRuleColumns;
import dev.freehold.kernel.x86.DeltaRuleColumns.Field;
import dev.freehold.kernel.x86.DeltaRuleColumns.Use;
import dev.freehold.kernel.x86.Program;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The gated delta rule by emitted code; one worker's, with its memory.
///
/// Columns of a head's state go through some tokens in one call of [DeltaRuleColumns].
final class MachineDeltaRule {
  static final int LANES = 16;

  /// Most tokens of a call, and most of their elements of keys: the garbage collector waits for it.
  private static final int CALL_TOKENS = 64;

  private static final int CALL_ELEMENTS = 1 << 14;

  private static final MethodHandle COLUMNS =
      Program.caller(
          FunctionDescriptor.ofVoid(
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  private final @Nullable MemorySegment[] one = new @Nullable MemorySegment[9];
  private final @Nullable MemorySegment[] many = new @Nullable MemorySegment[9];
  private final NativeFloats fields = new NativeFloats();
  private final NativeFloats factors = new NativeFloats();
  private final NativeFloats packed = new NativeFloats();

  MachineDeltaRule() {
    fields.reserve(DeltaRuleColumns.FIELDS_BYTES / Float.BYTES);
    factors.reserve((long) CALL_TOKENS * DeltaRuleColumns.FACTOR_BYTES / Float.BYTES);
  }

  /// See [RecurrentOps#deltaRule]; values must be a multiple of [#LANES] long.
  void run(DeltaRule call, int first, int tokens, int from, int to) {
    check(call, first, tokens, from, to);
    packed.reserve((long) call.keyDim() * LANES * Use.MANY_TOKENS.vectors());
    set(Field.KEY_DIM, call.keyDim());
    set(Field.STATE_STRIDE, bytes(call.valueDim()));
    set(Field.QUERY_STRIDE, bytes(call.queries().stride()));
    set(Field.KEY_STRIDE, bytes(call.keys().stride()));
    set(Field.VALUE_STRIDE, bytes(call.values().stride()));
    set(Field.OUTPUT_STRIDE, bytes(call.outputs().stride()));
    set(Field.FACTORS, factors.address());
    set(Field.PACKED, packed.address());
    int most = Math.clamp(CALL_ELEMENTS / call.keyDim(), 1, CALL_TOKENS);
    for (int head = from; head < to; head++) {
      for (int t = first; t < first + tokens; t += most) {
        head(call, t, Math.min(most, first + tokens - t), head);
      }
    }
  }

  private static long bytes(long floats) {
    return floats * Float.BYTES;
  }

  private void set(Field field, long value) {
    fields.memory().set(ValueLayout.JAVA_LONG, field.bytes(), value);
  }

  private static void check(DeltaRule call, int first, int tokens, int from, int to) {
    int heads = call.valueHeads();
    long state = (long) heads * call.keyDim() * call.valueDim();
    if (first < 0
        || tokens < 0
        || from < 0
        || to > heads
        || call.keyDim() < 1
        || call.keyHeads() < 1
        || heads % call.keyHeads() != 0
        || call.state().length < state) {
      throw new KernelException(
          "delta rule: %d tokens from %d on, heads %d to %d of %d by %d, a state of %d floats"
              .formatted(tokens, first, from, to, heads, call.keyHeads(), call.state().length));
    }
    int end = Math.addExact(first, tokens);
    call.queries().check("queries", end, call.keyHeads() * call.keyDim());
    call.keys().check("keys", end, call.keyHeads() * call.keyDim());
    call.values().check("values", end, heads * call.valueDim());
    call.outputs().check("outputs", end, heads * call.valueDim());
  }

  private void head(DeltaRule call, int t, int tokens, int head) {
    int keyAt = call.keyHead(head) * call.keyDim();
    for (int i = 0; i < tokens; i++) {
      float decay = call.decays().data()[call.decays().at(t + i) + head];
      float beta = call.betas().data()[call.betas().at(t + i) + head];
      factors.memory().setAtIndex(ValueLayout.JAVA_FLOAT, 2L * i, decay);
      factors.memory().setAtIndex(ValueLayout.JAVA_FLOAT, 2L * i + 1, beta);
    }
    set(Field.TOKENS, tokens);
    set(Field.QUERY_OFFSET, bytes(call.queries().at(t) + keyAt));
    set(Field.KEY_OFFSET, bytes(call.keys().at(t) + keyAt));
    long valueAt = call.values().at(t) + (long) head * call.valueDim();
    long outputAt = call.outputs().at(t) + (long) head * call.valueDim();
    long stateAt = (long) head * call.keyDim() * call.valueDim();
    Use use = tokens == 1 ? Use.ONE_TOKEN : Use.MANY_TOKENS;
    int columns;
    for (int column = 0; column < call.valueDim(); column += columns) {
      columns = Math.min(LANES * use.vectors(), call.valueDim() - column);
      set(Field.VALUE_OFFSET, bytes(valueAt + column));
      set(Field.OUTPUT_OFFSET, bytes(outputAt + column));
      set(Field.STATE_OFFSET, bytes(stateAt + column));
      columns(call, use, columns / LANES);
    }
  }

  private void columns(DeltaRule call, Use use, int vectors) {
    try {
      COLUMNS.invokeExact(
          kernel(use, vectors),
          call.queries().segment(),
          call.keys().segment(),
          call.values().segment(),
          call.outputs().segment(),
          call.stateSegment(),
          fields.address());
    } catch (Throwable e) {
      throw MachineKernels.failed(e);
    }
  }

  private MemorySegment kernel(Use use, int vectors) {
    @Nullable MemorySegment[] kernels = use == Use.ONE_TOKEN ? one : many;
    MemorySegment kernel = kernels[vectors];
    if (kernel == null) {
      List<Object> key = List.of(DeltaRuleColumns.class, use, vectors);
      kernel = MachineKernels.all().get(key, () -> DeltaRuleColumns.emit(use, vectors));
      kernels[vectors] = kernel;
    }
    return kernel;
  }
}
