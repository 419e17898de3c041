// Causal attention of grouped heads by online softmax, forward and backward; no time × time matrix is stored. Scores are kept transposed, keys × 32 queries in the lanes of
// two registers, so that maximum, sum and exponential of a query need no horizontal operation and probabilities are read as broadcasts by the products that follow.
//
// Compiled for HEADS, KV_HEADS and HEAD (dimensions of a head, a multiple of 16), and for panels (PANELS = 1: HEAD divides 32 or is a multiple of it) or rows (0).
// Scores carry log2(e), so that exp is exp2. A query t sees keys max(firstVisible[t], t − window + 1) … t.

#if PANELS
#define Q_ROW 32
#define KV_ROW 32
#define PANEL_STRIDE (32 * (size_t)m)
#else
#define Q_ROW (HEADS * HEAD)
#define KV_ROW (KV_HEADS * HEAD)
#define PANEL_STRIDE 32
#endif
#define GROUP (HEADS / KV_HEADS)
#define AT(x, stride, row, column) ((x) + ((column) >> 5) * PANEL_STRIDE + (size_t)(row) * stride + ((column) & 31))

// Keys whose scores are held at a time: 8 KB of scores stay in the first-level cache.
#define KEYS 64

#define BEGIN_TILE(i) float16 lo##i = 0, hi##i = 0;

// 8 or 1 keys × 32 queries: Σ_d left[key][d] · right[d][query], with `x` the keys' rows from `key` on.
#define SCORES(TILE, x, right) \
  TILE(BEGIN_TILE) \
  for (int part = 0; part < HEAD; part += 16) { \
    __global const float* left = AT(x, KV_ROW, start + key, kvColumn + part); \
    for (int d = 0; d < 16; d++) { float16 b0 = right[2 * (part + d)], b1 = right[2 * (part + d) + 1]; TILE(SCORE) } \
  }
#define SCORE(i) { float16 k_ = (float16)(left[i * KV_ROW + d]); lo##i = fma(k_, b0, lo##i); hi##i = fma(k_, b1, hi##i); }


typedef struct { int16 lo, hi; } Lanes;

// Transposes 16 registers of 16 floats in place, by exchanging halves of pairs: neighbours, then registers 2, 4 and 8 apart.
#define EVEN(a, b) __builtin_shufflevector(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30)
#define ODD(a, b) __builtin_shufflevector(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31)
#define EVEN2(a, b) __builtin_shufflevector(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29)
#define ODD2(a, b) __builtin_shufflevector(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31)
#define EVEN4(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27)
#define ODD4(a, b) __builtin_shufflevector(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31)
#define EVEN8(a, b) __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23)
#define ODD8(a, b) __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31)
inline void transpose_16(float16* x) {
  float16 y[16];
  for (int i = 0; i < 16; i += 2) { y[i] = EVEN(x[i], x[i + 1]); y[i + 1] = ODD(x[i], x[i + 1]); }
  for (int i = 0; i < 16; i += 4) for (int j = i; j < i + 2; j++) { x[j] = EVEN2(y[j], y[j + 2]); x[j + 2] = ODD2(y[j], y[j + 2]); }
  for (int i = 0; i < 16; i += 8) for (int j = i; j < i + 4; j++) { y[j] = EVEN4(x[j], x[j + 4]); y[j + 4] = ODD4(x[j], x[j + 4]); }
  for (int j = 0; j < 8; j++) { x[j] = EVEN8(y[j], y[j + 8]); x[j + 8] = ODD8(y[j], y[j + 8]); }
}

// The transposed of 32 rows from row on (fewer exist: zeros), times a factor: to[d] = two registers of queries.
inline void transpose_queries(float16* to, __global const float* x, int m, size_t row, int column, int exist, float factor) {
  float16 block[16];
  for (int d = 0; d < HEAD; d += 16) for (int half_ = 0; half_ < 2; half_++) {
    __global const float* p = AT(x, Q_ROW, row + 16 * half_, column + d);
    for (int i = 0; i < 16; i++) block[i] = 16 * half_ + i < exist ? factor * vload16(0, p + (size_t)i * Q_ROW) : 0.f;
    transpose_16(block);
    for (int i = 0; i < 16; i++) to[2 * (d + i) + half_] = block[i];
  }
}

