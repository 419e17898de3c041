// bf16: the upper half of an fp32 number, in a ushort. To nearest, ties to even; NaN stays NaN.
static ushort to_bf16(float x) {
  const uint bits = as_uint(x);
  return isnan(x) ? (ushort)(bits >> 16 | 0x40u) : (ushort)((bits + 0x7fffu + (bits >> 16 & 1u)) >> 16);
}

static float from_bf16(ushort x) {
  return as_float((uint)x << 16);
}

__kernel void round_all(__global ushort* to, __global const float* from, long n) {
  const long i = get_global_id(0);
  if (i < n) to[i] = to_bf16(from[i]);
}

__kernel void widen_all(__global float* to, __global const ushort* from, long n) {
  const long i = get_global_id(0);
  if (i < n) to[i] = from_bf16(from[i]);
}
