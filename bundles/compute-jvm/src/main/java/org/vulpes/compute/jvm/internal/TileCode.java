package org.vulpes.compute.jvm.internal;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.CD_float;
import static java.lang.constant.ConstantDescs.CD_int;
import static java.lang.constant.ConstantDescs.CD_long;
import static java.lang.constant.ConstantDescs.CD_void;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.TypeKind;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Writes the bytecode of {@link Tile}s, one method with everything unrolled for each number of rows: what a person would write out by hand a dozen
 * times. Vector methods are called directly, never through methods of ours, so that no inlining limit of the compiler can leave vectors boxed.
 */
final class TileCode {
  private static final ClassDesc VECTOR = FloatVector.class.describeConstable().orElseThrow();
  private static final ClassDesc SPECIES = VectorSpecies.class.describeConstable().orElseThrow();
  private static final ClassDesc SEGMENT = MemorySegment.class.describeConstable().orElseThrow();
  private static final ClassDesc ORDER = ByteOrder.class.describeConstable().orElseThrow();
  private static final ClassDesc LAYOUT = ValueLayout.OfFloat.class.describeConstable().orElseThrow();
  private static final ClassDesc ANY_VECTOR = Vector.class.describeConstable().orElseThrow();
  private static final ClassDesc MEMORY = Memory.class.describeConstable().orElseThrow();
  private static final MethodTypeDesc RUN =
      MethodTypeDesc.of(CD_void, CD_int, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long, CD_long);
  private static final MethodTypeDesc RUN_AND_COPY = RUN.insertParameterTypes(8, CD_long);
  private static final int DEPTH = 1;
  private static final int A = 2;
  private static final int STRIDE = 4;
  private static final int B = 6;
  private static final int C = 8;
  private static final int C_ROW = 10;
  private static final int R = 12;
  private static final int R_ROW = 14;
  private static final int COPY = 16;

  private final int rows;
  private final int vectors;
  private final boolean columns;
  private final long stride;
  /** Bytes from k to k of the copy that is made of A on the way; 0: none is made. */
  private final long copyRow;
  private final CodeBuilder code;

  private TileCode(int rows, int vectors, boolean columns, long stride, long copyRow, CodeBuilder code) {
    this.rows = rows;
    this.vectors = vectors;
    this.columns = columns;
    this.stride = stride;
    this.copyRow = copyRow;
    this.code = code;
  }

  /**
   * @param columns A's rows lie side by side (i is the inner index) instead of its k
   * @param stride of A in bytes where it is known and k runs along rows: the rows of A are then offsets from one pointer, not a pointer each, for which
   *     there are too few registers (8 x 2 at k 128: 132 → 180 GFLOP/s); 0: as the caller says, its argument is ignored otherwise
   */
  static Tile make(int rows, int vectors, boolean columns, long stride) {
    String name = "Tile" + rows + "x" + vectors + (columns ? "Columns" : "Rows") + (stride == 0 ? "" : "" + stride);
    return (Tile) define(name, Tile.class, RUN, code -> new TileCode(rows, vectors, columns, stride, 0, code).run());
  }

  /** A tile of rows that lie side by side, as many as a register holds or fewer, which copies the register that begins with them on the way, {@code copyRow} bytes from k to k. */
  static CopyingTile copying(int rows, int vectors, long copyRow) {
    return (CopyingTile) define("CopyingTile" + rows + "x" + vectors, CopyingTile.class, RUN_AND_COPY, code -> new TileCode(rows, vectors, true, 0, copyRow, code).run());
  }

  private static Object define(String name, Class<?> kind, MethodTypeDesc run, Consumer<CodeBuilder> body) {
    byte[] bytes = ClassFile.of().build(ClassDesc.of(TileCode.class.getPackageName(), name), c -> c
        .withFlags(ClassFile.ACC_FINAL | ClassFile.ACC_SYNTHETIC)
        .withInterfaceSymbols(kind.describeConstable().orElseThrow())
        .withMethodBody(INIT_NAME, MTD_void, 0, b -> b.aload(0).invokespecial(CD_Object, INIT_NAME, MTD_void).return_())
        .withMethodBody("run", run, ClassFile.ACC_PUBLIC, body));
    try {
      var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
      return lookup.findConstructor(lookup.lookupClass(), java.lang.invoke.MethodType.methodType(void.class)).invoke();
    } catch (Throwable e) {
      throw new LinkageError("The tile " + name + " cannot be defined.", e);
    }
  }

