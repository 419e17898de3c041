package org.vulpes.compute;

/** Element types. The {@code reference} device keeps F32 in doubles; BF16 is storage only, arithmetic on it is in F32. */
public enum DType {
  F32(4),
  BF16(2),
  I32(4);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes an element takes in a program's arena and in files. */
  public int bytes() {
    return bytes;
  }
}
