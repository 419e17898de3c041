package org.vulpes.graph.internal;

import org.vulpes.compute.Operand;

/** Memory of one or more values: a binding of the caller, or a piece of the arena. */
final class Block {
  final long bytes;
  /** Index of the binding, or {@link Operand#ARENA}. */
  private int binding;
  /** In bytes from the start of the arena; -1 until planned. */
  long offset = -1;
  /** Steps that first write and last touch it; set by {@link Plan#measureLives}. */
  int first;
  int last;
  private Block merged;

  Block(int binding, long bytes) {
    this.binding = binding;
    this.bytes = bytes;
  }

  /** From now on this block is the other one. */
  void mergeInto(Block other) {
    root().merged = other.root();
  }

  Block root() {
    Block b = this;
    while (b.merged != null) b = b.merged;
    if (merged != null && merged != b) merged = b;
    return b;
  }

  boolean inArena() {
    return binding == Operand.ARENA;
  }

  int binding() {
    return binding;
  }

  /** Moves an arena block with all its values into a binding. */
  void moveTo(int binding) {
    this.binding = binding;
  }
}
