package org.vulpes.objective.reinforce;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;

/** Arrays as text, bit for bit, for snapshots. */
final class Packed {
  private Packed() {}

  static String of(int[] values) {
    var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asIntBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static String of(float[] values) {
    var bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  static int[] ints(Object text) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode((String) text)).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
    var out = new int[bytes.remaining()];
    bytes.get(out);
    return out;
  }

  static float[] floats(Object text) {
    var bytes = ByteBuffer.wrap(Base64.getDecoder().decode((String) text)).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    var out = new float[bytes.remaining()];
    bytes.get(out);
    return out;
  }
}
