// Matrix products over panels. Two kernels, because in panels a left operand is read along its rows (gemm_rows) or along its columns (gemm_columns) without packing, and a
// right operand b [k][n] is [n / 32][k][32] as it lies. A tile of 12 x 32 results is 24 registers of 16 floats; the remaining rows take smaller ones.
// At 12 x 32 there are 24 multiply-adds for 14 loads, so that the arithmetic is the limit as long as the next rows are prefetched.

#define NONE(i) float16 lo##i = 0, hi##i = 0;
#define OLD(i) float16 lo##i = LOAD(out + i * 32), hi##i = LOAD(out + i * 32 + 16);
#define WRITE(i) STORE(out + i * 32, lo##i); STORE(out + i * 32 + 16, hi##i);

#define MULTIPLY_ROWS(i) { float16 x = (float16)(left[i * 32 + d]); lo##i = fma(x, b0, lo##i); hi##i = fma(x, b1, hi##i); }
#define MULTIPLY_COLUMNS(i) { float16 x = (float16)(left[i]); lo##i = fma(x, b0, lo##i); hi##i = fma(x, b1, hi##i); }

// c [m][n] = a [m][k] b: rows of a tile from `row` on, all of k. The rows of the next tile are on their way meanwhile.
#define TILE_ROWS(TILE, BEGIN, END) { \
  __global float* out = c + (size_t)j * 32 * cRows + (size_t)row * 32; \
  __global const float* right = b + (size_t)j * 32 * k; \
  TILE(BEGIN) \
  for (int block = 0; block < k; block += 32) { \
    __global const float* left = a + (size_t)block * aRows + (size_t)row * 32; \
    for (int d = 0; d < 32; d++) { \
      PREFETCH(left + 12 * 32 + d * 16) \
      float16 b0 = LOAD(right), b1 = LOAD(right + 16); \
      TILE(MULTIPLY_ROWS) \
      right += 32; \
    } \
  } \
  TILE(END) }

// A piece: `rows` rows of c and `across` of its panels. aRows and cRows are the rows of the whole matrices, of which a and c may be a part.
#define GEMM_ROWS(NAME, BEGIN, END, MORE) \
PIECE NAME(__global float* restrict c, __global const float* restrict a, __global const float* restrict b, MORE \
    int m, int n, int k, int rows, int across, int aRows, int cRows) { \
  int first = get_global_id(0) * rows, last = min(first + rows, m), start = get_global_id(1) * across, end = min(start + across, n / 32); \
  for (int j = start; j < end; j++) { \
    int row = first; \
    for (; row + 12 <= last; row += 12) TILE_ROWS(ROWS12, BEGIN, END) \
    for (; row + 8 <= last; row += 8) TILE_ROWS(ROWS8, BEGIN, END) \
    for (; row + 4 <= last; row += 4) TILE_ROWS(ROWS4, BEGIN, END) \
    for (; row < last; row++) TILE_ROWS(ROWS1, BEGIN, END) \
  } }

GEMM_ROWS(gemm_rows, NONE, WRITE,)
GEMM_ROWS(gemm_rows_add, OLD, WRITE,)

// The residual stream: c = a b + r, with r like c.
#define RESIDUAL(i) { __global const float* at = r + (out - c) + i * 32; STORE(out + i * 32, lo##i + LOAD(at)); STORE(out + i * 32 + 16, hi##i + LOAD(at + 16)); }
#define ALSO_R __global const float* restrict r,
GEMM_ROWS(gemm_rows_residual, NONE, RESIDUAL, ALSO_R)

// c [m][n] = aT b with a [k][m]: a tile of `TILE` columns of a from `column` on, for the stretch of k from `from` to `to`. The right panel that comes next is on its way.
#define TILE_COLUMNS(TILE) { \
  __global float* out = c + (size_t)j * 32 * cRows + (size_t)(i * 32 + column) * 32; \
  __global const float* left = a + (size_t)i * 32 * k + (size_t)from * 32 + column; \
  __global const float* right = b + (size_t)j * 32 * k + (size_t)from * 32; \
  if (from == 0 && !add) { TILE(NONE) MULTIPLY_STRETCH(TILE) TILE(WRITE) } else { TILE(OLD) MULTIPLY_STRETCH(TILE) TILE(WRITE) } \
  column += TILE_SIZE_##TILE; }
#define TILE_SIZE_ROWS12 12
#define TILE_SIZE_ROWS8 8
#define TILE_SIZE_ROWS4 4
#define TILE_SIZE_ROWS1 1
#define MULTIPLY_STRETCH(TILE) for (int d = from; d < to; d++) { \
    PREFETCH(next) PREFETCH(next + 16) \
    float16 b0 = LOAD(right), b1 = LOAD(right + 16); \
    TILE(MULTIPLY_COLUMNS) \
    left += 32; right += 32; next += 32; }

// A piece: `panels` panels of a (32 rows of c each), `across` panels of b. k in stretches of `depth`, so that the panels of both stay in the cache while they are used again.
// c begins at row cFirst of a matrix of cRows rows; add: 0 overwrites it.
PIECE gemm_columns(__global float* restrict c, __global const float* restrict a, __global const float* restrict b, int m, int n, int k, int panels, int across, int depth,
    int cFirst, int cRows, int add) {
  int first = get_global_id(0) * panels, last = min(first + panels, (m + 31) / 32), start = get_global_id(1) * across, end = min(start + across, n / 32);
  c += (size_t)cFirst * 32;
  for (int from = 0; from < k; from += depth) {
    int to = min(from + depth, k);
    for (int j = start; j < end; j++) {
      // Behind the last panel the first one of the next stretch comes.
      __global const float* following = j + 1 < end ? b + (size_t)(j + 1) * 32 * k + (size_t)from * 32 : b + (size_t)start * 32 * k + (size_t)(to < k ? to : from) * 32;
      for (int i = first; i < last; i++) {
        __global const float* next = following;
        int column = 0, width = min(32, m - i * 32);
        while (column + 12 <= width) TILE_COLUMNS(ROWS12)
        while (column + 8 <= width) TILE_COLUMNS(ROWS8)
        while (column + 4 <= width) TILE_COLUMNS(ROWS4)
        while (column < width) TILE_COLUMNS(ROWS1)
      }
    }
  }
}
