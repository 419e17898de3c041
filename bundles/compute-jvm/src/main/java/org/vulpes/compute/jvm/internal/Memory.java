package org.vulpes.compute.jvm.internal;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Loads and stores at absolute addresses for kernels. Bounds are checked once, when a program is prepared; here nothing is checked.
 */
final class Memory {
  /** The whole address space as one segment: with a constant segment the compiler folds every check away. */
  static final MemorySegment ALL = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
  static final ByteOrder ORDER = ByteOrder.nativeOrder();
  static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;

  /** The widest SIMD register, or what {@code -Dvulpes.jvm.vector-bits} says (128, 256, 512): fixed for the life of the JVM, as it decides the bits. */
  static final VectorSpecies<Float> SPECIES = species();
  static final int LANES = SPECIES.length();
  /** Bytes of a SIMD register. */
  static final long STEP = 4L * LANES;

  private Memory() {}

  private static VectorSpecies<Float> species() {
    int bits = Integer.getInteger("vulpes.jvm.vector-bits", FloatVector.SPECIES_PREFERRED.vectorBitSize());
    return VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(128, Math.min(512, bits))));
  }

  static FloatVector load(long address) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER);
  }

  static void store(FloatVector v, long address) {
    v.intoMemorySegment(ALL, address, ORDER);
  }

  /** The first n lanes, none when n is 0 or less. */
  static VectorMask<Float> first(int n) {
    return SPECIES.indexInRange(0, n);
  }

  /** Lanes outside of the mask are not read and hold 0. */
  static FloatVector load(long address, VectorMask<Float> mask) {
    return FloatVector.fromMemorySegment(SPECIES, ALL, address, ORDER, mask);
  }

  /** Lanes outside of the mask are not written. */
  static void store(FloatVector v, long address, VectorMask<Float> mask) {
    v.intoMemorySegment(ALL, address, ORDER, mask);
  }

  static float get(long address) {
    return ALL.get(FLOAT, address);
  }

  static void set(long address, float value) {
    ALL.set(FLOAT, address, value);
  }

  static double getDouble(long address) {
    return ALL.get(DOUBLE, address);
  }

  static void setDouble(long address, double value) {
    ALL.set(DOUBLE, address, value);
  }

  static int getInt(long address) {
    return ALL.get(INT, address);
  }

  static FloatVector broadcast(float value) {
    return FloatVector.broadcast(SPECIES, value);
  }

  static void zero(long address, long bytes) {
    ALL.asSlice(address, bytes).fill((byte) 0);
  }
}
