package org.vulpes.compute.jvm.internal;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;
import static org.vulpes.compute.jvm.internal.Memory.LANES;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposes a square of LANES × LANES floats in registers: log2(LANES) rounds of exchanging blocks of 1, 2, 4, … between two rows (Eklundh 1972).
 * Unrolled as bytecode, see {@link TileCode}; four times as fast as element by element.
 */
interface Transposition {
  Transposition CODE = make();

  /** to[k, c] = from[c, k], strides in bytes. */
  void run(long from, long fromRow, long to, long toRow);

  /** Lane l of the exchanged rows: from the upper row (0 …) or the lower (LANES …). */
  FloatVector[] UPPER = exchange(0);
  FloatVector[] LOWER = exchange(1);

  private static FloatVector[] exchange(int lower) {
    var indices = new FloatVector[5];
    for (int s = 0; 1 << s < LANES; s++) {
      int d = 1 << s;
      var lanes = new float[LANES];
      for (int l = 0; l < LANES; l++) lanes[l] = (l & d) == 0 ? l + lower * d : l - (1 - lower) * d + LANES;
      indices[s] = FloatVector.fromArray(Memory.SPECIES, lanes, 0);
    }
    return indices;
  }

  private static Transposition make() {
    ClassDesc name = ClassDesc.of(Transposition.class.getPackageName(), "Transposition" + LANES);
    byte[] bytes = ClassFile.of().build(name, c -> c
        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
        .withInterfaceSymbols(Transposition.class.describeConstable().orElseThrow())
        .withMethodBody(INIT_NAME, MTD_void, 0, b -> b.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
        .withMethodBody("run", MethodTypeDesc.of(CD_void, CD_long, CD_long, CD_long, CD_long), ClassFile.ACC_PUBLIC, Transposition::code));
    try {
      var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return (Transposition) lookup.findConstructor(lookup.lookupClass(), MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new LinkageError("The transposition of " + LANES + " lanes cannot be defined.", e);
    }
  }

  private static void code(CodeBuilder code) {
    ClassDesc vector = FloatVector.class.describeConstable().orElseThrow();
    ClassDesc species = VectorSpecies.class.describeConstable().orElseThrow();
    ClassDesc segment = MemorySegment.class.describeConstable().orElseThrow();
    ClassDesc order = ByteOrder.class.describeConstable().orElseThrow();
    ClassDesc any = Vector.class.describeConstable().orElseThrow();
    ClassDesc memory = Memory.class.describeConstable().orElseThrow();
    ClassDesc self = Transposition.class.describeConstable().orElseThrow();
    int[] row = new int[LANES];
    for (int i = 0; i < LANES; i++) {
      code.getstatic(memory, "SPECIES", species).getstatic(memory, "ALL", segment).lload(1).getstatic(memory, "ORDER", order);
      code.invokestatic(vector, "fromMemorySegment", MethodTypeDesc.of(vector, species, segment, CD_long, order));
      row[i] = code.allocateLocal(TypeKind.REFERENCE);
      code.astore(row[i]).lload(1).lload(3).ladd().lstore(1);
    }
    int upper = code.allocateLocal(TypeKind.REFERENCE);
    int lower = code.allocateLocal(TypeKind.REFERENCE);
    int old = code.allocateLocal(TypeKind.REFERENCE);
    var select = MethodTypeDesc.of(vector, any, any);
    for (int s = 0; 1 << s < LANES; s++) {
      int d = 1 << s;
      code.getstatic(self, "UPPER", vector.arrayType()).loadConstant(s).aaload().astore(upper);
      code.getstatic(self, "LOWER", vector.arrayType()).loadConstant(s).aaload().astore(lower);
      for (int i = 0; i < LANES; i++) {
        if ((i & d) != 0) continue;
        code.aload(row[i]).astore(old);
        code.aload(upper).aload(old).aload(row[i + d]).invokevirtual(vector, "selectFrom", select).astore(row[i]);
        code.aload(lower).aload(old).aload(row[i + d]).invokevirtual(vector, "selectFrom", select).astore(row[i + d]);
      }
    }
    for (int i = 0; i < LANES; i++) {
      code.aload(row[i]).getstatic(memory, "ALL", segment).lload(5).getstatic(memory, "ORDER", order);
      code.invokevirtual(vector, "intoMemorySegment", MethodTypeDesc.of(CD_void, segment, CD_long, order));
      code.lload(5).lload(7).ladd().lstore(5);
    }
    code.return_();
  }
}