// First visible key of each query of the block, and the least and greatest of them. Lanes without a query take the last one's.
inline Lanes first_visible(__global const int* firstVisible, size_t row, int q0, int exist, int window, int* least, int* greatest) {
  int v[32];
  *least = q0;
  *greatest = 0;
  for (int i = 0; i < 32; i++) {
    int e = min(i, exist - 1), first = firstVisible[row + e];
    if (window > 0) first = max(first, q0 + e - window + 1);
    v[i] = clamp(first, 0, q0 + e);
    *least = min(*least, v[i]);
    *greatest = max(*greatest, v[i]);
  }
  Lanes lanes = {vload16(0, v), vload16(1, v)};
  return lanes;
}

#define LANE_NUMBERS (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define MASKED(key) ((key) + 7 > q0 || (key) < greatest)
#define MASK(i) \
  lo##i = select((float16)(LOWEST), lo##i, key + i <= queryLo && key + i >= visible.lo); \
  hi##i = select((float16)(LOWEST), hi##i, key + i <= queryHi && key + i >= visible.hi);
#define KEEP(i) maxLo = fmax(maxLo, lo##i); maxHi = fmax(maxHi, hi##i); scores[2 * (key - from + i)] = lo##i; scores[2 * (key - from + i) + 1] = hi##i;
#define SCORE_TILE(TILE, size) { SCORES(TILE, k, queries) if (MASKED(key)) { TILE(MASK) } TILE(KEEP) key += size; }

// 8 queries × 32 or 16 dimensions: the running sum Σ_key p[query][key] · x[key][d], scaled by `shrink` before. Keys behind the last of the eight queries are left out.
#define SUM_BEGIN(i) float16 lo##i = sums[(q + i) * (HEAD / 16) + part / 16] * shrink[q + i], hi##i = 0;
#define SUM_BEGIN_PAIR(i) float16 lo##i = sums[(q + i) * (HEAD / 16) + part / 16] * shrink[q + i], hi##i = sums[(q + i) * (HEAD / 16) + part / 16 + 1] * shrink[q + i];
#define SUM(i) lo##i = fma((float16)(weights[i]), b0, lo##i);
#define SUM_PAIR(i) { float16 w = (float16)(weights[i]); lo##i = fma(w, b0, lo##i); hi##i = fma(w, b1, hi##i); }
#define SUM_END(i) sums[(q + i) * (HEAD / 16) + part / 16] = lo##i;
#define SUM_END_PAIR(i) sums[(q + i) * (HEAD / 16) + part / 16] = lo##i; sums[(q + i) * (HEAD / 16) + part / 16 + 1] = hi##i;
#define WEIGHTED_SUM(x, p, count) \
  for (int q = 0; q < 32; q += 8) { \
    int part = 0, seen = min(count, q0 + q + 8 - from); \
    for (; part + 32 <= HEAD; part += 32) { \
      const float* weights = (const float*)(p) + q; \
      __global const float* right = AT(x, KV_ROW, start + from, kvColumn + part); \
      ROWS8(SUM_BEGIN_PAIR) \
      for (int i = 0; i < seen; i++) { float16 b0 = vload16(0, right), b1 = vload16(1, right); ROWS8(SUM_PAIR) weights += 32; right += KV_ROW; } \
      ROWS8(SUM_END_PAIR) \
    } \
    for (; part < HEAD; part += 16) { \
      const float* weights = (const float*)(p) + q; \
      __global const float* right = AT(x, KV_ROW, start + from, kvColumn + part); \
      ROWS8(SUM_BEGIN) \
      for (int i = 0; i < seen; i++) { float16 b0 = vload16(0, right); ROWS8(SUM) weights += 32; right += KV_ROW; } \
      ROWS8(SUM_END) \
    } \
  }

