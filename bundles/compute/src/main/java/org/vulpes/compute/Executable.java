package org.vulpes.compute;

/** A program tied to memory. Running it allocates nothing. The arena is shared with the device's other executables: only bindings keep their values between runs. */
public interface Executable extends AutoCloseable {

  /** Runs every call; results are readable when it returns. */
  void run();

  /** Frees what the program alone needs; bindings stay with their owner. */
  @Override
  void close();
}
