package org.vulpes.compute.opencl.internal;

/** Chooses the parameters that texts leave open. */
interface Tuning {
  /** Leaves every parameter at its default. */
  Tuning STANDARD = task -> task;

  /** The same task with its parameters chosen. */
  Task tuned(Task task);
}
