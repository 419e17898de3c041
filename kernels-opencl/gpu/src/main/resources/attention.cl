// Causal attention by online softmax for GPUs. A work-group of 64 items takes 64 queries (forward and dq) or 64 keys (dk and dv) of one head, one an item, whose vectors stay in
// registers; the other side passes through local memory, KEYS vectors at a time. HEAD is the head's dimension, known when this is compiled. No time x time matrix, no atomics.
// STORED says how q, k, v and out lie: 0 in fp32, 2 in bf16. Gradients are fp32.
#define ITEMS 64
#define KEYS 16
#if STORED == 2
typedef ushort stored_t;
#define OF(x) from_bf16(x)
#define TO(x) to_bf16(x)
#else
typedef float stored_t;
#define OF(x) (x)
#define TO(x) (x)
#endif

static int first_of(__global const int* first, int row, int t, int window) {
  const int document = first[row];
  return window > 0 ? max(document, t - window + 1) : document;
}

/* KEYS rows of HEAD values, from row s on, into local memory; rows after the last are zero. */
static void load(__local float* to, __global const stored_t* from, long base, int width, int lane, int s, int end, int item) {
  for (int u = item; u < KEYS * HEAD; u += ITEMS) {
    const int row = s + u / HEAD;
    to[u] = row < end ? OF(from[(base + row) * width + lane + u % HEAD]) : 0.0f;
  }
}

/* The same of a gradient. */
static void load_slopes(__local float* to, __global const float* from, long base, int width, int lane, int s, int end, int item) {
  for (int u = item; u < KEYS * HEAD; u += ITEMS) {
    const int row = s + u / HEAD;
    to[u] = row < end ? from[(base + row) * width + lane + u % HEAD] : 0.0f;
  }
}

