package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** A work-group whose items join what each has found by a tree in local memory: the order depends on the size of the group alone. */
abstract class RowGroup extends Kernel {
  @Local float[] shared = new float[256];

  /** The largest of all items, for each of them. */
  float largest(float own) {
    int t = getLocalId();
    shared[t] = own;
    localBarrier();
    for (int reach = getLocalSize() / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] = max(shared[t], shared[t + reach]);
      localBarrier();
    }
    float out = shared[0];
    localBarrier();
    return out;
  }

  /** The sum over all items, for each of them. */
  float sum(float own) {
    int t = getLocalId();
    shared[t] = own;
    localBarrier();
    for (int reach = getLocalSize() / 2; reach > 0; reach = reach / 2) {
      if (t < reach) shared[t] += shared[t + reach];
      localBarrier();
    }
    float out = shared[0];
    localBarrier();
    return out;
  }
}
