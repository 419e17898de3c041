package org.vulpes.compute;

/** An amount of a device's memory. @param bytes in all @param largest of them in one piece */
public record Memory(long bytes, long largest) {
  /** Room of a device that does not know its bounds. */
  public static final Memory UNBOUNDED = new Memory(Long.MAX_VALUE, Long.MAX_VALUE);
}
