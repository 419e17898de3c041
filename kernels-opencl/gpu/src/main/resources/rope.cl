// Turns the pair (j, j + rotated/2) of each head by the angle of its position; what lies after the rotated ones passes. An item a pair or a passing dimension. y lies in bf16, x in bf16 (STORED 2) or fp32.
#if STORED == 2
typedef ushort stored_t;
#define OF(x) from_bf16(x)
#else
typedef float stored_t;
#define OF(x) (x)
#endif

__kernel void rope(__global ushort* y, __global const stored_t* x, __global const float* cos, __global const float* sin, int width, int time, int head_dim, int rotated, float sign, long n) {
  const long i = get_global_id(0);
  if (i >= n) return;
  const int pairs = rotated / 2, items = head_dim - pairs, j = i % items;
  const long head = i / items * head_dim;
  if (j >= pairs) {
    y[head + j + pairs] = to_bf16(OF(x[head + j + pairs]));
    return;
  }
  const int t = head / width % time;
  const float c = cos[t * pairs + j], s = sign * sin[t * pairs + j], a = OF(x[head + j]), b = OF(x[head + j + pairs]);
  y[head + j] = to_bf16(a * c - b * s);
  y[head + j + pairs] = to_bf16(b * c + a * s);
}
