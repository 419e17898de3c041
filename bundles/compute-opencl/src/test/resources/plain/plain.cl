static int panel(int row, int column, int rows) { return (column / PANEL * rows + row) * PANEL + column % PANEL; }
__kernel void to_panels(__global float* to, __global const float* from, int rows, int columns) {
  int c = get_global_id(0), r = get_global_id(1);
  if (c < columns && r < rows) to[panel(r, c, rows)] = from[r * columns + c];
}
__kernel void from_panels(__global float* to, __global const float* from, int rows, int columns) {
  int c = get_global_id(0), r = get_global_id(1);
  if (c < columns && r < rows) to[r * columns + c] = from[panel(r, c, rows)];
}
__kernel void pack(__global float* to, __global const float* b, int transposed, int k, int n) {
  int c = get_global_id(0), r = get_global_id(1);
  if (c < n && r < k) to[r * n + c] = transposed ? b[c * k + r] : b[r * n + c];
}
__kernel void product(__global float* c, __global const float* a, __global const float* b, int transposed, int m, int n, int k) {
  int j = get_global_id(0), i = get_global_id(1);
  if (j >= n || i >= m) return;
  float sum = 0;
  for (int x = 0; x < k; x++) sum = fma(transposed ? a[x * m + i] : a[i * k + x], b[x * n + j], sum);
  c[i * n + j] = sum;
}
__kernel void store(__global float* c, __global const float* t, int from, int to, int accumulate) {
  int i = from + get_global_id(0);
  if (i < to) c[i] = accumulate ? c[i] + t[i] : t[i];
}
__kernel void product_and_sum(__global float* y, __global const float* r, __global const float* x, __global const float* w, int m, int n, int k) {
  int j = get_global_id(0), i = get_global_id(1);
  if (j >= n || i >= m) return;
  float sum = 0;
  for (int p = 0; p < k; p++) sum = fma(x[i * k + p], w[p * n + j], sum);
  y[panel(i, j, m)] = r[panel(i, j, m)] + sum;
}
__kernel void add(__global float* y, __global const float* a, __global const float* b, int n, int accumulate) {
  int i = get_global_id(0);
  if (i < n) y[i] = (accumulate ? y[i] : 0) + a[i] + b[i];
}
__kernel void place(__global float* y, __global const float* x, int total, int columns, int start, int rows) {
  int c = get_global_id(0), r = get_global_id(1);
  if (c < columns && r < rows) y[r * total + start + c] = x[r * columns + c];
}
