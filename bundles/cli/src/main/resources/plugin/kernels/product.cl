// C = op(A) op(B), a work-item an element, in increasing order of p: the simplest that is right.
__kernel void product(__global float* c, __global const float* a, __global const float* b, int m, int n, int k, int transpose_a, int transpose_b, int accumulate) {
  const int column = get_global_id(0), row = get_global_id(1);
  if (column >= n || row >= m) return;
  float sum = 0.0f;
  for (int p = 0; p < k; p++) sum = fma(a[transpose_a ? p * m + row : row * k + p], b[transpose_b ? column * k + p : p * n + column], sum);
  const int at = row * n + column;
  c[at] = accumulate ? c[at] + sum : sum;
}
