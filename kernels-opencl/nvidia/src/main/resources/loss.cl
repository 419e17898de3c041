// The head's softmax over logits of some rows: a work-group a row.
__kernel void loss_rows(__global float* nll, __global float* log_sum_exp, __global const float* logits, __global const int* targets, int first, int vocabulary, __local float* shared) {
  const int t = get_local_id(0), size = get_local_size(0);
  const long r = get_group_id(0);
  __global const float* row = logits + r * vocabulary;
  float most = -INFINITY;
  for (int c = t; c < vocabulary; c += size) most = fmax(most, row[c]);
  most = group_max(most, shared);
  float sum = 0.0f;
  for (int c = t; c < vocabulary; c += size) sum += exp(row[c] - most);
  sum = group_sum(sum, shared);
  if (t != 0) return;
  const float whole = most + log(sum);
  const int target = targets[first + r];
  log_sum_exp[first + r] = whole;
  nll[first + r] = target < 0 ? 0.0f : whole - row[min(target, vocabulary - 1)];
}

/* d = coefficient · (softmax − one at the target), zero in ignored rows; d may be the logits' own memory. */
__kernel void loss_slope(__global float* d, __global const float* logits, __global const int* targets, __global const float* log_sum_exp, __global const float* coefficient, int first,
    long logits_start, int vocabulary, int rows) {
  const int c = get_global_id(0), r = get_global_id(1);
  if (c >= vocabulary || r >= rows) return;
  const int target = targets[first + r];
  const long at = (long)r * vocabulary + c;
  d[at] = target < 0 ? 0.0f : coefficient[first + r] * (exp(logits[logits_start + at] - log_sum_exp[first + r]) - (c == target ? 1.0f : 0.0f));
}