__attribute__((reqd_work_group_size(ITEMS, 1, 1)))
__kernel void attention(__global stored_t* out, __global float* log_sum_exp, __global const stored_t* q, __global const stored_t* k, __global const stored_t* v, __global const int* first,
    int time, int heads, int kv_heads, float scale, int window) {
  __local float keys[KEYS * HEAD], values[KEYS * HEAD];
  const int item = get_local_id(0), h = get_global_id(1), b = get_global_id(2), t = get_global_id(0);
  const int lane = h / (heads / kv_heads) * HEAD, kv_width = kv_heads * HEAD, width = heads * HEAD;
  const long base = (long)b * time;
  const int here = t < time;
  const int from = here ? first_of(first, base + t, t, window) : 0;
  const long own = (base + t) * width + h * HEAD;
  float query[HEAD], sum[HEAD];
  for (int j = 0; j < HEAD; j++) {
    query[j] = here ? scale * OF(q[own + j]) : 0.0f;
    sum[j] = 0.0f;
  }
  float most = -INFINITY, total = 0.0f;
  const int last = min(time, (int)(get_group_id(0) + 1) * ITEMS);
  // Keys before the earliest that anybody here may see are skipped with a window.
  int begin = window > 0 ? max(0, (int)get_group_id(0) * ITEMS - window + 1) : 0;
  for (int s0 = begin; s0 < last; s0 += KEYS) {
    load(keys, k, base, kv_width, lane, s0, last, item);
    load(values, v, base, kv_width, lane, s0, last, item);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int u = 0; u < KEYS; u++) {
      const int s = s0 + u;
      if (here && s >= from && s <= t) {
        float score = 0.0f;
        for (int j = 0; j < HEAD; j++) score = fma(query[j], keys[u * HEAD + j], score);
        const float higher = fmax(most, score), keep = exp(most - higher), p = exp(score - higher);
        total = total * keep + p;
        for (int j = 0; j < HEAD; j++) sum[j] = fma(p, values[u * HEAD + j], sum[j] * keep);
        most = higher;
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (!here) return;
  for (int j = 0; j < HEAD; j++) out[own + j] = TO(sum[j] / total);
  log_sum_exp[(base + t) * heads + h] = most + log(total);
}

/* dq, and delta = dout · out for the next kernel. */
__attribute__((reqd_work_group_size(ITEMS, 1, 1)))
__kernel void attention_dq(__global float* dq, __global float* delta, __global const stored_t* q, __global const stored_t* k, __global const stored_t* v, __global const int* first,
    __global const stored_t* out, __global const float* log_sum_exp, __global const float* dout, int time, int heads, int kv_heads, float scale, int window) {
  __local float keys[KEYS * HEAD], values[KEYS * HEAD];
  const int item = get_local_id(0), h = get_global_id(1), b = get_global_id(2), t = get_global_id(0);
  const int lane = h / (heads / kv_heads) * HEAD, kv_width = kv_heads * HEAD, width = heads * HEAD;
  const long base = (long)b * time;
  const int here = t < time;
  const int from = here ? first_of(first, base + t, t, window) : 0;
  const long own = (base + t) * width + h * HEAD;
  float query[HEAD], slope[HEAD], sum[HEAD];
  float d = 0.0f;
  for (int j = 0; j < HEAD; j++) {
    query[j] = here ? scale * OF(q[own + j]) : 0.0f;
    slope[j] = here ? dout[own + j] : 0.0f;
    sum[j] = 0.0f;
    if (here) d = fma(slope[j], OF(out[own + j]), d);
  }
  const float whole = here ? log_sum_exp[(base + t) * heads + h] : 0.0f;
  const int last = min(time, (int)(get_group_id(0) + 1) * ITEMS);
  int begin = window > 0 ? max(0, (int)get_group_id(0) * ITEMS - window + 1) : 0;
  for (int s0 = begin; s0 < last; s0 += KEYS) {
    load(keys, k, base, kv_width, lane, s0, last, item);
    load(values, v, base, kv_width, lane, s0, last, item);
    barrier(CLK_LOCAL_MEM_FENCE);
    for (int u = 0; u < KEYS; u++) {
      const int s = s0 + u;
      if (here && s >= from && s <= t) {
        float score = 0.0f, dp = 0.0f;
        for (int j = 0; j < HEAD; j++) {
          score = fma(query[j], keys[u * HEAD + j], score);
          dp = fma(slope[j], values[u * HEAD + j], dp);
        }
        const float ds = scale * exp(score - whole) * (dp - d);
        for (int j = 0; j < HEAD; j++) sum[j] = fma(ds, keys[u * HEAD + j], sum[j]);
      }
    }
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  if (!here) return;
  for (int j = 0; j < HEAD; j++) dq[own + j] = sum[j];
  delta[(base + t) * heads + h] = d;
}

/* dk and dv: over the query heads of a group, then over the queries from the key on. */
__attribute__((reqd_work_group_size(ITEMS, 1, 1)))
__kernel void attention_dkv(__global float* dk, __global float* dv, __global const stored_t* q, __global const stored_t* k, __global const stored_t* v, __global const int* first,
    __global const float* log_sum_exp, __global const float* dout, __global const float* delta, int time, int heads, int kv_heads, float scale, int window) {
  __local float queries[KEYS * HEAD], slopes[KEYS * HEAD], wholes[KEYS], deltas[KEYS];
  __local int froms[KEYS];
  const int item = get_local_id(0), kv = get_global_id(1), b = get_global_id(2), s = get_global_id(0), group = heads / kv_heads;
  const int width = heads * HEAD;
  const long base = (long)b * time;
  const int here = s < time;
  const long own = (base + s) * kv_heads * HEAD + kv * HEAD;
  float key[HEAD], value[HEAD], key_sum[HEAD], value_sum[HEAD];
  for (int j = 0; j < HEAD; j++) {
    key[j] = here ? OF(k[own + j]) : 0.0f;
    value[j] = here ? OF(v[own + j]) : 0.0f;
    key_sum[j] = 0.0f;
    value_sum[j] = 0.0f;
  }
  const int t_begin = get_group_id(0) * ITEMS;
  const int t_end = window > 0 ? min(time, t_begin + ITEMS - 1 + window) : time;
  for (int g = 0; g < group; g++) {
    const int h = kv * group + g;
    for (int t0 = t_begin; t0 < t_end; t0 += KEYS) {
      load(queries, q, base, width, h * HEAD, t0, time, item);
      load_slopes(slopes, dout, base, width, h * HEAD, t0, time, item);
      if (item < KEYS) {
        const int t = t0 + item;
        wholes[item] = t < time ? log_sum_exp[(base + t) * heads + h] : 0.0f;
        deltas[item] = t < time ? delta[(base + t) * heads + h] : 0.0f;
        froms[item] = t < time ? first_of(first, base + t, t, window) : time;
      }
      barrier(CLK_LOCAL_MEM_FENCE);
      for (int u = 0; u < KEYS; u++) {
        const int t = t0 + u;
        if (here && t < time && t >= s && froms[u] <= s) {
          float score = 0.0f, dp = 0.0f;
          for (int j = 0; j < HEAD; j++) {
            score = fma(queries[u * HEAD + j], key[j], score);
            dp = fma(slopes[u * HEAD + j], value[j], dp);
          }
          const float p = exp(scale * score - wholes[u]), ds = scale * p * (dp - deltas[u]);
          for (int j = 0; j < HEAD; j++) {
            key_sum[j] = fma(ds, queries[u * HEAD + j], key_sum[j]);
            value_sum[j] = fma(p, slopes[u * HEAD + j], value_sum[j]);
          }
        }
      }
      barrier(CLK_LOCAL_MEM_FENCE);
    }
  }
  if (!here) return;
  for (int j = 0; j < HEAD; j++) {
    dk[own + j] = key_sum[j];
    dv[own + j] = value_sum[j];
  }
}
