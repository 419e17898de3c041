package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** C = op(A) op(B), or added to C, by tiles of 16 × 16 in local memory; matrices begin at the given elements. */
public final class Gemm extends Kernel {
  float[] c;
  float[] a;
  float[] b;
  int m;
  int n;
  int k;
  int transposeA;
  int transposeB;
  int accumulate;
  int cStart;
  int aStart;
  int bStart;
  @Local float[] tileA = new float[256];
  @Local float[] tileB = new float[256];

  @Override
  public void run() {
    int x = getLocalId(0), y = getLocalId(1);
    int column = getGroupId(0) * 16 + x, row = getGroupId(1) * 16 + y;
    float sum = 0f;
    for (int start = 0; start < k; start += 16) {
      float left = 0f, right = 0f;
      if (row < m && start + x < k) {
        if (transposeA != 0) left = a[aStart + (start + x) * m + row];
        else left = a[aStart + row * k + start + x];
      }
      if (column < n && start + y < k) {
        if (transposeB != 0) right = b[bStart + column * k + start + y];
        else right = b[bStart + (start + y) * n + column];
      }
      tileA[y * 16 + x] = left;
      tileB[y * 16 + x] = right;
      localBarrier();
      for (int p = 0; p < 16; p++) sum += tileA[y * 16 + p] * tileB[p * 16 + x];
      localBarrier();
    }
    if (row < m && column < n) {
      if (accumulate != 0) sum = c[cStart + row * n + column] + sum;
      c[cStart + row * n + column] = sum;
    }
  }
}
