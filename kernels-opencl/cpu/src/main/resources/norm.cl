// Norms over the last axis or over groups of it, forward and backward, in rows or panels by strides. A piece: `rows` rows. Weight gradients are summed over a piece first
// (its cut depends on shapes alone) and then over the pieces in order.

// Columns [column, column + 16) of a row that starts at `row` of x.
#define AT(x, row, column) ((x) + (size_t)((column) >> 5) * panelStride + (row) + ((column) & 31))
#define READ(p, left) ((left) >= 16 ? vload16(0, p) : load_tail(p, left))
#define SET(p, v, left) { if ((left) >= 16) vstore16(v, 0, p); else store_tail(p, v, left); }
#define EACH_ROW int first = get_global_id(0) * rows, last = min(first + rows, m); for (int i = first; i < last; i++)
// j: columns of the group from its first one on; left: how many there still are.
#define EACH_COLUMN for (int j = 0, left = width; j < width; j += 16, left -= 16)

// x [m][groups · width] → y, inverse [m][groups] = 1 / sqrt(mean(x²) + epsilon). offset: the weight is 1 + what is stored.
PIECE rms_norm(__global float* restrict y, __global float* restrict inverse, __global const float* restrict x, __global const float* restrict weight,
    float epsilon, int offset, int m, int groups, int width, int panelStride, int rowStride, int rows) {
  EACH_ROW {
    size_t row = (size_t)i * rowStride;
    for (int g = 0; g < groups; g++) {
      int at = g * width;
      float16 squares = 0.f;
      EACH_COLUMN { float16 v = READ(AT(x, row, at + j), left); squares = fma(v, v, squares); }
      float inv = 1.f / sqrt(sum_16(squares) / width + epsilon);
      inverse[(size_t)i * groups + g] = inv;
      EACH_COLUMN {
        float16 w = READ(weight + j, left);
        if (offset) w += 1.f;
        SET(AT(y, row, at + j), READ(AT(x, row, at + j), left) * inv * w, left)
      }
    }
  }
}

// dx = inverse (g − n mean(g n)) with n = x inverse and g = dy w; partial [piece][width] = Σ dy n.
#define RMS_NORM_GRADIENT(NAME, MORE, PLUS) \
PIECE NAME(__global float* restrict dx, __global float* restrict partial, __global const float* restrict x, __global const float* restrict weight, \
    __global const float* restrict inverse, __global const float* restrict dy, MORE int offset, int m, int groups, int width, int panelStride, int rowStride, int rows) { \
  __global float* sums = partial + (size_t)get_global_id(0) * width; \
  EACH_COLUMN SET(sums + j, (float16)(0.f), left) \
  EACH_ROW { \
    size_t row = (size_t)i * rowStride; \
    for (int g = 0; g < groups; g++) { \
      int at = g * width; \
      float inv = inverse[(size_t)i * groups + g]; \
      float16 products = 0.f; \
      EACH_COLUMN { \
        float16 n = READ(AT(x, row, at + j), left) * inv, d = READ(AT(dy, row, at + j), left), w = READ(weight + j, left); \
        if (offset) w += 1.f; \
        SET(sums + j, fma(d, n, READ(sums + j, left)), left) \
        products = fma(d * w, n, products); \
      } \
      float mean = sum_16(products) / width; \
      EACH_COLUMN { \
        float16 n = READ(AT(x, row, at + j), left) * inv, w = READ(weight + j, left); \
        if (offset) w += 1.f; \
        SET(AT(dx, row, at + j), inv * (READ(AT(dy, row, at + j), left) * w - n * mean) PLUS, left) \
      } \
    } \
  } \
}

RMS_NORM_GRADIENT(rms_norm_gradient,,)

// The same added to r, which lies as dx does: the gradient that goes past the norm in the residual stream.
#define ALSO_R __global const float* restrict r,
RMS_NORM_GRADIENT(rms_norm_gradient_residual, ALSO_R, + READ(AT(r, row, at + j), left))

// x [m][width] → y = (x − mean) inverse w + bias, with mean [m] and inverse [m]. biased: 0, then bias is not read.
PIECE layer_norm(__global float* restrict y, __global float* restrict means, __global float* restrict inverse, __global const float* restrict x, __global const float* restrict weight,
    __global const float* restrict bias, int biased, float epsilon, int m, int width, int panelStride, int rowStride, int rows) {
  EACH_ROW {
    size_t row = (size_t)i * rowStride;
    float16 sum = 0.f, squares = 0.f;
    EACH_COLUMN sum += READ(AT(x, row, j), left);
    float mean = sum_16(sum) / width;
    EACH_COLUMN {
      float16 d = READ(AT(x, row, j), left) - mean;
      if (left < 16) { float v[16]; vstore16(d, 0, v); for (int e = left; e < 16; e++) v[e] = 0.f; d = vload16(0, v); }
      squares = fma(d, d, squares);
    }
    float inv = 1.f / sqrt(sum_16(squares) / width + epsilon);
    means[i] = mean;
    inverse[i] = inv;
    EACH_COLUMN {
      float16 v = (READ(AT(x, row, j), left) - mean) * inv * READ(weight + j, left);
      if (biased) v += READ(bias + j, left);
      SET(AT(y, row, j), v, left)
    }
  }
}

// dx = inverse (g − mean(g) − n mean(g n)) with n = (x − mean) inverse and g = dy w; partial [piece][2 width] = Σ dy n, Σ dy.
PIECE layer_norm_gradient(__global float* restrict dx, __global float* restrict partial, __global const float* restrict x, __global const float* restrict weight,
    __global const float* restrict means, __global const float* restrict inverse, __global const float* restrict dy, int m, int width, int panelStride, int rowStride, int rows) {
  __global float* scaled = partial + (size_t)get_global_id(0) * 2 * width;
  __global float* plain = scaled + width;
  EACH_COLUMN { SET(scaled + j, (float16)(0.f), left) SET(plain + j, (float16)(0.f), left) }
  EACH_ROW {
    size_t row = (size_t)i * rowStride;
    float mean = means[i], inv = inverse[i];
    float16 sum = 0.f, products = 0.f;
    EACH_COLUMN {
      float16 n = (READ(AT(x, row, j), left) - mean) * inv, d = READ(AT(dy, row, j), left), g = d * READ(weight + j, left);
      SET(scaled + j, fma(d, n, READ(scaled + j, left)), left)
      SET(plain + j, d + READ(plain + j, left), left)
      sum += g;
      products = fma(g, n, products);
    }
    float meanG = sum_16(sum) / width, meanGn = sum_16(products) / width;
    EACH_COLUMN {
      float16 n = (READ(AT(x, row, j), left) - mean) * inv, g = READ(AT(dy, row, j), left) * READ(weight + j, left);
      SET(AT(dx, row, j), inv * (g - meanG - n * meanGn), left)
    }
  }
}

// out [width] = Σ over pieces of partial [piece][stride], from column `from` of each on; with add on top of what is there. A piece: 16 columns.
PIECE sum_over_pieces(__global float* restrict out, __global const float* restrict partial, int pieces, int stride, int from, int width, int add) {
  int j = get_global_id(0) * 16, left = width - j;
  float16 sum = 0.f;
  if (add) sum = READ(out + j, left);
  for (int p = 0; p < pieces; p++) sum += READ(partial + (size_t)p * stride + from + j, left);
  SET(out + j, sum, left)
}