inline void attend(__global float* out, __global float* logSumExp, __global const float* q, __global const float* k, __global const float* v, __global const int* firstVisible,
    float scale, int window, int m, int time, size_t start, int kvHead, int q0) {
  float16 queries[2 * HEAD], scores[2 * KEYS], sums[2 * HEAD], shrinks[2];
  const float* shrink = (const float*)shrinks;
  int exist = min(32, time - q0), end = min(q0 + 32, time), least, greatest, kvColumn = kvHead * HEAD;
  const int16 queryLo = LANE_NUMBERS + q0, queryHi = queryLo + 16;
  Lanes visible = first_visible(firstVisible, start + q0, q0, exist, window, &least, &greatest);
  for (int head = kvHead * GROUP; head < (kvHead + 1) * GROUP; head++) {
    transpose_queries(queries, q, m, start + q0, head * HEAD, exist, scale * LOG2E);
    for (int i = 0; i < 2 * HEAD; i++) sums[i] = 0.f;
    float16 topLo = LOWEST, topHi = LOWEST, totalLo = 0.f, totalHi = 0.f;
    for (int from = least & ~7; from < end; from += KEYS) {
      int to = min(from + KEYS, end), key = from;
      float16 maxLo = topLo, maxHi = topHi;
      while (key + 8 <= to) SCORE_TILE(ROWS8, 8)
      while (key < to) SCORE_TILE(ROWS1, 1)
      shrinks[0] = exp2_16(topLo - maxLo);
      shrinks[1] = exp2_16(topHi - maxHi);
      totalLo *= shrinks[0];
      totalHi *= shrinks[1];
      topLo = maxLo;
      topHi = maxHi;
      for (int i = 0; i < to - from; i++) {
        float16 lo = exp2_16(scores[2 * i] - topLo), hi = exp2_16(scores[2 * i + 1] - topHi);
        totalLo += lo;
        totalHi += hi;
        scores[2 * i] = lo;
        scores[2 * i + 1] = hi;
      }
      WEIGHTED_SUM(v, scores, to - from)
    }
    shrinks[0] = 1.f / totalLo;
    shrinks[1] = 1.f / totalHi;
    float lse[32];
    vstore16((topLo + log2(totalLo)) * LN2, 0, lse);
    vstore16((topHi + log2(totalHi)) * LN2, 1, lse);
    for (int i = 0; i < exist; i++) {
      logSumExp[(start + q0 + i) * HEADS + head] = lse[i];
      for (int part = 0; part < HEAD; part += 16) vstore16(sums[i * (HEAD / 16) + part / 16] * shrink[i], 0, AT(out, Q_ROW, start + q0 + i, head * HEAD + part));
    }
  }
}

// A piece: an early and a late block of 32 queries, so that pieces are equal; all heads of one key/value head; one row of the batch.
PIECE attention(__global float* restrict out, __global float* restrict logSumExp, __global const float* restrict q, __global const float* restrict k, __global const float* restrict v,
    __global const int* restrict firstVisible, float scale, int window, int m, int time) {
  int blocks = (time + 31) / 32, early = get_global_id(0), late = blocks - 1 - early;
  size_t start = (size_t)get_global_id(2) * time;
  attend(out, logSumExp, q, k, v, firstVisible, scale, window, m, time, start, get_global_id(1), early * 32);
  if (late > early) attend(out, logSumExp, q, k, v, firstVisible, scale, window, m, time, start, get_global_id(1), late * 32);
}

// Backward. For a tile of 8 keys × 32 queries: p = exp2(score − lse), ds = scale · p (dout·v − D); then dv += p dout, dk += ds q for these keys, and dq += ds k for the block of keys.
#define PROBABILITY(i) lo##i = exp2_16(lo##i - lseLo); hi##i = exp2_16(hi##i - lseHi);
#define HIDE(i) \
  lo##i = select((float16)(0.f), lo##i, key + i <= queryLo && key + i >= visible.lo); \
  hi##i = select((float16)(0.f), hi##i, key + i <= queryHi && key + i >= visible.hi);