  private void run() {
    if (copyRow != 0) bound(COPY);
    bound(A);
    bound(B);
    bound(C);
    bound(R);
    int[][] sum = new int[rows][vectors];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        load(R, j * Memory.STEP);
        sum[i][j] = store(TypeKind.REFERENCE);
      }
      if (i < rows - 1) advance(R, R_ROW);
    }
    int[] a = new int[rows];
    if (!columns && stride == 0) {
      for (int i = 0; i < rows; i++) {
        code.lload(A);
        a[i] = store(TypeKind.LONG);
        if (i < rows - 1) advance(A, STRIDE);
      }
    }
    multiply(sum, a);
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < vectors; j++) {
        code.aload(sum[i][j]);
        constant("ALL", SEGMENT);
        address(C, j * Memory.STEP);
        constant("ORDER", ORDER);
        code.invokevirtual(VECTOR, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
      }
      if (i < rows - 1) advance(C, C_ROW);
    }
    code.return_();
  }

  /** for (k = 0; k < depth; k++) for all i, j: sum[i][j] = fma(A[i, k], B[k, j], sum[i][j]) */
  private void multiply(int[][] sum, int[] a) {
    int k = code.allocateLocal(TypeKind.INT);
    int panel = code.allocateLocal(TypeKind.LONG);
    int factor = code.allocateLocal(TypeKind.REFERENCE);
    int[] b = new int[vectors];
    for (int j = 0; j < vectors; j++) b[j] = code.allocateLocal(TypeKind.REFERENCE);
    var test = code.newLabel();
    var body = code.newLabel();
    code.iconst_0().istore(k).goto_(test).labelBinding(body);
    code.lload(B).iload(k).i2l().loadConstant(vectors * Memory.STEP).lmul().ladd().lstore(panel);
    int left = columns ? A : code.allocateLocal(TypeKind.LONG);
    if (!columns && stride != 0) code.lload(A).iload(k).i2l().loadConstant(4L).lmul().ladd().lstore(left);
    for (int j = 0; j < vectors; j++) {
      load(panel, j * Memory.STEP);
      code.astore(b[j]);
    }
    if (copyRow != 0) {
      load(A, 0);
      constant("ALL", SEGMENT);
      code.lload(COPY).iload(k).i2l().loadConstant(copyRow).lmul().ladd();
      constant("ORDER", ORDER);
      code.invokevirtual(VECTOR, "intoMemorySegment", MethodTypeDesc.of(CD_void, SEGMENT, CD_long, ORDER));
    }
    for (int i = 0; i < rows; i++) {
      constant("SPECIES", SPECIES);
      constant("ALL", SEGMENT);
      constant("FLOAT", LAYOUT);
      if (columns) address(A, 4L * i);
      else if (stride != 0) address(left, i * stride);
      else code.lload(a[i]).iload(k).i2l().loadConstant(4L).lmul().ladd();
      code.invokeinterface(SEGMENT, "get", MethodTypeDesc.of(CD_float, LAYOUT, CD_long));
      code.invokestatic(VECTOR, "broadcast", MethodTypeDesc.of(VECTOR, SPECIES, CD_float)).astore(factor);
      for (int j = 0; j < vectors; j++) {
        code.aload(factor).aload(b[j]).aload(sum[i][j]);
        code.invokevirtual(VECTOR, "fma", MethodTypeDesc.of(VECTOR, ANY_VECTOR, ANY_VECTOR)).astore(sum[i][j]);
      }
    }
    if (columns) advance(A, STRIDE);
    code.iinc(k, 1).labelBinding(test).iload(k).iload(DEPTH).if_icmplt(body);
  }

  private int store(TypeKind kind) {
    int slot = code.allocateLocal(kind);
    code.storeLocal(kind, slot);
    return slot;
  }

  private void advance(int pointer, int by) {
    code.lload(pointer).lload(by).ladd().lstore(pointer);
    bound(pointer);
  }

  /** Tells the compiler that a pointer lies in the lower half of ALL: it then folds the checks of whatever is read near it, at no cost in the loop. */
  private void bound(int pointer) {
    code.lload(pointer).loadConstant(Long.MAX_VALUE >> 1).land().lstore(pointer);
  }

  private void address(int pointer, long offset) {
    code.lload(pointer);
    if (offset != 0) code.loadConstant(offset).ladd();
  }

  private void load(int pointer, long offset) {
    constant("SPECIES", SPECIES);
    constant("ALL", SEGMENT);
    address(pointer, offset);
    constant("ORDER", ORDER);
    code.invokestatic(VECTOR, "fromMemorySegment", MethodTypeDesc.of(VECTOR, SPECIES, SEGMENT, CD_long, ORDER));
  }

  private void constant(String field, ClassDesc type) {
    code.getstatic(MEMORY, field, type);
  }
}
