// What a device reaches at most, for profiles (Floor.java). FLOATS: how many floats its compiler likes in a vector.
#if FLOATS == 1
typedef float vector;
#elif FLOATS == 2
typedef float2 vector;
#elif FLOATS == 4
typedef float4 vector;
#elif FLOATS == 8
typedef float8 vector;
#else
typedef float16 vector;
#endif

// Twelve chains that do not wait for each other: two units with a latency of four keep eight busy. Each converges to 1.
__kernel void multiply_add(__global vector* out, int n) {
  const vector scale = (vector)(0.9990234375f), shift = (vector)(0.0009765625f);
  vector a = (vector)((float)get_global_id(0)), b = a + 1, c = a + 2, d = a + 3, e = a + 4, f = a + 5, g = a + 6, h = a + 7, i = a + 8, j = a + 9, k = a + 10, l = a + 11;
  for (int turn = 0; turn < n; turn++) {
    a = fma(a, scale, shift);
    b = fma(b, scale, shift);
    c = fma(c, scale, shift);
    d = fma(d, scale, shift);
    e = fma(e, scale, shift);
    f = fma(f, scale, shift);
    g = fma(g, scale, shift);
    h = fma(h, scale, shift);
    i = fma(i, scale, shift);
    j = fma(j, scale, shift);
    k = fma(k, scale, shift);
    l = fma(l, scale, shift);
  }
  out[get_global_id(0)] = a + b + c + d + e + f + g + h + i + j + k + l;
}

__kernel void copy(__global vector* to, __global const vector* from) {
  to[get_global_id(0)] = from[get_global_id(0)];
}
