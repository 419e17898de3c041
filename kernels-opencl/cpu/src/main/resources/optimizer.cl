// Updates of parameters, and the norm that clips their gradients, in whatever order the elements lie: one pass over memory each. A piece: `piece` elements, a multiple of 16.

#define EACH_16 \
  size_t start = (size_t)get_global_id(0) * piece, end = min(start + (size_t)piece, (size_t)n); \
  for (size_t i = start; i < end; i += 16)
#define GET(p) (i + 16 <= end ? vload16(0, (p) + i) : load_tail((p) + i, end - i))
#define PUT(p, v) { float16 value = (v); if (i + 16 <= end) vstore16(value, 0, (p) + i); else store_tail((p) + i, value, end - i); }

// hyper = {rate, beta1, beta2, epsilon, decay, 1 − beta1^t, 1 − beta2^t}; factor: what clipping multiplies gradients with. Each result may lie over its operand.
PIECE adamw(__global float* pOut, __global float* mOut, __global float* vOut, __global const float* p, __global const float* m, __global const float* v, __global const float* restrict g,
    __global const float* restrict factor, __global const float* restrict hyper, int decay, long n, int piece) {
  float clip = factor[0], rate = hyper[0], beta1 = hyper[1], beta2 = hyper[2], epsilon = hyper[3], correct1 = 1.f / hyper[5], correct2 = 1.f / hyper[6];
  float kept = decay ? 1.f - rate * hyper[4] : 1.f, new1 = 1.f - beta1, new2 = 1.f - beta2;
  EACH_16 {
    float16 gradient = clip * GET(g), parameter = GET(p);
    float16 mean = fma((float16)(new1), gradient, beta1 * GET(m)), squares = fma(new2 * gradient, gradient, beta2 * GET(v));
    PUT(mOut, mean)
    PUT(vOut, squares)
    PUT(pOut, parameter * kept - rate * (mean * correct1) / (sqrt(squares * correct2) + epsilon))
  }
}

// hyper = {rate, beta1, beta2, –, decay}. Each result may lie over its operand.
PIECE lion(__global float* pOut, __global float* mOut, __global const float* p, __global const float* m, __global const float* restrict g, __global const float* restrict factor,
    __global const float* restrict hyper, int decay, long n, int piece) {
  float clip = factor[0], rate = hyper[0], beta1 = hyper[1], beta2 = hyper[2], kept = decay ? 1.f - rate * hyper[4] : 1.f;
  EACH_16 {
    float16 gradient = clip * GET(g), mean = GET(m), parameter = GET(p);
    float16 direction = fma((float16)(1.f - beta1), gradient, beta1 * mean);
    PUT(pOut, parameter * kept - rate * select(select((float16)(0.f), (float16)(1.f), direction > 0.f), (float16)(-1.f), direction < 0.f))
    PUT(mOut, fma((float16)(1.f - beta2), gradient, beta2 * mean))
  }
}

// partial [slot + 64 · which + piece] = Σ x² of a piece of one of eight inputs, in double from stretch to stretch. A step has dozens of gradients, most of them small: a launch each would cost more than the sums.
PIECE squares_of_pieces(__global double* restrict partial, __global const float* x0, __global const float* x1, __global const float* x2, __global const float* x3, __global const float* x4,
    __global const float* x5, __global const float* x6, __global const float* x7, int slot, long n0, long n1, long n2, long n3, long n4, long n5, long n6, long n7) {
  const int item = get_global_id(0), which = item >> 6;
  __global const float* all[8] = {x0, x1, x2, x3, x4, x5, x6, x7};
  const long lengths[8] = {n0, n1, n2, n3, n4, n5, n6, n7};
  __global const float* x = all[which];
  const size_t n = lengths[which], piece = (n + 1023) / 1024 * 16, start = (item & 63) * piece, end = min(start + piece, n);
  double total = 0;
  float16 sum = 0.f;
  int count = 0;
  for (size_t i = start; i < end; i += 16) {
    float16 v = GET(x);
    sum = fma(v, v, sum);
    if (++count == 256) { total += sum_16(sum); sum = 0.f; count = 0; }
  }
  partial[slot + item] = total + sum_16(sum);
}

PIECE sum_of_squares(__global float* restrict y, __global const double* restrict partial, int count) {
  double total = 0;
  for (int i = 0; i < count; i++) total += partial[i];
  y[0] = (float)total;
}

// min(1, limit / (norm + 1e-6)); a limit of 0 or less never clips. A norm that is not a number stays one.
PIECE clip_factor(__global float* restrict factor, __global const float* restrict squares, __global const float* restrict limit) {
  float f = limit[0] / (sqrt(squares[0]) + 1e-6f);
  factor[0] = limit[0] <= 0.f || f > 1.f ? 1.f : f;
}
