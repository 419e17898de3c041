// How far a student's distribution over the vocabulary is from a teacher's, a row of logits after the other. Comes behind columns.cl.
//
// A row of log-probabilities is written into scratch memory in one stretch, padded to whole vectors with the logarithm of next to nothing: however the logits lie, every
// loop but the first and the last is a plain one over memory that stays in the first caches.
#define NOTHING -1e4f
// As the weight of a distribution that is not mixed in.
#define NEVER -1e30f
#define LANES (int16)(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
#define EXP(v) exp2_16((v) * LOG2E)

// out [ceil(n, 16) * 16] = scale · x − log Σ e^(scale · x) of the row that begins at element `row`.
inline void log_softmax(__global float* restrict out, __global const float* restrict x, size_t row, int xPanels, int n, float scale) {
  float16 top = NEVER;
  for (int j = 0, left = n; j < n; j += 16, left -= 16) {
    float16 v = READ(AT(x, x, row, j), left) * scale;
    if (left < 16) v = select(v, (float16)(NOTHING), LANES >= left);
    vstore16(v, 0, out + j);
    top = fmax(top, v);
  }
  float8 a = fmax(top.lo, top.hi);
  float4 b = fmax(a.lo, a.hi);
  float2 c = fmax(b.lo, b.hi);
  const float most = fmax(c.x, c.y);
  float16 sum = 0.f;
  for (int j = 0; j < n; j += 16) sum += EXP(vload16(0, out + j) - most);
  const float total = most + log(sum_16(sum));
  for (int j = 0; j < n; j += 16) vstore16(vload16(0, out + j) - total, 0, out + j);
}

// log(e^a + e^b).
inline float16 log_sum(float16 a, float16 b) { return fmax(a, b) + log(1.f + EXP(-fabs(a - b))); }

// d [m] = ofTeacher · Σ p (log p − log mixed) + ofStudent · Σ q (log q − log mixed). A piece: `rows` rows. spare: 3 · padded elements a piece.
PIECE divergence(__global float* restrict d, __global const float* restrict student, __global const float* restrict teacher, __global float* restrict spare, float scale,
    float ofTeacher, float ofStudent, float mix, float rest, int padded, int n, int m, int xPanels, int stride, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  __global float* lq = spare + (size_t)get_global_id(0) * 3 * padded;
  __global float* lp = lq + padded;
  const float logMix = mix > 0.f ? log(mix) : NEVER, logRest = rest > 0.f ? log(rest) : NEVER;
  for (int i = first; i < last; i++) {
    log_softmax(lq, student, (size_t)i * stride, xPanels, n, scale);
    log_softmax(lp, teacher, (size_t)i * stride, xPanels, n, scale);
    float16 sum = 0.f;
    for (int j = 0; j < n; j += 16) {
      float16 p = vload16(0, lp + j), q = vload16(0, lq + j), mixed = log_sum(p + logMix, q + logRest);
      sum = fma(EXP(p) * ofTeacher, p - mixed, sum);
      sum = fma(EXP(q) * ofStudent, q - mixed, sum);
    }
    d[i] = sum_16(sum);
  }
}

// dstudent = coefficient · scale · (u − q Σ u) with u = ofStudent · (q (log q − log mixed) − rest · q² / mixed) − ofTeacher · rest · p q / mixed.
PIECE divergence_gradient(__global float* restrict dstudent, __global const float* restrict student, __global const float* restrict teacher, __global const float* restrict coefficient,
    __global float* restrict spare, float scale, float ofTeacher, float ofStudent, float mix, float rest, int padded, int n, int m, int xPanels, int stride, int rows) {
  int first = get_global_id(0) * rows, last = min(first + rows, m);
  __global float* lq = spare + (size_t)get_global_id(0) * 3 * padded;
  __global float* lp = lq + padded;
  __global float* u = lp + padded;
  const float logMix = mix > 0.f ? log(mix) : NEVER, logRest = rest > 0.f ? log(rest) : NEVER;
  for (int i = first; i < last; i++) {
    const size_t row = (size_t)i * stride;
    const float factor = coefficient[i] * scale;
    if (factor == 0.f) {
      for (int j = 0, left = n; j < n; j += 16, left -= 16) SET(AT(dstudent, x, row, j), (float16)(0.f), left)
      continue;
    }
    log_softmax(lq, student, row, xPanels, n, scale);
    log_softmax(lp, teacher, row, xPanels, n, scale);
    float16 sum = 0.f;
    for (int j = 0; j < n; j += 16) {
      float16 p = vload16(0, lp + j), q = vload16(0, lq + j), mixed = log_sum(p + logMix, q + logRest);
      float16 own = EXP(q) * (q - mixed) - rest * EXP(q + q - mixed), beside = rest * EXP(p + q - mixed);
      float16 v = ofStudent * own - ofTeacher * beside;
      vstore16(v, 0, u + j);
      sum += v;
    }
    const float all = sum_16(sum);
    for (int j = 0, left = n; j < n; j += 16, left -= 16) {
      float16 v = (vload16(0, u + j) - EXP(vload16(0, lq + j)) * all) * factor;
      SET(AT(dstudent, x, row, j), v, left)
    }
  }
}
