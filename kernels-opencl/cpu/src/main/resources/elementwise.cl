// Operations that treat every element alike, in whatever order their operands lie. A piece: `piece` elements, a multiple of 16. One pass over memory each.

#define EACH_16 \
  size_t start = (size_t)get_global_id(0) * piece, end = min(start + (size_t)piece, (size_t)n); \
  for (size_t i = start; i < end; i += 16)

// The last vector of an operand may be short.
#define GET(p) (i + 16 <= end ? vload16(0, (p) + i) : load_tail((p) + i, end - i))
#define PUT(p, v) { float16 value = (v); if (i + 16 <= end) vstore16(value, 0, (p) + i); else store_tail((p) + i, value, end - i); }

#define ELEMENTWISE_1(NAME, FORMULA) PIECE NAME(__global float* y, __global const float* a, long n, int piece) { EACH_16 { float16 x = GET(a); PUT(y, FORMULA) } }
#define ELEMENTWISE_2(NAME, FORMULA) \
PIECE NAME(__global float* y, __global const float* a, __global const float* b, long n, int piece) { EACH_16 { float16 x = GET(a), z = GET(b); PUT(y, FORMULA) } }

ELEMENTWISE_2(add, x + z)
ELEMENTWISE_2(add_accumulate, GET(y) + (x + z))
ELEMENTWISE_2(multiply, x * z)
ELEMENTWISE_2(multiply_accumulate, fma(x, z, GET(y)))

PIECE scale(__global float* y, __global const float* a, float factor, long n, int piece, int accumulate) {
  EACH_16 { float16 x = factor * GET(a); if (accumulate) x += GET(y); PUT(y, x) }
}

PIECE scale_by(__global float* y, __global const float* a, __global const float* s, long n, int piece, int accumulate) {
  float factor = s[0];
  EACH_16 { float16 x = factor * GET(a); if (accumulate) x += GET(y); PUT(y, x) }
}

// Dot product: the sums of pieces of fixed length in double, then their sum in order.
PIECE dot_pieces(__global double* partial, __global const float* a, __global const float* b, long n, int piece) {
  double total = 0;
  EACH_16 total += (double)sum_16(GET(a) * GET(b));
  partial[get_global_id(0)] = total;
}

PIECE sum_of_pieces(__global float* y, __global const double* partial, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) total += partial[i];
  y[0] = (float)total;
}
