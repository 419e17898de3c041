package org.vulpes.kernels.opencl.portable;

import com.aparapi.Kernel;

/** C = op(A) op(B), or added to C, by tiles of 16 × 16 in local memory; matrices begin at the given elements. With bf16 their elements are rounded to that first. */
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
  int bf16;
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
      tileA[y * 16 + x] = operand(left);
      tileB[y * 16 + x] = operand(right);
      localBarrier();
      for (int p = 0; p < 16; p++) sum = mad(tileA[y * 16 + p], tileB[p * 16 + x], sum);
      localBarrier();
    }
    if (row < m && column < n) {
      if (accumulate != 0) sum = c[cStart + row * n + column] + sum;
      c[cStart + row * n + column] = sum;
    }
  }

  /** Eight of the 24 bits of a significand, to nearest, by Dekker's split: kernels in Java have no bits of floats. exact.cl forbids the compiler to contract it. */
  private float operand(float x) {
    if (bf16 == 0) return x;
    // Where the product would be infinite a run is lost anyway.
    if (abs(x) > 1e30f) return x;
    float wide = x * 65537f;
    float rest = wide - x;
    return wide - rest;
  }
}
