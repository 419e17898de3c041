// Columns of rows: embedding tables, biases, pieces of the last axis. A row of `width` columns is copied or added in vectors of 16 with a short one at the end; panels (width
// a multiple of 32) take the same way by two strides.

#define AT(x, stride, row, column) ((x) + (size_t)((column) >> 5) * stride##Panels + (row) + ((column) & 31))
#define READ(p, left) ((left) >= 16 ? vload16(0, p) : load_tail(p, left))
#define SET(p, v, left) { if ((left) >= 16) vstore16(v, 0, p); else store_tail(p, v, left); }

// y [m][width] = table [entries][width] at ids, which are clamped to the table. A piece: `rows` rows.
PIECE embedding(__global float* restrict y, __global const float* restrict table, __global const int* restrict ids, int m, int entries, int width,
    int yPanels, int yRow, int tablePanels, int tableRow, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) {
    size_t from = (size_t)clamp(ids[i], 0, entries - 1) * tableRow, to = (size_t)i * yRow;
    for (int j = 0, left = width; j < width; j += 16, left -= 16) SET(AT(y, y, to, j), READ(AT(table, table, from, j), left), left)
  }
}

// dtable [entries][width] += dy at ids; with add = 0 it is zero before. A piece: `columns` columns (a multiple of 16; of 32 for panels) of all rows, so that rows of one
// id are added by one owner in their order.
PIECE embedding_gradient(__global float* restrict dtable, __global const int* restrict ids, __global const float* restrict dy, int m, int entries, int width,
    int tablePanels, int tableRow, int yPanels, int yRow, int columns, int add) {
  int first = get_global_id(0) * columns, last = min(first + columns, width);
  if (!add) for (int e = 0; e < entries; e++) for (int j = first, left = last - first; j < last; j += 16, left -= 16) SET(AT(dtable, table, (size_t)e * tableRow, j), (float16)(0.f), left)
  for (int i = 0; i < m; i++) {
    size_t to = (size_t)clamp(ids[i], 0, entries - 1) * tableRow, from = (size_t)i * yRow;
    for (int j = first, left = last - first; j < last; j += 16, left -= 16) {
      __global float* at = AT(dtable, table, to, j);
      SET(at, READ(at, left) + READ(AT(dy, y, from, j), left), left)
    }
  }
}

// y [m][width] = x + bias [width]. In place: y = x. A piece: `rows` rows.
PIECE add_bias(__global float* y, __global const float* x, __global const float* restrict bias, int m, int width, int xPanels, int xRow, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) {
    size_t row = (size_t)i * xRow;
    for (int j = 0, left = width; j < width; j += 16, left -= 16) SET(AT(y, x, row, j), READ(AT(x, x, row, j), left) + READ(bias + j, left), left)
  }
}

// partial [piece][width] = the sum of the piece's rows of x [m][width].
PIECE sum_rows(__global float* restrict partial, __global const float* restrict x, int m, int width, int xPanels, int xRow, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int j = 0, left = width; j < width; j += 16, left -= 16) {
    float16 sum = 0.f;
    for (int i = first; i < last; i++) sum += READ(AT(x, x, (size_t)i * xRow, j), left);
    SET(partial + (size_t)get_global_id(0) * width + j, sum, left)
  }
}

// y [width] = (with add: +=) the sum over the pieces in order. A piece: 16 columns.
PIECE sum_of_rows(__global float* restrict y, __global const float* restrict partial, int pieces, int width, int add) {
  int j = get_global_id(0) * 16, left = width - j;
  float16 sum = 0.f;
  if (add) sum = READ(y + j, left);
  for (int p = 0; p < pieces; p++) sum += READ(partial + (size_t)p * width + j, left);
  SET(y + j, sum, left)
}

// Copies (with add: adds) `width` columns of x [m][xRow] from column `from` on to columns of y [m][yRow] from `to` on: slice, pad and concat, in rows. A piece: `rows` rows.
PIECE copy_columns(__global float* restrict y, __global const float* restrict x, int m, int width, int from, int xRow, int to, int yRow, int add, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) {
    __global const float* in = x + (size_t)i * xRow + from;
    __global float* out = y + (size_t)i * yRow + to;
    for (int j = 0, left = width; j < width; j += 16, left -= 16) {
      float16 v = READ(in + j, left);
      if (add) v += READ(out + j, left);
      SET(out + j, v, left)
    }
  }
}

// Zeroes `width` columns of y [m][yRow] from `to` on: what pad leaves free. A piece: `rows` rows.
PIECE clear_columns(__global float* restrict y, int m, int width, int to, int yRow, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) {
    __global float* out = y + (size_t)i * yRow + to;
    for (int j = 0, left = width; j < width; j += 16, left -= 16) SET(out + j, (float16)(0.f), left)
  }
}
