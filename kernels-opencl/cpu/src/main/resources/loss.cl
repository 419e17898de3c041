// Cross-entropy of a linear head, forward and backward, over a chunk of tokens at a time; the logits of all tokens are never stored. Logits are computed transposed,
// [token / 32][vocabulary][token % 32] = weight · hiddenᵀ: the weight is read as it lies, and the softmax runs down the lanes of two registers. Where the gradient is wanted
// too, exponentials stay unnormalised: 1 / Σ goes on the tokens' rows of the hidden state (for dweight) and of dhidden, and the target's −1 is a sparse correction.
// Vocabulary is cut into slices (a piece each); sums over slices are taken in their order. Comes behind gemm.cl.

#define TOP(i) topLo = fmax(topLo, lo##i); topHi = fmax(topHi, hi##i);
#define WRITE_AND_TOP(i) WRITE(i) TOP(i)

#define TILES_OF_SLICE(BEGIN, END) \
  int row = first; \
  for (; row + 12 <= last; row += 12) TILE_ROWS(ROWS12, BEGIN, END) \
  for (; row + 8 <= last; row += 8) TILE_ROWS(ROWS8, BEGIN, END) \
  for (; row + 4 <= last; row += 4) TILE_ROWS(ROWS4, BEGIN, END) \
  for (; row < last; row++) TILE_ROWS(ROWS1, BEGIN, END)

// The names that TILE_ROWS expects: c logits, a weight, b hiddenᵀ, k width; both matrices have `vocabulary` rows.
#define LOGITS_OF_CHUNK \
  int first = get_global_id(0) * slice, last = min(first + slice, vocabulary), aRows = vocabulary, cRows = vocabulary; \
  b += (size_t)firstToken * k;

// Logits of `tokens` tokens (a multiple of 32; behind the last one hiddenᵀ is zero) and the greatest one of the slice for each: tops [slice][tokens].
PIECE logits_and_tops(__global float* restrict c, __global float* restrict tops, __global const float* restrict a, __global const float* restrict b,
    int vocabulary, int k, int firstToken, int tokens, int slice) {
  LOGITS_OF_CHUNK
  for (int j = 0; j < tokens / 32; j++) {
    float16 topLo = LOWEST, topHi = LOWEST;
    TILES_OF_SLICE(NONE, WRITE_AND_TOP)
    __global float* at = tops + (size_t)get_global_id(0) * tokens + j * 32;
    STORE(at, topLo);
    STORE(at + 16, topHi);
  }
}

// to [m][vocabulary] in rows = the logits of 32 tokens. A piece: a slice.
PIECE logits_to_rows(__global float* restrict to, __global const float* restrict c, int vocabulary, int firstToken, int slice, int m) {
  int first = get_global_id(0) * slice, last = min(first + slice, vocabulary);
  for (int i = 0; i < 32 && firstToken + i < m; i++) for (int v = first; v < last; v++) to[(size_t)(firstToken + i) * vocabulary + v] = c[(size_t)v * 32 + i];
}

// top [tokens] = the greatest logit of each token, hit [tokens] = its target's logit. A piece: 32 tokens.
PIECE top_and_hit(__global float* restrict top, __global float* restrict hit, __global const float* restrict tops, __global const float* restrict c, __global const int* restrict targets,
    int vocabulary, int slices, int firstToken, int tokens, int m) {
  int j = get_global_id(0);
  float16 lo = LOWEST, hi = LOWEST;
  for (int s = 0; s < slices; s++) {
    lo = fmax(lo, LOAD(tops + (size_t)s * tokens + j * 32));
    hi = fmax(hi, LOAD(tops + (size_t)s * tokens + j * 32 + 16));
  }
  STORE(top + j * 32, lo);
  STORE(top + j * 32 + 16, hi);
  for (int i = 0; i < 32; i++) {
    int t = firstToken + j * 32 + i, target = t < m ? clamp(targets[t], 0, vocabulary - 1) : 0;
    hit[j * 32 + i] = c[((size_t)j * vocabulary + target) * 32 + i];
  }
}

