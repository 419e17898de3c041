// Sums of a work-group through local memory: the upper part is added to the lower again and again, so the order depends on the size of the group alone. Groups have at most 256 items: more gave wrong
// barriers with some drivers.
static float group_sum(float own, __local float* shared) {
  const int t = get_local_id(0);
  shared[t] = own;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = get_local_size(0) / 2; reach > 0; reach /= 2) {
    if (t < reach) shared[t] += shared[t + reach];
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  const float sum = shared[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return sum;
}

static float group_max(float own, __local float* shared) {
  const int t = get_local_id(0);
  shared[t] = own;
  barrier(CLK_LOCAL_MEM_FENCE);
  for (int reach = get_local_size(0) / 2; reach > 0; reach /= 2) {
    if (t < reach) shared[t] = fmax(shared[t], shared[t + reach]);
    barrier(CLK_LOCAL_MEM_FENCE);
  }
  const float most = shared[0];
  barrier(CLK_LOCAL_MEM_FENCE);
  return most;
}
