package org.vulpes.training;

import java.nio.file.Path;
import java.util.Map;
import org.vulpes.compute.Buffer;

/** Buffers to and from a safetensors file, under their names, as flat F32 tensors. */
final class Tensors {
  private Tensors() {}

  static void write(Path file, Map<String, Buffer> buffers) {
    throw new UnsupportedOperationException();
  }

  static void read(Path file, Map<String, Buffer> buffers) {
    throw new UnsupportedOperationException();
  }
}