// Logits become exp(logit − top); sums [slice][tokens]. A piece: a slice.
PIECE exponentials(__global float* restrict c, __global float* restrict sums, __global const float* restrict top, int vocabulary, int tokens, int slice) {
  int first = get_global_id(0) * slice, last = min(first + slice, vocabulary);
  for (int j = 0; j < tokens / 32; j++) {
    float16 topLo = LOG2E * LOAD(top + j * 32), topHi = LOG2E * LOAD(top + j * 32 + 16), sumLo = 0.f, sumHi = 0.f;
    __global float* at = c + ((size_t)j * vocabulary + first) * 32;
    for (int v = first; v < last; v++, at += 32) {
      float16 lo = exp2_16(fma(LOAD(at), (float16)(LOG2E), -topLo)), hi = exp2_16(fma(LOAD(at + 16), (float16)(LOG2E), -topHi));
      STORE(at, lo);
      STORE(at + 16, hi);
      sumLo += lo;
      sumHi += hi;
    }
    __global float* to = sums + (size_t)get_global_id(0) * tokens + j * 32;
    STORE(to, sumLo);
    STORE(to + 16, sumHi);
  }
}

// nll and logSumExp of the chunk's tokens, and factor [tokens] = coefficient / Σ, with which rows of exponentials become rows of the logits' gradient. A piece: 32 tokens.
PIECE losses(__global float* restrict nll, __global float* restrict logSumExp, __global float* restrict factor, __global const float* restrict sums, __global const float* restrict top,
    __global const float* restrict hit, __global const int* restrict targets, __global const float* restrict coefficient, int slices, int firstToken, int tokens, int m) {
  int j = get_global_id(0);
  float16 lo = 0.f, hi = 0.f;
  for (int s = 0; s < slices; s++) {
    lo += LOAD(sums + (size_t)s * tokens + j * 32);
    hi += LOAD(sums + (size_t)s * tokens + j * 32 + 16);
  }
  float sum[32];
  vstore16(lo, 0, sum);
  vstore16(hi, 1, sum);
  for (int i = 0; i < 32; i++) {
    int t = firstToken + j * 32 + i;
    factor[j * 32 + i] = t < m && targets[t] >= 0 ? coefficient[t] / sum[i] : 0.f;
    if (t >= m) continue;
    float total = top[j * 32 + i] + log(sum[i]);
    logSumExp[t] = total;
    nll[t] = targets[t] < 0 ? 0.f : total - hit[j * 32 + i];
  }
}

// Forward alone: of each slice the greatest logit and the sum of exponentials under it, and the target's logit by whichever slice has it. Nothing else is stored; the
// slice's logits of 32 tokens stay in the cache (scratch c: one slice of 32 for each piece).
PIECE loss_slices(__global float* restrict c, __global float* restrict tops, __global float* restrict sums, __global float* restrict hit, __global const float* restrict a,
    __global const float* restrict b, __global const int* restrict targets, int vocabulary, int k, int slice, int m) {
  int first = get_global_id(0) * slice, last = min(first + slice, vocabulary), aRows = vocabulary, cRows = 0, padded = (m + 31) / 32 * 32;
  for (int j = 0; j < padded / 32; j++) {
    float16 topLo = LOWEST, topHi = LOWEST, sumLo = 0.f, sumHi = 0.f;
    TILES_OF_SLICE(NONE, WRITE_AND_TOP)
    for (int v = first; v < last; v++) {
      sumLo += exp2_16((LOAD(c + (size_t)v * 32) - topLo) * LOG2E);
      sumHi += exp2_16((LOAD(c + (size_t)v * 32 + 16) - topHi) * LOG2E);
    }
    size_t at = (size_t)get_global_id(0) * padded + j * 32;
    STORE(tops + at, topLo);
    STORE(tops + at + 16, topHi);
    STORE(sums + at, sumLo);
    STORE(sums + at + 16, sumHi);
    for (int i = 0; i < 32 && j * 32 + i < m; i++) {
      int target = min(targets[j * 32 + i], vocabulary - 1);
      if (target >= first && target < last) hit[j * 32 + i] = c[(size_t)target * 32 + i];
    }
  }
}

