package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What the processor can do, as its `cpuid` instruction says, and whether the system keeps the
/// registers that it needs for that.
///
/// @param avx512 AVX-512 F, BW, DQ and VL, with registers of 512 bits kept
/// @param vnni AVX-512 VNNI
/// @param avx2 AVX2, FMA and F16C, with registers of 256 bits kept
/// @param avxVnni the VEX form of VNNI
public record Processor(boolean avx2, boolean avxVnni, boolean avx512, boolean vnni) {
  private static final int YMM_STATE = 0b110;
  private static final int ZMM_STATE = 0b1110_0110;

  /// Asks the processor.
  ///
  /// @throws CodeException where machine code cannot run
  public static Processor probe() {
    String system = System.getProperty("os.name") + " on " + System.getProperty("os.arch");
    if (!system.toLowerCase(Locale.ROOT).equals("linux on amd64")) {
      throw new CodeException("machine code is written for Linux on x86-64, this is " + system);
    }
    int[] one = new int[5];
    int[] seven = new int[5];
    int[] sevenOne = new int[5];
    MethodHandle query =
        Program.of(emit())
            .function(
                FunctionDescriptor.ofVoid(
                    ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.ADDRESS));
    try {
      int[] zero = new int[5];
      query.invokeExact(0L, 0L, MemorySegment.ofArray(zero));
      query.invokeExact(1L, 0L, MemorySegment.ofArray(one));
      if (zero[0] >= 7) {
        query.invokeExact(7L, 0L, MemorySegment.ofArray(seven));
        if (seven[0] >= 1) {
          query.invokeExact(7L, 1L, MemorySegment.ofArray(sevenOne));
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new CodeException("cpuid: " + e.getMessage());
    }
    boolean ymm = has(one[2], 28) && (one[4] & YMM_STATE) == YMM_STATE;
    boolean avx2 = ymm && has(seven[1], 5) && has(one[2], 12) && has(one[2], 29);
    boolean zmm = ymm && (one[4] & ZMM_STATE) == ZMM_STATE;
    boolean avx512 =
        zmm && has(seven[1], 16) && has(seven[1], 17) && has(seven[1], 30) && has(seven[1], 31);
    return new Processor(avx2, avx2 && has(sevenOne[0], 4), avx512, avx512 && has(seven[2], 11));
  }

  private static boolean has(int bits, int position) {
    return (bits >> position & 1) == 1;
  }

  /// The names of what there is.
  public List<String> names() {
    List<String> names = new ArrayList<>();
    if (avx2) {
      names.add("AVX2");
    }
    if (avxVnni) {
      names.add("AVX-VNNI");
    }
    if (avx512) {
      names.add("AVX-512");
    }
    if (vnni) {
      names.add("AVX-512 VNNI");
    }
    return names;
  }

  /// `(leaf, subleaf, int[5])`: eax, ebx, ecx, edx, and, where the system has enabled it, the low
  /// half of the register that says which states it keeps.
  private static byte[] emit() {
    Assembler a = new Assembler();
    Label none = new Label();
    a.push(RBX);
    a.mov(R8, RDX);
    a.mov(RAX, RDI);
    a.mov(RCX, RSI);
    a.cpuid();
    a.movd(at(R8), RAX);
    a.movd(at(R8, 4), RBX);
    a.movd(at(R8, 8), RCX);
    a.movd(at(R8, 12), RDX);
    a.mov(RAX, 1);
    a.xor(RCX, RCX);
    a.cpuid();
    a.shr(RCX, 27);
    a.and(RCX, 1);
    a.cmp(RCX, 0);
    a.j(Condition.EQUAL, none);
    a.xor(RCX, RCX);
    a.xgetbv();
    a.movd(at(R8, 16), RAX);
    a.bind(none);
    a.pop(RBX);
    a.ret();
    return a.toArray();
  }
}
