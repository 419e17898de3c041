package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.List;

/** Where an argument of a launch lies. */
sealed interface Place permits Place.Block, Place.Bound, Place.Kept {

  /** Memory of the arena. */
  final class Block implements Place {
    final long bytes;
    /** Numbers of the first and the last launch that use it. */
    int first = Integer.MAX_VALUE;
    int last = -1;
    long offset;

    Block(long bytes) {
      this.bytes = bytes;
    }

    void usedBy(int launch) {
      first = Math.min(first, launch);
      last = Math.max(last, launch);
    }
  }

  /** Memory of a binding. @param offset and length in bytes; length 0: all of it */
  record Bound(int binding, long offset, long length) implements Place {}

  /** A copy of a binding in another form, that lasts as long as the binding does not change. @param launches that make it; their places are this one and the binding */
  record Kept(Object key, int binding, long bytes, List<Planned> launches) implements Place {
    static Kept of(Object key, int binding, long bytes) {
      return new Kept(key, binding, bytes, new ArrayList<>());
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Kept k && k.key.equals(key) && k.binding == binding;
    }

    @Override
    public int hashCode() {
      return key.hashCode() * 31 + binding;
    }
  }
}
