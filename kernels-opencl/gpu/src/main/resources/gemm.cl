// Matrix products for GPUs with sums in fp32: a work-group of 16 x 16 items computes a tile of 64 x 64, each item 4 x 4 of it in registers. Slices of 16 columns of op(A) and 16 rows of
// op(B) lie in local memory, A transposed, so that an item reads four neighbours of each. Every element is one sum in the order of k: the bits depend on nothing else.
// Sizes are arbitrary: what lies outside is read as zero and not written. Matrices begin at the given elements.
// LEFT, RIGHT and RESULT say how a, b and c lie: 0 in fp32, 1 in fp32 to be rounded to bf16 as it is read, 2 in bf16.
#define TILE 64
#define SLICE 16
#define PAD 1
#if LEFT == 2
typedef ushort left_t;
#define LEFT_OF(x) from_bf16(x)
#else
typedef float left_t;
#define LEFT_OF(x) (LEFT ? from_bf16(to_bf16(x)) : (x))
#endif
#if RIGHT == 2
typedef ushort right_t;
#define RIGHT_OF(x) from_bf16(x)
#else
typedef float right_t;
#define RIGHT_OF(x) (RIGHT ? from_bf16(to_bf16(x)) : (x))
#endif
#if RESULT == 2
typedef ushort result_t;
#else
typedef float result_t;
#endif

static float left_at(__global const left_t* a, long start, int row, int p, int m, int k, int transposed) {
  return row < m && p < k ? LEFT_OF(a[start + (transposed ? (long)p * m + row : (long)row * k + p)]) : 0.0f;
}

static float right_at(__global const right_t* b, long start, int p, int column, int n, int k, int transposed) {
  return column < n && p < k ? RIGHT_OF(b[start + (transposed ? (long)column * k + p : (long)p * n + column)]) : 0.0f;
}

__attribute__((reqd_work_group_size(16, 16, 1)))
__kernel void gemm(__global result_t* c, __global const left_t* a, __global const right_t* b, int m, int n, int k, int transpose_a, int transpose_b, int accumulate,
    long c_start, long a_start, long b_start) {
  __local float left[SLICE][TILE + PAD], right[SLICE][TILE + PAD];
  const int x = get_local_id(0), y = get_local_id(1), item = y * 16 + x;
  const int row0 = get_group_id(1) * TILE, column0 = get_group_id(0) * TILE;
  float sum[4][4];
  for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) sum[i][j] = 0.0f;
  for (int start = 0; start < k; start += SLICE) {
    // Neighbouring items read neighbouring elements of a row as it is stored, whichever way round.
    for (int u = item; u < SLICE * TILE; u += 256) {
      const int pa = transpose_a ? u / TILE : u % SLICE, ra = transpose_a ? u % TILE : u / SLICE;
      left[pa][ra] = left_at(a, a_start, row0 + ra, start + pa, m, k, transpose_a);
      const int pb = transpose_b ? u % SLICE : u / TILE, cb = transpose_b ? u / SLICE : u % TILE;
      right[pb][cb] = right_at(b, b_start, start + pb, column0 + cb, n, k, transpose_b);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int p = 0; p < SLICE; p++) {
      float l[4], r[4];
      for (int i = 0; i < 4; i++) l[i] = left[p][y + 16 * i];
      for (int j = 0; j < 4; j++) r[j] = right[p][x + 16 * j];
      for (int i = 0; i < 4; i++) for (int j = 0; j < 4; j++) sum[i][j] = fma(l[i], r[j], sum[i][j]);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int i = 0; i < 4; i++) {
    for (int j = 0; j < 4; j++) {
      const int row = row0 + y + 16 * i, column = column0 + x + 16 * j;
      if (row >= m || column >= n) continue;
      const long at = c_start + (long)row * n + column;
#if RESULT == 2
      c[at] = to_bf16(sum[i][j]);
#else
      c[at] = accumulate ? c[at] + sum[i][j] : sum[i][j];
#endif
    }
  }
}
