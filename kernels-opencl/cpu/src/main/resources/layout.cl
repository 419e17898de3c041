// Between rows and panels, and transposition. A piece: one panel of 32 columns, `chunk` of its rows.

#define CHUNK_OF_ROWS(all) int panel = get_global_id(0), first = get_global_id(1) * chunk, last = min(first + chunk, all);

// 16 elements of a column.
#define COLUMN_16(p, s) (float16)((p)[0], (p)[s], (p)[2 * (s)], (p)[3 * (s)], (p)[4 * (s)], (p)[5 * (s)], (p)[6 * (s)], (p)[7 * (s)], \
    (p)[8 * (s)], (p)[9 * (s)], (p)[10 * (s)], (p)[11 * (s)], (p)[12 * (s)], (p)[13 * (s)], (p)[14 * (s)], (p)[15 * (s)])

// to = panels of a matrix in rows, with zeros in the columns behind the last and in the rows up to `padded`.
PIECE rows_to_panels(__global float* restrict to, __global const float* restrict from, int rows, int columns, int padded, int chunk) {
  CHUNK_OF_ROWS(padded)
  int width = min(32, columns - panel * 32);
  for (int r = first; r < last; r++) {
    __global float* out = to + ((size_t)panel * padded + r) * 32;
    __global const float* in = from + (size_t)r * columns + panel * 32;
    if (r >= rows) { STORE(out, (float16)(0.f)); STORE(out + 16, (float16)(0.f)); }
    else if (width == 32) { STORE(out, vload16(0, in)); STORE(out + 16, vload16(1, in)); }
    else { STORE(out, load_tail(in, width)); STORE(out + 16, load_tail(in + 16, width - 16)); }
  }
}

// to = panels of the transposed of a matrix [columns][rows] that lies in rows; zeros as above.
PIECE rows_to_panels_transposed(__global float* restrict to, __global const float* restrict from, int rows, int columns, int padded, int chunk) {
  CHUNK_OF_ROWS(padded)
  int width = min(32, columns - panel * 32);
  for (int r = first; r < last; r++) {
    __global float* out = to + ((size_t)panel * padded + r) * 32;
    __global const float* in = from + (size_t)panel * 32 * rows + r;
    if (width == 32 && r < rows) { STORE(out, COLUMN_16(in, (size_t)rows)); in += (size_t)16 * rows; STORE(out + 16, COLUMN_16(in, (size_t)rows)); }
    else for (int j = 0; j < 32; j++) out[j] = j < width && r < rows ? in[(size_t)j * rows] : 0.f;
  }
}

// to = panels of the transposed of a matrix [columns][rows] that lies in panels; zeros in the columns behind the last. rows a multiple of 32.
PIECE panels_transposed(__global float* restrict to, __global const float* restrict from, int rows, int columns, int chunk) {
  CHUNK_OF_ROWS(rows)
  int width = min(32, columns - panel * 32);
  for (int r = first; r < last; r++) {
    __global float* out = to + ((size_t)panel * rows + r) * 32;
    __global const float* in = from + ((size_t)(r >> 5) * columns + panel * 32) * 32 + (r & 31);
    if (width == 32) { STORE(out, COLUMN_16(in, 32)); STORE(out + 16, COLUMN_16(in + 512, 32)); }
    else for (int j = 0; j < 32; j++) out[j] = j < width ? in[j * 32] : 0.f;
  }
}

// to [rows][columns] in rows = (or, with add, +=) panels of `padded` rows.
PIECE panels_to_rows(__global float* restrict to, __global const float* restrict from, int rows, int columns, int padded, int chunk, int add) {
  CHUNK_OF_ROWS(rows)
  int width = min(32, columns - panel * 32);
  for (int r = first; r < last; r++) {
    __global const float* in = from + ((size_t)panel * padded + r) * 32;
    __global float* out = to + (size_t)r * columns + panel * 32;
    if (width == 32) {
      float16 lo = LOAD(in), hi = LOAD(in + 16);
      if (add) { lo += vload16(0, out); hi += vload16(1, out); }
      vstore16(lo, 0, out);
      vstore16(hi, 1, out);
    } else for (int j = 0; j < width; j++) out[j] = add ? out[j] + in[j] : in[j];
  }
}

// to [rows][columns] in rows = the transposed of panels [columns][rows] (of `padded` rows).
PIECE panels_to_rows_transposed(__global float* restrict to, __global const float* restrict from, int rows, int columns, int padded, int chunk) {
  CHUNK_OF_ROWS(columns)
  int width = min(32, rows - panel * 32);
  for (int c = first; c < last; c++) {
    __global const float* in = from + ((size_t)panel * padded + c) * 32;
    for (int j = 0; j < width; j++) to[(size_t)(panel * 32 + j) * columns + c] = in[j];
  }
}
