// Builds where the compiler hands PTX on to a target with bf16 tensor cores.
__kernel void probe(__global float* c, __global const uint* a) {
  uint word;
  float x = c[0], y = c[1], z = c[2], w = c[3];
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(word) : "f"(x), "f"(y));
  asm volatile("mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, {%0, %1, %2, %3};"
      : "+f"(x), "+f"(y), "+f"(z), "+f"(w) : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(word), "r"(a[5]));
  c[0] = x + y + z + w;
}