#define KEEP_PROBABILITY(i) probabilities[2 * i] = lo##i; probabilities[2 * i + 1] = hi##i;
#define KEEP_SCORE_GRADIENT(i) \
  scores[2 * (key - from + i)] = scale * probabilities[2 * i] * (lo##i - dotLo); scores[2 * (key - from + i) + 1] = scale * probabilities[2 * i + 1] * (hi##i - dotHi);

// dx [keys of the tile][d] += Σ_query weight[key][query] · right[query][d]; queries before the first key of the tile do not see it.
#define KEY_BEGIN(i) float16 lo##i = vload16(0, at + i * KV_ROW), hi##i = 0;
#define KEY_BEGIN_PAIR(i) float16 lo##i = vload16(0, at + i * KV_ROW), hi##i = vload16(1, at + i * KV_ROW);
#define KEY_SUM(i) lo##i = fma((float16)(weights[i * 32]), b0, lo##i);
#define KEY_SUM_PAIR(i) { float16 w = (float16)(weights[i * 32]); lo##i = fma(w, b0, lo##i); hi##i = fma(w, b1, hi##i); }
#define KEY_END(i) vstore16(lo##i, 0, at + i * KV_ROW);
#define KEY_END_PAIR(i) vstore16(lo##i, 0, at + i * KV_ROW); vstore16(hi##i, 1, at + i * KV_ROW);
#define ADD_TO_KEYS(TILE, dx, p, x) { \
  int part = 0, seeing = max(0, key - q0); \
  for (; part + 32 <= HEAD; part += 32) { \
    const float* weights = (const float*)(p) + seeing; \
    __global float* at = AT(dx, KV_ROW, start + key, kvColumn + part); \
    __global const float* right = AT(x, Q_ROW, start + q0 + seeing, column + part); \
    TILE(KEY_BEGIN_PAIR) \
    for (int i = seeing; i < exist; i++) { float16 b0 = vload16(0, right), b1 = vload16(1, right); TILE(KEY_SUM_PAIR) weights++; right += Q_ROW; } \
    TILE(KEY_END_PAIR) \
  } \
  for (; part < HEAD; part += 16) { \
    const float* weights = (const float*)(p) + seeing; \
    __global float* at = AT(dx, KV_ROW, start + key, kvColumn + part); \
    __global const float* right = AT(x, Q_ROW, start + q0 + seeing, column + part); \
    TILE(KEY_BEGIN) \
    for (int i = seeing; i < exist; i++) { float16 b0 = vload16(0, right); TILE(KEY_SUM) weights++; right += Q_ROW; } \
    TILE(KEY_END) \
  } }
#define GRADIENT_TILE(TILE, size) { \
  { SCORES(TILE, k, queries) TILE(PROBABILITY) if (MASKED(key)) { TILE(HIDE) } TILE(KEEP_PROBABILITY) } \
  { SCORES(TILE, v, gradients) TILE(KEEP_SCORE_GRADIENT) } \
  ADD_TO_KEYS(TILE, dv, probabilities, dout) \
  ADD_TO_KEYS(TILE, dk, scores + 2 * (key - from), q) \
  key += size; }

