package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** Stores keys or values of new tokens in a cache by the entries of a plan (row, slot, place, count); a work-item a column of an entry. block: places side by side, 1 for values. */
public final class CacheWrite extends Kernel {
  float[] cache;
  float[] x;
  int[] plan;
  int time;
  int width;
  int capacity;
  int block;
  int n;

  @Override
  public void run() {
    int i = getGlobalId();
    if (i < n) {
      int e = i / width * 4, c = i % width;
      int row = plan[e], slot = plan[e + 1], place = plan[e + 2], count = plan[e + 3];
      for (int t = 0; t < count; t++) {
        int at = (place + t) % capacity;
        cache[((slot * (capacity / block) + at / block) * width + c) * block + at % block] = x[(row * time + t) * width + c];
      }
    }
  }
}
