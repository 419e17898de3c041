// Activation functions, alone and gating, forward and backward, in whatever order the elements lie: one pass over memory each. Compiled for KIND, an ordinal of
// org.vulpes.graph.operations.Activation. A piece: `piece` elements, a multiple of 16. Comes behind elementwise.cl.

// GELU by the normal distribution is computed element by element with the library's erf: it is rare.
inline float16 erf_16(float16 x) {
  float v[16];
  vstore16(x, 0, v);
  for (int i = 0; i < 16; i++) v[i] = erf(v[i]);
  return vload16(0, v);
}
#define NORMAL(x) (0.5f * (1.f + erf_16((x) * 0.707106781f)))
#define TANH_ARGUMENT(x) (0.797884561f * fma(0.044715f * (x) * (x), (x), (x)))
// (1 + tanh(u)) / 2 = sigmoid(2u)
#define TANH_HALF(x) sigmoid_16(2.f * TANH_ARGUMENT(x))

inline float16 silu(float16 x) { return x * sigmoid_16(x); }
inline float16 silu_slope(float16 x) { float16 s = sigmoid_16(x); return fma(x * s, 1.f - s, s); }
inline float16 gelu(float16 x) { return x * NORMAL(x); }
inline float16 gelu_slope(float16 x) { return fma(x * 0.39894228f, exp2_16(-0.5f * LOG2E * x * x), NORMAL(x)); }
inline float16 gelu_tanh(float16 x) { return x * TANH_HALF(x); }
inline float16 gelu_tanh_slope(float16 x) {
  float16 h = TANH_HALF(x);
  return fma(x * (2.f * h * (1.f - h)), 0.797884561f * fma((float16)(3.f * 0.044715f), x * x, (float16)(1.f)), h);
}
// Not fmax(0, x): that would hide a NaN.
inline float16 relu(float16 x) { return select(x, (float16)(0.f), x < 0.f); }
inline float16 relu_slope(float16 x) { return select(0.f * x, (float16)(1.f), x > 0.f); }
inline float16 relu_squared(float16 x) { return select(x * x, (float16)(0.f), x < 0.f); }
inline float16 relu_squared_slope(float16 x) { return select(2.f * x, (float16)(0.f), x < 0.f); }

#if KIND == 0
#define F silu
#define F_SLOPE silu_slope
#elif KIND == 1
#define F gelu
#define F_SLOPE gelu_slope
#elif KIND == 2
#define F gelu_tanh
#define F_SLOPE gelu_tanh_slope
#elif KIND == 3
#define F relu
#define F_SLOPE relu_slope
#else
#define F relu_squared
#define F_SLOPE relu_squared_slope
#endif

ELEMENTWISE_1(activate, F(x))
ELEMENTWISE_2(activate_gradient, z * F_SLOPE(x))
ELEMENTWISE_2(gated, F(x) * z)

PIECE gated_gradient(__global float* dgate, __global float* dup, __global const float* gate, __global const float* up, __global const float* dy, long n, int piece) {
  EACH_16 {
    float16 x = GET(gate), u = GET(up), d = GET(dy);
    PUT(dgate, d * u * F_SLOPE(x))
    PUT(dup, d * F(x))
  }
}
