// Activations where what the backward pass needs lies in bf16; dy is fp32. KIND: the number of Activation: SILU, GELU, GELU_TANH, RELU, RELU_SQUARED.
#define ROOT 0.7978845608f
#define CUBIC 0.044715f

static float value(float x) {
#if KIND == 0
  return x / (1.0f + exp(-x));
#elif KIND == 1
  return 0.5f * x * erfc(-x * M_SQRT1_2_F);
#elif KIND == 2
  return 0.5f * x * (1.0f + tanh(ROOT * (x + CUBIC * x * x * x)));
#elif KIND == 3
  return x > 0.0f ? x : 0.0f * x;
#else
  return x > 0.0f ? x * x : 0.0f * x;
#endif
}

static float slope(float x) {
#if KIND == 0
  const float s = 1.0f / (1.0f + exp(-x));
  return s * (1.0f + x * (1.0f - s));
#elif KIND == 1
  return 0.5f * erfc(-x * M_SQRT1_2_F) + x * 0.3989422804f * exp(-0.5f * x * x);
#elif KIND == 2
  const float t = tanh(ROOT * (x + CUBIC * x * x * x));
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * ROOT * (1.0f + 3.0f * CUBIC * x * x);
#elif KIND == 3
  return x > 0.0f ? 1.0f : 0.0f * x;
#else
  return x > 0.0f ? 2.0f * x : 0.0f * x;
#endif
}

__kernel void activate(__global ushort* y, __global const ushort* x, long n) {
  const long i = get_global_id(0);
  if (i < n) y[i] = to_bf16(value(from_bf16(x[i])));
}

__kernel void activate_gradient(__global ushort* dx, __global const ushort* x, __global const float* dy, long n) {
  const long i = get_global_id(0);
  if (i < n) dx[i] = to_bf16(dy[i] * slope(from_bf16(x[i])));
}

__kernel void gated(__global ushort* y, __global const ushort* gate, __global const ushort* up, long n) {
  const long i = get_global_id(0);
  if (i < n) y[i] = to_bf16(value(from_bf16(gate[i])) * from_bf16(up[i]));
}

__kernel void gated_gradient(__global ushort* dgate, __global ushort* dup, __global const ushort* gate, __global const ushort* up, __global const float* dy, long n) {
  const long i = get_global_id(0);
  if (i >= n) return;
  const float g = from_bf16(gate[i]);
  dgate[i] = to_bf16(dy[i] * from_bf16(up[i]) * slope(g));
  dup[i] = to_bf16(dy[i] * value(g));
}
