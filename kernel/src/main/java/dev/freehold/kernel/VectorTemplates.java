package dev.freehold.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/// Loads the classes of the vector tier once per vector width.
///
/// A vector kernel is fast only where the compiler knows its width as a constant. So each kernel
/// class is a template: it takes its species from a static final field, `F =
/// VectorTemplates.species(lookup())`, and is defined anew, as a hidden class with the species as
/// class data, for every width that is asked for. A template must not refer to itself or to nested
/// classes by name, since those names mean the class on the class path, whose species is the
/// processor's own.
final class VectorTemplates {
  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  static {
    VectorModule.require();
  }

  private VectorTemplates() {}

  /// An instance of the template `name`, made for this width.
  static <T> T load(Class<T> type, String name, int laneBits) {
    try (InputStream in = VectorTemplates.class.getResourceAsStream(name + ".class")) {
      if (in == null) {
        throw new KernelException("vector kernel " + name + ": its class file is missing");
      }
      MethodHandles.Lookup hidden =
          LOOKUP.defineHiddenClassWithClassData(in.readAllBytes(), speciesOf(laneBits), true);
      return type.cast(
          hidden.findConstructor(hidden.lookupClass(), MethodType.methodType(void.class)).invoke());
    } catch (IOException | ReflectiveOperationException e) {
      throw new KernelException("vector kernel " + name + " for " + laneBits + " bits", e);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new KernelException("vector kernel " + name + " for " + laneBits + " bits", e);
    }
  }

  /// The species a template was loaded with; the processor's own for a template that was loaded by
  /// name.
  @SuppressWarnings("unchecked") // the class data is set by load alone
  static VectorSpecies<Float> species(MethodHandles.Lookup lookup) {
    try {
      VectorSpecies<?> species = MethodHandles.classData(lookup, "_", VectorSpecies.class);
      return species == null ? speciesOf(preferredBits()) : (VectorSpecies<Float>) species;
    } catch (IllegalAccessException e) {
      throw new KernelException("vector kernel: its class data cannot be read", e);
    }
  }

  private static VectorSpecies<Float> speciesOf(int laneBits) {
    return VectorSpecies.of(float.class, VectorShape.forBitSize(laneBits));
  }

  /// The widest of 128, 256 and 512 bits that this processor and JVM compile to instructions.
  static int preferredBits() {
    return Math.clamp(FloatVector.SPECIES_PREFERRED.vectorBitSize(), 128, 512);
  }

  /// The widths that this processor has.
  static List<Integer> supportedBits() {
    int widest = preferredBits();
    return List.of(128, 256, 512).stream().filter(bits -> bits <= widest).toList();
  }
}
