// Matrix products on tensor cores: operands are bf16, or rounded to it as they go into local memory; products are summed in fp32. LEFT, RIGHT and RESULT say how a, b and c lie: 1 in fp32, 2 in bf16.
// A work-group of four warps
// computes a tile of 64 x 64, each warp 32 x 32 of it by mma.sync m16n8k16, a slice of 32 of k at a time. Needs compute capability 8.0; what the compiler says to probe.cl decides.
// Fragments lie in lanes as the PTX manual says: lane = 4 g + t holds of A rows g and g + 8, pairs of k at 2 t and 2 t + 8; of B column g, the same pairs; of C rows g and g + 8,
// columns 2 t and 2 t + 1.
#define TILE 64
#define WORDS 16
// Four words more than a slice: the 32 lanes of a fragment's read fall into 32 banks.
#define PITCH 20

#ifdef PROVE
// The instructions by their definition, on any device, through local memory: holds the layout of fragments against the manual where there is no tensor core. Slow.
static uint packed(float low, float high) {
  uint l = as_uint(low), h = as_uint(high);
  l = (l + 0x7fffu + ((l >> 16) & 1u)) >> 16;
  h = (h + 0x7fffu + ((h >> 16) & 1u)) & 0xffff0000u;
  return h | l;
}
static float half_of(uint word, int upper) { return as_float(upper ? word & 0xffff0000u : word << 16); }
static void mma(float* c, const uint* a, const uint* b, __local uint* exchange) {
  const int item = get_local_id(0), lane = item % 32, g = lane / 4, t = lane % 4;
  __local uint* warp = exchange + item / 32 * 192;
  for (int i = 0; i < 4; i++) warp[i * 32 + lane] = a[i];
  for (int i = 0; i < 2; i++) warp[128 + i * 32 + lane] = b[i];
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int i = 0; i < 4; i++) {
    const int row = g + (i >= 2 ? 8 : 0), column = 2 * t + i % 2;
    for (int k = 0; k < 16; k++) {
      const uint left = warp[(k / 8 * 2 + row / 8) * 32 + row % 8 * 4 + k % 8 / 2], right = warp[128 + k / 8 * 32 + column * 4 + k % 8 / 2];
      c[i] = fma(half_of(left, k % 2), half_of(right, k % 2), c[i]);
    }
  }
  barrier(CLK_LOCAL_MEM_FENCE);
}
#define EXCHANGE __local uint exchange[4 * 192];
#else
static uint packed(float low, float high) {
  uint word;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(high), "f"(low));
  return word;
}
static void mma(float* c, const uint* a, const uint* b, const void* exchange) {
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(c[0]), "+f"(c[1]), "+f"(c[2]), "+f"(c[3]) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]));
}
#define EXCHANGE const void* exchange = 0;
#endif

#if LEFT == 2
typedef ushort left_t;
#define LEFT_WORD(low, high) ((uint)(low) | (uint)(high) << 16)
#else
typedef float left_t;
#define LEFT_WORD(low, high) packed(low, high)
#endif
#if RIGHT == 2
typedef ushort right_t;
#define RIGHT_WORD(low, high) ((uint)(low) | (uint)(high) << 16)
#else
typedef float right_t;
#define RIGHT_WORD(low, high) packed(low, high)
#endif
#if RESULT == 2
typedef ushort result_t;
#else
typedef float result_t;
#endif

static left_t left_at(__global const left_t* a, long start, int row, int p, int m, int k, int transposed) {
  return row < m && p < k ? a[start + (transposed ? (long)p * m + row : (long)row * k + p)] : (left_t)0;
}

static right_t right_at(__global const right_t* b, long start, int p, int column, int n, int k, int transposed) {
  return column < n && p < k ? b[start + (transposed ? (long)column * k + p : (long)p * n + column)] : (right_t)0;
}

__attribute__((reqd_work_group_size(128, 1, 1)))
__kernel void gemm(__global result_t* c, __global const left_t* a, __global const right_t* b, int m, int n, int k, int transpose_a, int transpose_b, int accumulate,
    long c_start, long a_start, long b_start) {
  __local uint left[TILE * PITCH], right[TILE * PITCH];
  EXCHANGE
  const int item = get_local_id(0), lane = item % 32, g = lane / 4, t = lane % 4, warp = item / 32;
  const int row0 = get_group_id(1) * TILE, column0 = get_group_id(0) * TILE, own_row = warp / 2 * 32, own_column = warp % 2 * 32;
  float sum[2][4][4];
  for (int i = 0; i < 2; i++) for (int j = 0; j < 4; j++) for (int u = 0; u < 4; u++) sum[i][j][u] = 0.0f;
  for (int start = 0; start < k; start += 2 * WORDS) {
    for (int u = item; u < TILE * WORDS; u += 128) {
      // Neighbours read what lies side by side in memory.
      const int wa = transpose_a ? u / TILE : u % WORDS, ra = transpose_a ? u % TILE : u / WORDS, pa = start + 2 * wa;
      left[ra * PITCH + wa] = LEFT_WORD(left_at(a, a_start, row0 + ra, pa, m, k, transpose_a), left_at(a, a_start, row0 + ra, pa + 1, m, k, transpose_a));
      const int wb = transpose_b ? u % WORDS : u / TILE, cb = transpose_b ? u / WORDS : u % TILE, pb = start + 2 * wb;
      right[cb * PITCH + wb] = RIGHT_WORD(right_at(b, b_start, pb, column0 + cb, n, k, transpose_b), right_at(b, b_start, pb + 1, column0 + cb, n, k, transpose_b));
    }
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int w = 0; w < WORDS; w += 8) {
      uint fa[2][4], fb[4][2];
      for (int i = 0; i < 2; i++) {
        __local const uint* at = left + (own_row + 16 * i + g) * PITCH + w + t;
        fa[i][0] = at[0];
        fa[i][1] = at[8 * PITCH];
        fa[i][2] = at[4];
        fa[i][3] = at[8 * PITCH + 4];
      }
      for (int j = 0; j < 4; j++) {
        __local const uint* at = right + (own_column + 8 * j + g) * PITCH + w + t;
        fb[j][0] = at[0];
        fb[j][1] = at[4];
      }
      for (int i = 0; i < 2; i++) for (int j = 0; j < 4; j++) mma(sum[i][j], fa[i], fb[j], exchange);
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 4; j++) {
      for (int u = 0; u < 4; u++) {
        const int row = row0 + own_row + 16 * i + g + (u >= 2 ? 8 : 0), column = column0 + own_column + 8 * j + 2 * t + u % 2;
        if (row >= m || column >= n) continue;
        const long at = c_start + (long)row * n + column;
#if RESULT == 2
        c[at] = to_bf16(sum[i][j][u]);
#else
        c[at] = accumulate ? c[at] + sum[i][j][u] : sum[i][j][u];
#endif
      }
    }
  }
}
