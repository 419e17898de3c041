// RMSNorm: a work-group a row. STORED says how y lies: 0 in fp32, 2 in bf16. Sums over rows (gradients of weights and biases): a work-group takes 64 rows of 64 columns and leaves a partial sum; a second kernel adds the
// partial sums of a column in order.
#if STORED == 2
typedef ushort stored_t;
#define TO(x) to_bf16(x)
#else
typedef float stored_t;
#define TO(x) (x)
#endif

__kernel void rms_norm(__global stored_t* y, __global float* inverse, __global const float* x, __global const float* weight, int width, float epsilon, int offset, __local float* shared) {
  const long row = get_group_id(0);
  const int t = get_local_id(0), size = get_local_size(0);
  float squares = 0.0f;
  for (int j = t; j < width; j += size) squares = fma(x[row * width + j], x[row * width + j], squares);
  const float inv = 1.0f / sqrt(group_sum(squares, shared) / width + epsilon);
  for (int j = t; j < width; j += size) y[row * width + j] = TO(x[row * width + j] * inv * (offset ? 1.0f + weight[j] : weight[j]));
  if (t == 0) inverse[row] = inv;
}

__kernel void rms_norm_gradient(__global float* dx, __global const float* x, __global const float* weight, __global const float* inverse, __global const float* dy, int width, int offset,
    __local float* shared) {
  const long row = get_group_id(0);
  const int t = get_local_id(0), size = get_local_size(0);
  const float inv = inverse[row];
  float own = 0.0f;
  for (int j = t; j < width; j += size) own = fma(dy[row * width + j] * (offset ? 1.0f + weight[j] : weight[j]), x[row * width + j] * inv, own);
  const float mean = group_sum(own, shared) / width;
  for (int j = t; j < width; j += size) {
    const float g = dy[row * width + j] * (offset ? 1.0f + weight[j] : weight[j]);
    dx[row * width + j] = inv * (g - x[row * width + j] * inv * mean);
  }
}

#define ROWS 64

/* parts[block, j] = sum over 64 rows of dy · x · inverse. */
__kernel void weight_parts(__global float* parts, __global const float* x, __global const float* inverse, __global const float* dy, int rows, int width) {
  const int j = get_global_id(0), block = get_global_id(1);
  if (j >= width) return;
  float sum = 0.0f;
  for (int r = block * ROWS; r < min(rows, (block + 1) * ROWS); r++) sum = fma(dy[(long)r * width + j] * inverse[r], x[(long)r * width + j], sum);
  parts[(long)block * width + j] = sum;
}

/* parts[block, j] = sum over 64 rows of x. */
__kernel void row_parts(__global float* parts, __global const float* x, int rows, int width) {
  const int j = get_global_id(0), block = get_global_id(1);
  if (j >= width) return;
  float sum = 0.0f;
  for (int r = block * ROWS; r < min(rows, (block + 1) * ROWS); r++) sum += x[(long)r * width + j];
  parts[(long)block * width + j] = sum;
}

__kernel void add_parts(__global float* y, __global const float* parts, int blocks, int width, int accumulate) {
  const int j = get_global_id(0);
  if (j >= width) return;
  float sum = 0.0f;
  for (int b = 0; b < blocks; b++) sum += parts[(long)b * width + j];
  y[j] = accumulate ? y[j] + sum : sum;
}
