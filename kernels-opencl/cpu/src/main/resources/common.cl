// Begins every program of this bundle. Design rule: a work-group is one work-item. PoCL runs each group on one thread, so a work-item takes a whole piece of the work and
// computes in float16; nothing is shared, and no sum crosses pieces whose cut depends on the number of threads.
//
// Matrices lie in rows ([row][column]) or in panels ([column / 32][row][32]). Both are a stride between panels of 32 columns and a stride between rows, so that most
// kernels take two strides and serve both: rows have panel stride 32 and row stride columns, panels have panel stride 32 · rows and row stride 32.
#define PIECE __attribute__((reqd_work_group_size(1, 1, 1))) __kernel void

// Panels are aligned to 64 bytes; rows of any width are not.
#define LOAD(p) (*(__global const float16*)(p))
#define STORE(p, v) (*(__global float16*)(p)) = (v)

// Into the second-level cache. The detour by uintptr_t drops the address space, which the builtin refuses.
#define PREFETCH(p) __builtin_prefetch((const void*)(uintptr_t)(p), 0, 2);

#define LOG2E 1.44269504f
#define LN2 0.693147181f
#define LOWEST -1e30f

// Repeats a statement for the rows of a tile.
#define ROWS1(X) X(0)
#define ROWS4(X) X(0) X(1) X(2) X(3)
#define ROWS8(X) ROWS4(X) X(4) X(5) X(6) X(7)
#define ROWS12(X) ROWS8(X) X(8) X(9) X(10) X(11)

// 2^x to 2e-7, twice as fast as the library's. x is split by the rounding of a large addend, which -cl-fast-relaxed-math would fold away; here the whole part is taken
// from the bits, so that no option can change it. Above 127 the result is not infinity but wrong: callers subtract a maximum. NaN stays NaN, which fmax would hide.
inline float16 exp2_16(float16 x) {
  x = select(x, (float16)(-126.f), x < -126.f);
  int16 n = as_int16(x + 12582912.f) - 0x4B400000;
  float16 f = x - convert_float16(n);
  float16 p = fma(f, (float16)1.5403530e-4f, (float16)1.3333558e-3f);
  p = fma(p, f, (float16)9.6181291e-3f);
  p = fma(p, f, (float16)5.5504109e-2f);
  p = fma(p, f, (float16)2.4022651e-1f);
  p = fma(p, f, (float16)6.9314718e-1f);
  p = fma(p, f, (float16)1.f);
  return as_float16(as_int16(p) + (n << 23));
}

// 1 / (1 + exp(-x)); exact limits for large |x|.
inline float16 sigmoid_16(float16 x) {
  float16 y = -x * LOG2E;
  return 1.f / (1.f + exp2_16(select(y, (float16)(126.f), y > 126.f)));
}

// Lanes are added up by a written-out tree: always the same order.
inline float sum_16(float16 v) {
  float8 a = v.lo + v.hi;
  float4 b = a.lo + a.hi;
  float2 c = b.lo + b.hi;
  return c.x + c.y;
}

// The first n < 16 elements, zero behind them.
inline float16 load_tail(__global const float* p, int n) {
  float v[16];
  for (int i = 0; i < 16; i++) v[i] = i < n ? p[i] : 0.f;
  return vload16(0, v);
}

inline void store_tail(__global float* p, float16 x, int n) {
  float v[16];
  vstore16(x, 0, v);
  for (int i = 0; i < n; i++) p[i] = v[i];
}
