package dev.freehold.kernel.x86;

import static dev.freehold.kernel.x86.Gp.*;
import static dev.freehold.kernel.x86.Mem.at;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the processor can do, as its `cpuid` instruction says, and whether the system keeps the
/// registers that it needs for that.
///
/// @param features what the processor has
/// @param keepsYmm whether the system keeps registers of 256 bits
/// @param keepsZmm whether the system keeps registers of 512 bits
/// @param lastCacheBytes size of the largest cache, 0 where it is not told
public record Processor(
    Set<Feature> features, boolean keepsYmm, boolean keepsZmm, long lastCacheBytes) {
  /// A set of instructions, by where `cpuid` tells of it.
  public enum Feature {
    FMA("FMA", 1, 2, 12),
    F16C("F16C", 1, 2, 29),
    AVX2("AVX2", 7, 1, 5),
    AVX_VNNI("AVX-VNNI", 71, 0, 4),
    AVX512F("AVX-512 F", 7, 1, 16),
    AVX512DQ("AVX-512 DQ", 7, 1, 17),
    AVX512BW("AVX-512 BW", 7, 1, 30),
    AVX512VL("AVX-512 VL", 7, 1, 31),
    AVX512_VNNI("AVX-512 VNNI", 7, 2, 11);

    private final String title;
    private final int leaf;
    private final int register;
    private final int bit;

    /// @param leaf 71 for subleaf 1 of leaf 7
    /// @param register 0 to 3 for eax, ebx, ecx, edx
    Feature(String title, int leaf, int register, int bit) {
      this.title = title;
      this.leaf = leaf;
      this.register = register;
      this.bit = bit;
    }

    /// Whether registers of 512 bits are used.
    boolean wide() {
      return ordinal() >= AVX512F.ordinal();
    }

    @Override
    public String toString() {
      return title;
    }
  }

  private static final int YMM_STATE = 0b110;
  private static final int ZMM_STATE = 0b1110_0110;
  private static final int SAVES_STATES = 27;
  private static final int ANSWER = 5;
  private static final int CACHES = 4;
  private static final long EXTENDED = 0x8000_0000L;
  private static final long CACHES_OF_AMD = 0x8000_001dL;
  private static final int MOST_CACHES = 8;
  private static final int CACHE_TYPE = 0x1f;
  private static final int INSTRUCTIONS = 2;

  public Processor {
    features = Set.copyOf(features);
  }

  /// Asks the processor.
  ///
  /// @throws CodeException where machine code cannot run
  public static Processor probe() {
    MemorySegment query = Program.of(emit()).entry();
    int[] zero = ask(query, 0, 0);
    int[] one = ask(query, 1, 0);
    int[] seven = zero[0] >= 7 ? ask(query, 7, 0) : new int[ANSWER];
    int[] sevenOne = seven[0] >= 1 ? ask(query, 7, 1) : new int[ANSWER];
    return of(one, seven, sevenOne, caches(query, zero[0]));
  }

  /// What it tells about its caches: Intel in leaf 4, AMD in one of its own, in the same form.
  private static List<int[]> caches(MemorySegment query, int highest) {
    List<int[]> caches = new ArrayList<>();
    if (highest >= CACHES) {
      addCaches(query, CACHES, caches);
    }
    if (caches.isEmpty() && (ask(query, EXTENDED, 0)[0] & 0xffff_ffffL) >= CACHES_OF_AMD) {
      addCaches(query, CACHES_OF_AMD, caches);
    }
    return caches;
  }

  private static void addCaches(MemorySegment query, long leaf, List<int[]> caches) {
    for (int i = 0; i < MOST_CACHES; i++) {
      int[] answer = ask(query, leaf, i);
      if ((answer[0] & CACHE_TYPE) == 0) {
        return;
      }
      caches.add(answer);
    }
  }

  private static int[] ask(MemorySegment query, long leaf, long subleaf) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment answer = arena.allocate(ValueLayout.JAVA_INT, ANSWER);
      Program.NUMBERS.invokeExact(query, leaf, subleaf, answer.address(), 0L, 0L, 0L);
      return answer.toArray(ValueLayout.JAVA_INT);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new CodeException("cpuid: " + e.getMessage());
    }
  }

  /// Reads the answers of leaf 1, of leaf 7 and of its subleaf 1: eax, ebx, ecx, edx, and the low
  /// half of the register that says which states the system keeps; and those about caches.
  static Processor of(int[] one, int[] seven, int[] sevenOne, List<int[]> caches) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    for (Feature feature : Feature.values()) {
      int[] answer = feature.leaf == 1 ? one : feature.leaf == 7 ? seven : sevenOne;
      if ((answer[feature.register] >> feature.bit & 1) == 1) {
        features.add(feature);
      }
    }
    int states = (one[2] >> SAVES_STATES & 1) == 1 ? one[4] : 0;
    return new Processor(
        features,
        (states & YMM_STATE) == YMM_STATE,
        (states & ZMM_STATE) == ZMM_STATE,
        caches.stream().mapToLong(Processor::cacheBytes).max().orElse(0));
  }

  /// The product of ways, partitions, bytes of a line and sets, each told less one; of a cache of
  /// instructions 0.
  private static long cacheBytes(int[] answer) {
    if ((answer[0] & CACHE_TYPE) == INSTRUCTIONS) {
      return 0;
    }
    long ways = (answer[1] >>> 22) + 1;
    long partitions = (answer[1] >>> 12 & 0x3ff) + 1;
    long line = (answer[1] & 0xfff) + 1;
    return ways * partitions * line * ((answer[2] & 0xffff_ffffL) + 1);
  }

  /// Why code with these features does not run, or empty where it does.
  public Optional<String> lacks(Set<Feature> needed) {
    List<String> absent =
        EnumSet.copyOf(needed).stream()
            .filter(feature -> !features.contains(feature))
            .map(Feature::toString)
            .toList();
    if (!absent.isEmpty()) {
      return Optional.of("the processor lacks " + String.join(", ", absent));
    }
    boolean wide = needed.stream().anyMatch(Feature::wide);
    return keepsYmm && (keepsZmm || !wide)
        ? Optional.empty()
        : Optional.of("the system keeps no registers of " + (wide ? "512" : "256") + " bits");
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
