package org.vulpes.graph.internal;

import org.vulpes.compute.DType;

/** What one result holds, or a binding when the program starts. Written once; several values may lie in one block, one after the other. */
public final class Value {
  final DType type;
  final long length;
  private Block block;

  Value(DType type, long length, int binding) {
    this.type = type;
    this.length = length;
    block = new Block(binding, length * type.bytes());
  }

  Block block() {
    return block = block.root();
  }
}