// A piece: one key/value head with all its query heads, one row of the batch, and of its blocks of queries every `parts`-th. With more than one part, dk and dv are sums
// over the parts, each `partSize` long, to be added up afterwards.
PIECE attention_gradient(__global float* restrict dq, __global float* dk, __global float* dv, __global const float* restrict q, __global const float* restrict k,
    __global const float* restrict v, __global const int* restrict firstVisible, __global const float* restrict out, __global const float* restrict logSumExp,
    __global const float* restrict dout, float scale, int window, int m, int time, int parts, long partSize) {
  float16 queries[2 * HEAD], gradients[2 * HEAD], scores[2 * KEYS], probabilities[16], sums[2 * HEAD];
  float shrink[32], dots[32], lse[32];
  for (int i = 0; i < 32; i++) shrink[i] = 1.f;
  int kvHead = get_global_id(1), kvColumn = kvHead * HEAD;
  size_t start = (size_t)get_global_id(2) * time;
  dk += get_global_id(0) * (size_t)partSize;
  dv += get_global_id(0) * (size_t)partSize;
  for (int s = 0; s < time; s++) for (int part = 0; part < HEAD; part += 16) {
    vstore16((float16)(0.f), 0, AT(dk, KV_ROW, start + s, kvColumn + part));
    vstore16((float16)(0.f), 0, AT(dv, KV_ROW, start + s, kvColumn + part));
  }
  for (int q0 = get_global_id(0) * 32; q0 < time; q0 += parts * 32) {
    int exist = min(32, time - q0), end = min(q0 + 32, time), least, greatest;
    const int16 queryLo = LANE_NUMBERS + q0, queryHi = queryLo + 16;
    Lanes visible = first_visible(firstVisible, start + q0, q0, exist, window, &least, &greatest);
    for (int head = kvHead * GROUP; head < (kvHead + 1) * GROUP; head++) {
      int column = head * HEAD;
      transpose_queries(queries, q, m, start + q0, column, exist, scale * LOG2E);
      transpose_queries(gradients, dout, m, start + q0, column, exist, 1.f);
      for (int i = 0; i < 32; i++) {
        float16 dot = 0.f;
        if (i < exist) for (int part = 0; part < HEAD; part += 16) dot = fma(vload16(0, AT(out, Q_ROW, start + q0 + i, column + part)), vload16(0, AT(dout, Q_ROW, start + q0 + i, column + part)), dot);
        dots[i] = sum_16(dot);
        lse[i] = i < exist ? LOG2E * logSumExp[(start + q0 + i) * HEADS + head] : 0.f;
      }
      float16 dotLo = vload16(0, dots), dotHi = vload16(1, dots), lseLo = vload16(0, lse), lseHi = vload16(1, lse);
      for (int i = 0; i < 2 * HEAD; i++) sums[i] = 0.f;
      for (int from = least & ~7; from < end; from += KEYS) {
        int to = min(from + KEYS, end), key = from;
        while (key + 8 <= to) GRADIENT_TILE(ROWS8, 8)
        while (key < to) GRADIENT_TILE(ROWS1, 1)
        WEIGHTED_SUM(k, scores, to - from)
      }
      for (int i = 0; i < exist; i++) for (int part = 0; part < HEAD; part += 16) vstore16(sums[i * (HEAD / 16) + part / 16], 0, AT(dq, Q_ROW, start + q0 + i, column + part));
    }
  }
}

// y = the sum of `parts` matrices of n elements (a multiple of 16) in order. A piece: `piece` elements.
PIECE sum_of_parts(__global float* restrict y, __global const float* restrict partial, int parts, long n, int piece) {
  size_t start = (size_t)get_global_id(0) * piece, end = min(start + (size_t)piece, (size_t)n);
  for (size_t i = start; i < end; i += 16) {
    float16 sum = LOAD(partial + i);
    for (int p = 1; p < parts; p++) sum += LOAD(partial + (size_t)p * n + i);
    vstore16(sum, 0, y + i);
  }
}

// Heads whose size is no multiple of 16 are computed in rows of padded heads: to [m][heads · HEAD] = from [m][heads · size], zeros behind each head; and back. A piece: `rows` rows.
PIECE pad_heads(__global float* restrict to, __global const float* restrict from, int m, int heads, int size, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) for (int h = 0; h < heads; h++) for (int j = 0; j < HEAD; j++)
    to[((size_t)i * heads + h) * HEAD + j] = j < size ? from[((size_t)i * heads + h) * size + j] : 0.f;
}

PIECE unpad_heads(__global float* restrict to, __global const float* restrict from, int m, int heads, int size, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  for (int i = first; i < last; i++) for (int h = 0; h < heads; h++) for (int j = 0; j < size; j++)
    to[((size_t)i * heads + h) * size + j] = from[((size_t)i * heads + h) * HEAD + j];
}

// Generation: a cache of keys and values, a ring of `capacity` places for each slot. Keys lie in blocks of 16 places side by side ([slot][place / 16][width][16]).

