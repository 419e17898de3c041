package org.vulpes.compute.opencl.internal;

import java.util.HashMap;
import java.util.Map;

/** Copies of buffers in another form, shared by the executables that use them: made again only when the buffer has changed since. */
final class KeptCopies {
  private record Key(Object form, OpenClBuffer of) {
    @Override
    public boolean equals(Object other) {
      return other instanceof Key k && k.of == of && k.form.equals(form);
    }

    @Override
    public int hashCode() {
      return form.hashCode() * 31 + System.identityHashCode(of);
    }
  }

  static final class Copy {
    private final Key key;
    final long memory;
    private final long bytes;
    private long version = -1;
    private int users;

    private Copy(Key key, long memory, long bytes) {
      this.key = key;
      this.memory = memory;
      this.bytes = bytes;
    }

    boolean stale() {
      return version != key.of.version();
    }

    void made() {
      version = key.of.version();
    }
  }

  private final OpenClDevice device;
  private final Map<Key, Copy> copies = new HashMap<>();

  KeptCopies(OpenClDevice device) {
    this.device = device;
  }

  Copy use(Place.Kept kept, OpenClBuffer of) {
    Copy c = copies.computeIfAbsent(new Key(kept.key(), of), k -> new Copy(k, device.memory(kept.bytes(), "a packed copy of weights"), kept.bytes()));
    c.users++;
    return c;
  }

  void release(Copy c) {
    if (--c.users > 0) return;
    copies.remove(c.key);
    device.free(c.memory, c.bytes);
  }
}
