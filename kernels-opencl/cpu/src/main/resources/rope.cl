// Rotary position embedding: dimension j of a head turns with j + rotated / 2. LANES (1, 8 or 16) divides rotated / 2 and the head's size, so that a vector never leaves its
// half; in panels it is 8 or 16, so that it never leaves its panel either. A piece: `rows` rows.
#if LANES == 1
#define VECTOR float
#define VECTOR_LOAD(p) (*(p))
#define VECTOR_STORE(v, p) *(p) = (v);
#elif LANES == 8
#define VECTOR float8
#define VECTOR_LOAD(p) vload8(0, p)
#define VECTOR_STORE(v, p) vstore8(v, 0, p);
#else
#define VECTOR float16
#define VECTOR_LOAD(p) vload16(0, p)
#define VECTOR_STORE(v, p) vstore16(v, 0, p);
#endif

#define AT(x, row, column) ((x) + (size_t)((column) >> 5) * panelStride + (row) + ((column) & 31))

// x [batch · time][heads · headDim], cosines and sines [time][rotated / 2]; sign −1 turns back, which is the gradient. In place: y = x.
PIECE rope(__global float* y, __global const float* x, __global const float* restrict cosines, __global const float* restrict sines,
    float sign, int m, int time, int heads, int headDim, int rotated, int panelStride, int rowStride, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m), half_ = rotated / 2;
  for (int i = first; i < last; i++) {
    size_t row = (size_t)i * rowStride;
    __global const float* cosine = cosines + (size_t)(i % time) * half_;
    __global const float* sine = sines + (size_t)(i % time) * half_;
    for (int h = 0; h < heads; h++) {
      int at = h * headDim;
      for (int j = 0; j < half_; j += LANES) {
        VECTOR c = VECTOR_LOAD(cosine + j), s = sign * VECTOR_LOAD(sine + j), a = VECTOR_LOAD(AT(x, row, at + j)), b = VECTOR_LOAD(AT(x, row, at + half_ + j));
        VECTOR_STORE(a * c - b * s, AT(y, row, at + j))
        VECTOR_STORE(b * c + a * s, AT(y, row, at + half_ + j))
      }
      if (y != x) for (int j = rotated; j < headDim; j++) *AT(y, row, at + j) = *AT(x, row, at + j);
    }
  }
}