// to = from, where they are not the same memory. A piece: `piece` elements.
PIECE cache_copy(__global float* to, __global const float* from, long n, long piece) {
  size_t start = get_global_id(0) * (size_t)piece, end = min(start + (size_t)piece, (size_t)n);
  if (to == from) return;
  for (size_t i = start; i < end; i++) to[i] = from[i];
}

// Stores the first tokens of a row of x [rows][time][width] in a slot, as an entry of the plan (row, slot, place, count) says; entries that do not fit are left out.
// A piece: an entry, which no other shares its slot with.
PIECE cache_write(__global float* cache, __global const float* restrict x, __global const int* restrict plan, int slots, int capacity, int rows, int time, int width, int blocked) {
  int4 entry = vload4(get_global_id(0), plan);
  int row = entry.x, slot = entry.y, place = entry.z, count = min(entry.w, time);
  if (row < 0 || row >= rows || slot < 0 || slot >= slots || place < 0) return;
  for (int t = 0; t < count; t++) {
    int at = (place + t) % capacity;
    __global const float* from = x + ((size_t)row * time + t) * width;
    if (blocked) {
      __global float* to = cache + ((size_t)slot * capacity + (at & ~15)) * width + (at & 15);
      for (int c = 0; c < width; c++) to[c * 16] = from[c];
    } else {
      __global float* to = cache + ((size_t)slot * capacity + at) * width;
      for (int c = 0; c < width; c++) to[c] = from[c];
    }
  }
}

inline float max_16(float16 v) {
  float8 a = fmax(v.lo, v.hi);
  float4 b = fmax(a.lo, a.hi);
  float2 c = fmax(b.lo, b.hi);
  return fmax(c.x, c.y);
}

// One new token of each row, q [rows][heads · headDim], sees the last `window` places (0: all) of its slot up to its own; a row with count 0 gives zeros.
// A piece: a row and a head.
PIECE cached_attention(__global float* restrict out, __global const float* restrict q, __global const float* restrict keys, __global const float* restrict values,
    __global const int* restrict plan, float scale, int window, int slots, int capacity, int headDim) {
  int row = get_global_id(0), head = get_global_id(1), width = KV_HEADS * headDim, column = head / GROUP * headDim;
  int4 entry = vload4(row, plan);
  __global const float* query = q + ((size_t)row * HEADS + head) * headDim;
  __global float* result = out + ((size_t)row * HEADS + head) * headDim;
  float sums[HEAD];
  for (int d = 0; d < headDim; d++) sums[d] = 0.f;
  float top = LOWEST, total = 0.f;
  bool present = entry.w != 0 && entry.y >= 0 && entry.y < slots && entry.z >= 0;
  int place = entry.z, seen = min(place + 1, window > 0 ? min(window, capacity) : capacity), own = place % capacity;
  size_t slot = (size_t)entry.y * capacity;
  for (int block = 0; present && block < capacity; block += 16) {
    // How many tokens ago each place was written.
    int16 age = own - (block + LANE_NUMBERS);
    age = select(age, age + capacity, age < 0);
    int16 visible = age < seen;
    if (!any(visible)) continue;
    float16 score = 0.f;
    __global const float* key = keys + (slot + block) * width + (size_t)column * 16;
    for (int d = 0; d < headDim; d++) score = fma((float16)(query[d]), vload16(d, key), score);
    score = select((float16)(LOWEST), score * (scale * LOG2E), visible);
    float greatest = fmax(top, max_16(score));
    float shrink = exp2(top - greatest);
    top = greatest;
    float weights[16];
    vstore16(select((float16)(0.f), exp2_16(score - top), visible), 0, weights);
    total *= shrink;
    for (int d = 0; d < headDim; d++) sums[d] *= shrink;
    for (int i = 0; i < 16; i++) {
      // A place that was never written may hold anything.
      if (weights[i] == 0.f) continue;
      total += weights[i];
      __global const float* value = values + (slot + block + i) * width + column;
      for (int d = 0; d < headDim; d++) sums[d] = fma(weights[i], value[d], sums[d]);
    }
  }
  for (int d = 0; d < headDim; d++) result[d] = present ? sums[d] / total : 0.f;
}