// nll and logSumExp from what loss_slices leaves. A piece: 32 tokens.
PIECE losses_of_slices(__global float* restrict nll, __global float* restrict logSumExp, __global const float* restrict tops, __global const float* restrict sums,
    __global const float* restrict hit, __global const int* restrict targets, int slices, int m) {
  int j = get_global_id(0), padded = (m + 31) / 32 * 32;
  float16 topLo = LOWEST, topHi = LOWEST, sumLo = 0.f, sumHi = 0.f;
  for (int s = 0; s < slices; s++) {
    topLo = fmax(topLo, LOAD(tops + (size_t)s * padded + j * 32));
    topHi = fmax(topHi, LOAD(tops + (size_t)s * padded + j * 32 + 16));
  }
  for (int s = 0; s < slices; s++) {
    size_t at = (size_t)s * padded + j * 32;
    sumLo = fma(LOAD(sums + at), exp2_16((LOAD(tops + at) - topLo) * LOG2E), sumLo);
    sumHi = fma(LOAD(sums + at + 16), exp2_16((LOAD(tops + at + 16) - topHi) * LOG2E), sumHi);
  }
  float total[32];
  vstore16(topLo + log(sumLo), 0, total);
  vstore16(topHi + log(sumHi), 1, total);
  for (int i = 0; i < 32 && j * 32 + i < m; i++) {
    int t = j * 32 + i;
    logSumExp[t] = total[i];
    nll[t] = targets[t] < 0 ? 0.f : total[i] - hit[t];
  }
}

// Gradient alone: logits become probabilities as they leave the registers, since logSumExp is known.
#define PROBABILITY(i) lo##i = exp2_16(fma(lo##i, (float16)(LOG2E), -lseLo)); hi##i = exp2_16(fma(hi##i, (float16)(LOG2E), -lseHi)); WRITE(i)
PIECE probabilities(__global float* restrict c, __global const float* restrict a, __global const float* restrict b, __global const float* restrict logSumExp,
    int vocabulary, int k, int firstToken, int tokens, int slice, int m) {
  LOGITS_OF_CHUNK
  for (int j = 0; j < tokens / 32; j++) {
    float lse[32];
    for (int i = 0; i < 32; i++) lse[i] = firstToken + j * 32 + i < m ? LOG2E * logSumExp[firstToken + j * 32 + i] : 0.f;
    float16 lseLo = vload16(0, lse), lseHi = vload16(1, lse);
    TILES_OF_SLICE(NONE, PROBABILITY)
  }
}

// factor [tokens] = the coefficients of the chunk's tokens, zero for ignored ones and behind the last. A piece: all of it.
PIECE coefficients(__global float* restrict factor, __global const int* restrict targets, __global const float* restrict coefficient, int firstToken, int tokens, int m) {
  for (int i = 0; i < tokens; i++) factor[i] = firstToken + i < m && targets[firstToken + i] >= 0 ? coefficient[firstToken + i] : 0.f;
}

// scaled, panels [tokens] = the chunk's rows of hidden, panels [m], times factor; zeros behind the last. A piece: a panel.
PIECE scale_tokens(__global float* restrict scaled, __global const float* restrict hidden, __global const float* restrict factor, int firstToken, int tokens, int m) {
  int p = get_global_id(0), count = min(tokens, m - firstToken);
  __global float* to = scaled + (size_t)p * tokens * 32;
  __global const float* from = hidden + ((size_t)p * m + firstToken) * 32;
  for (int i = 0; i < count; i++) { STORE(to + i * 32, factor[i] * LOAD(from + i * 32)); STORE(to + i * 32 + 16, factor[i] * LOAD(from + i * 32 + 16)); }
  for (int i = count; i < tokens; i++) { STORE(to + i * 32, (float16)(0.f)); STORE(to + i * 32 + 16, (float16)(0.f)); }
}

// What the products leave out: dhidden = factor · dhidden − coefficient · weight[target], dweight[target] −= coefficient · hidden, token after token. A piece: a panel.
PIECE targets_part(__global float* restrict dhidden, __global float* restrict dweight, __global const float* restrict hidden, __global const float* restrict weight,
    __global const float* restrict factor, __global const int* restrict targets, __global const float* restrict coefficient, int vocabulary, int firstToken, int tokens, int m) {
  int p = get_global_id(0), count = min(tokens, m - firstToken);
  for (int i = 0; i < count; i++) {
    int t = firstToken + i;
    size_t at = ((size_t)p * m + t) * 32;
    float16 lo = factor[i] * LOAD(dhidden + at), hi = factor[i] * LOAD(dhidden + at + 16);
    if (targets[t] >= 0) {
      float c = coefficient[t];
      size_t target = ((size_t)p * vocabulary + min(targets[t], vocabulary - 1)) * 32;
      lo -= c * LOAD(weight + target);
      hi -= c * LOAD(weight + target + 16);
      STORE(dweight + target, LOAD(dweight + target) - c * LOAD(hidden + at));
      STORE(dweight + target + 16, LOAD(dweight + target + 16) - c * LOAD(hidden + at + 16));
    }
    STORE(dhidden + at, lo);
    STORE(dhidden + at + 16, hi);
  }
}
