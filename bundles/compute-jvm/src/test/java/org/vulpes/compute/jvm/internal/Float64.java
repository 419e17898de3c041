package org.vulpes.compute.jvm.internal;

import org.vulpes.compute.Kernel;
import org.vulpes.graph.operations.*;

/** The operations in plain float64 loops, written from their Javadoc alone: what the kernels are tested against. */
final class Float64 {
  private Float64() {}

  static void define(Kernel kernel, double[][] in, int[][] shapes, double[][] out, int[][] outShapes) {
    double[] y = out[0];
    int width = outShapes[0][outShapes[0].length - 1], rows = y.length / width;
    switch (kernel) {
      case Add k -> each(y, i -> in[0][i] + in[1][i]);
      case Multiply k -> each(y, i -> in[0][i] * in[1][i]);
      case Scale k -> each(y, i -> k.factor() * in[0][i]);
      case ScaleBy k -> each(y, i -> in[1][0] * in[0][i]);
      case AddBias k -> each(y, i -> in[0][i] + in[1][i % width]);
      case SumRows k -> {
        for (int i = 0; i < in[0].length; i++) y[i % width] += in[0][i];
      }
      case Dot k -> {
        for (int i = 0; i < in[0].length; i++) y[0] += in[0][i] * in[1][i];
      }
      case SquaredNorm k -> {
        for (double[] x : in) for (double v : x) y[0] += v * v;
      }
      case ClipFactor k -> y[0] = in[1][0] <= 0 ? 1 : Math.min(1, in[1][0] / (Math.sqrt(in[0][0]) + 1e-6));
      case Slice k -> each(y, i -> in[0][i / width * last(shapes[0]) + k.start() + i % width]);
      case Pad k -> {
        int columns = last(shapes[0]);
        for (int i = 0; i < in[0].length; i++) y[i / columns * width + k.start() + i % columns] = in[0][i];
      }
      case Concat k -> {
        for (int r = 0, at = 0; r < rows; r++) {
          for (int p = 0; p < in.length; p++) for (int j = 0; j < last(shapes[p]); j++) y[at++] = in[p][r * last(shapes[p]) + j];
        }
      }
      case Embedding k -> each(y, i -> in[0][(int) in[1][i / width] * width + i % width]);
      case EmbeddingGradient k -> {
        for (int i = 0; i < in[1].length; i++) y[(int) in[0][i / width] * width + i % width] += in[1][i];
      }
      case Rope k -> rope(k, in, shapes, y);
      case Activate k -> each(y, i -> value(k.kind(), in[0][i]));
      case ActivateGradient k -> each(y, i -> in[1][i] * slope(k.kind(), in[0][i]));
      case GatedActivation k -> each(y, i -> value(k.kind(), in[0][i]) * in[1][i]);
      case GatedActivationGradient k -> {
        each(y, i -> in[2][i] * in[1][i] * slope(k.kind(), in[0][i]));
        each(out[1], i -> in[2][i] * value(k.kind(), in[0][i]));
      }
      case RmsNorm k -> rmsNorm(k, in, out);
      case RmsNormGradient k -> rmsNormGradient(k, in, out);
      case LayerNorm k -> layerNorm(k, in, out, width);
      case LayerNormGradient k -> layerNormGradient(in, out, width);
      case AdamW k -> adamW(k, in, out);
      case Lion k -> lion(k, in, out);
      case Attention k -> attention(k, in, shapes[0], out);
      case AttentionGradient k -> attentionGradient(k, in, shapes[0], out);
      case PolicyLoss k -> policyLoss(k, in, out);
      case PolicyLossGradient k -> each(y, i -> in[4][i] * policyGradient(k.of(), in, i));
      case ValueLoss k -> each(y, i -> Math.max(square(in[0][i] - in[2][i]), square(clip(in[0][i], in[1][i] - k.clip(), in[1][i] + k.clip()) - in[2][i])) / 2);
      case ValueLossGradient k -> each(y, i -> {
        double v = in[0][i], held = clip(v, in[1][i] - k.of().clip(), in[1][i] + k.of().clip());
        return in[3][i] * (square(held - in[2][i]) > square(v - in[2][i]) ? held == v ? v - in[2][i] : 0 : v - in[2][i]);
      });
      case CacheWrite k -> cacheWrite(k, in, shapes, y);
      case CachedAttention k -> cachedAttention(k, in, shapes, y);
      default -> throw new IllegalArgumentException(kernel.name());
    }
  }

  private interface Element {
    double at(int i);
  }

  private static void each(double[] y, Element f) {
    for (int i = 0; i < y.length; i++) y[i] = f.at(i);
  }

  private static int last(int[] shape) {
    return shape[shape.length - 1];
  }

  private static void rope(Rope k, double[][] in, int[][] shapes, double[] y) {
    int width = shapes[0][2], time = shapes[0][1], half = k.rotated() / 2;
    for (int i = 0; i < y.length; i++) {
      int j = i % width % k.headDim(), t = i / width % time;
      if (j >= k.rotated()) {
        y[i] = in[0][i];
        continue;
      }
      double c = in[1][t * half + j % half], s = in[2][t * half + j % half] * (k.inverse() ? -1 : 1);
      y[i] = j < half ? in[0][i] * c - in[0][i + half] * s : in[0][i] * c + in[0][i - half] * s;
    }
  }

  private static double square(double x) {
    return x * x;
  }

  private static double clip(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
  }

  /** PPO's objective negated, and Schulman's three estimators, from the papers' formulas. */
  private static void policyLoss(PolicyLoss k, double[][] in, double[][] out) {
    for (int i = 0; i < out[0].length; i++) {
      double logp = -in[0][i], a = in[3][i], r = k.ratio() ? Math.exp(logp - in[1][i]) : 1, clipped = clip(r, 1 - k.low(), 1 + k.high()), logr = in[2][i] - logp;
      double objective = k.ratio() ? Math.min(r * a, clipped * a) : logp * a;
      double kl = switch (k.kl()) {
        case NONE -> 0;
        case K1 -> -logr;
        case K2 -> logr * logr / 2;
        case K3 -> Math.exp(logr) - 1 - logr;
      };
      out[0][i] = -objective + k.beta() * kl;
      out[1][i] = Math.abs(r - 1);
      out[2][i] = k.ratio() && (a > 0 && r > 1 + k.high() || a < 0 && r < 1 - k.low()) ? 1 : 0;
      out[3][i] = kl;
    }
  }

  /** By −log p: central differences of the loss. */
  private static double policyGradient(PolicyLoss k, double[][] in, int i) {
    double h = 1e-5;
    double[][] one = new double[4][1], out = new double[4][1];
    double[] loss = new double[2];
    for (int side = 0; side < 2; side++) {
      for (int j = 0; j < 4; j++) one[j][0] = in[j][i];
      one[0][0] += side == 0 ? -h : h;
      policyLoss(k, one, out);
      loss[side] = out[0][0];
    }
    return (loss[1] - loss[0]) / (2 * h);
  }

  private static void cacheWrite(CacheWrite k, double[][] in, int[][] shapes, double[] y) {
    int width = shapes[1][2], time = shapes[1][1], capacity = k.blocked() ? 16 * shapes[0][1] : shapes[0][1];
    System.arraycopy(in[0], 0, y, 0, y.length);
    for (int e = 0; e < shapes[2][0]; e++) {
      for (int i = 0; i < width * in[2][4 * e + 3]; i++) {
        int t = i / width, c = i % width, place = ((int) in[2][4 * e + 2] + t) % capacity, slot = (int) in[2][4 * e + 1];
        int to = k.blocked() ? place % 16 + 16 * (c + width * (place / 16 + capacity / 16 * slot)) : c + width * (place + capacity * slot);
        y[to] = in[1][((int) in[2][4 * e] * time + t) * width + c];
      }
    }
  }

  /** By plain softmax over the places in ring order, whatever their age. */
  private static void cachedAttention(CachedAttention k, double[][] in, int[][] shapes, double[] y) {
    int d = k.headDim(), capacity = shapes[2][1], width = shapes[2][2];
    for (int i = 0; i < y.length; i++) {
      int row = i / (k.heads() * d), h = i / d % k.heads() * k.kvHeads() / k.heads(), place = (int) in[3][4 * row + 2], slot = (int) in[3][4 * row + 1];
      if (in[3][4 * row + 3] == 0) continue;
      double sum = 0;
      for (int s = 0; s < capacity; s++) {
        int age = Math.floorMod(place - s, capacity);
        if (age > place || k.window() > 0 && age >= k.window()) continue;
        double dot = 0;
        for (int j = 0; j < d; j++) dot += in[0][i - i % d + j] * in[1][s % 16 + 16 * (h * d + j + width * (s / 16 + capacity / 16 * slot))];
        double p = Math.exp(k.scale() * dot);
        sum += p;
        y[i] += p * in[2][h * d + i % d + width * (s + capacity * slot)];
      }
      y[i] /= sum;
    }
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  private static double density(double x) {
    return Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }

  /** Φ by the series of Marsaglia 2004, good to 1e-15 for |x| below 6. */
  private static double phi(double x) {
    double term = x, sum = x;
    for (int n = 1; n < 200; n++) sum += term *= x * x / (2 * n + 1);
    return 0.5 + sum * density(x);
  }

  private static double tanhArgument(double x) {
    return Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
  }

  static double value(Activation kind, double x) {
    return switch (kind) {
      case SILU -> x * sigmoid(x);
      case GELU -> x * phi(x);
      case GELU_TANH -> x / 2 * (1 + Math.tanh(tanhArgument(x)));
      case RELU -> Math.max(0, x);
      case RELU_SQUARED -> Math.pow(Math.max(0, x), 2);
    };
  }

  static double slope(Activation kind, double x) {
    return switch (kind) {
      case SILU -> sigmoid(x) * (1 + x * (1 - sigmoid(x)));
      case GELU -> phi(x) + x * density(x);
      case GELU_TANH -> {
        double t = Math.tanh(tanhArgument(x));
        yield (1 + t) / 2 + x / 2 * (1 - t * t) * Math.sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
      }
      case RELU -> x > 0 ? 1 : 0;
      case RELU_SQUARED -> 2 * Math.max(0, x);
    };
  }

  private static void rmsNorm(RmsNorm k, double[][] in, double[][] out) {
    int g = in[1].length;
    for (int r = 0; r < in[0].length / g; r++) {
      double squares = 0;
      for (int j = 0; j < g; j++) squares += Math.pow(in[0][r * g + j], 2);
      out[1][r] = 1 / Math.sqrt(squares / g + k.epsilon());
      for (int j = 0; j < g; j++) out[0][r * g + j] = in[0][r * g + j] * out[1][r] * (in[1][j] + (k.offset() ? 1 : 0));
    }
  }

  private static void rmsNormGradient(RmsNormGradient k, double[][] in, double[][] out) {
    int w = in[1].length;
    for (int r = 0; r < in[0].length / w; r++) {
      double mean = 0, inverse = in[2][r];
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0, i = r * w; j < w; j++, i++) {
          double n = in[0][i] * inverse, g = in[3][i] * (in[1][j] + (k.offset() ? 1 : 0));
          if (pass == 0) mean += g * n / w;
          else out[0][i] = inverse * (g - n * mean);
          if (pass == 0) out[1][j] += in[3][i] * n;
        }
      }
    }
  }

  private static void layerNorm(LayerNorm k, double[][] in, double[][] out, int w) {
    for (int r = 0; r < in[0].length / w; r++) {
      double mean = 0, variance = 0;
      for (int j = 0; j < w; j++) mean += in[0][r * w + j] / w;
      for (int j = 0; j < w; j++) variance += Math.pow(in[0][r * w + j] - mean, 2) / w;
      double inverse = 1 / Math.sqrt(variance + k.epsilon());
      out[1][r] = mean;
      out[2][r] = inverse;
      for (int j = 0; j < w; j++) out[0][r * w + j] = (in[0][r * w + j] - mean) * inverse * in[1][j] + (in.length > 2 ? in[2][j] : 0);
    }
  }

  private static void layerNormGradient(double[][] in, double[][] out, int w) {
    for (int r = 0; r < in[0].length / w; r++) {
      double mean = 0, product = 0;
      for (int pass = 0; pass < 2; pass++) {
        for (int j = 0, i = r * w; j < w; j++, i++) {
          double n = (in[0][i] - in[2][r]) * in[3][r], g = in[4][i] * in[1][j];
          if (pass == 0) {
            mean += g / w;
            product += g * n / w;
            out[1][j] += in[4][i] * n;
            out[2][j] += in[4][i];
          } else {
            out[0][i] = in[3][r] * (g - mean - n * product);
          }
        }
      }
    }
  }

  private static void adamW(AdamW k, double[][] in, double[][] out) {
    double[] h = in[5];
    for (int i = 0; i < in[0].length; i++) {
      double g = in[4][0] * in[1][i];
      out[1][i] = h[1] * in[2][i] + (1 - h[1]) * g;
      out[2][i] = h[2] * in[3][i] + (1 - h[2]) * g * g;
      out[0][i] = in[0][i] * (k.decay() ? 1 - h[0] * h[4] : 1) - h[0] * (out[1][i] / h[5]) / (Math.sqrt(out[2][i] / h[6]) + h[3]);
    }
  }

  private static void lion(Lion k, double[][] in, double[][] out) {
    double[] h = in[4];
    for (int i = 0; i < in[0].length; i++) {
      double g = in[3][0] * in[1][i];
      out[0][i] = in[0][i] * (k.decay() ? 1 - h[0] * h[4] : 1) - h[0] * Math.signum(h[1] * in[2][i] + (1 - h[1]) * g);
      out[1][i] = h[2] * in[2][i] + (1 - h[2]) * g;
    }
  }

  private static int firstSeen(int t, double firstVisible, int window) {
    return (int) Math.max(firstVisible, window > 0 ? t - window + 1 : 0);
  }

  private static double dot(double[] a, int i, double[] b, int j, int n) {
    double sum = 0;
    for (int d = 0; d < n; d++) sum += a[i + d] * b[j + d];
    return sum;
  }

  private static void attention(Attention k, double[][] in, int[] shape, double[][] out) {
    int time = shape[1], d = k.headDim(), group = k.heads() / k.kvHeads();
    for (int b = 0; b < shape[0]; b++) {
      for (int t = 0; t < time; t++) {
        for (int h = 0; h < k.heads(); h++) {
          int row = b * time + t, q = (row * k.heads() + h) * d, first = firstSeen(t, in[3][row], k.window());
          double[] p = new double[t + 1];
          double max = Double.NEGATIVE_INFINITY, sum = 0;
          for (int s = first; s <= t; s++) max = Math.max(max, p[s] = k.scale() * dot(in[0], q, in[1], ((b * time + s) * k.kvHeads() + h / group) * d, d));
          for (int s = first; s <= t; s++) sum += p[s] = Math.exp(p[s] - max);
          for (int s = first; s <= t; s++) {
            int v = ((b * time + s) * k.kvHeads() + h / group) * d;
            for (int j = 0; j < d; j++) out[0][q + j] += p[s] / sum * in[2][v + j];
          }
          out[1][row * k.heads() + h] = max + Math.log(sum);
        }
      }
    }
  }

  private static void attentionGradient(AttentionGradient k, double[][] in, int[] shape, double[][] out) {
    int time = shape[1], d = k.headDim(), group = k.heads() / k.kvHeads();
    for (int b = 0; b < shape[0]; b++) {
      for (int t = 0; t < time; t++) {
        for (int h = 0; h < k.heads(); h++) {
          int row = b * time + t, q = (row * k.heads() + h) * d;
          double big = dot(in[6], q, in[4], q, d);
          for (int s = firstSeen(t, in[3][row], k.window()); s <= t; s++) {
            int kv = ((b * time + s) * k.kvHeads() + h / group) * d;
            double p = Math.exp(k.scale() * dot(in[0], q, in[1], kv, d) - in[5][row * k.heads() + h]);
            double ds = p * (dot(in[6], q, in[2], kv, d) - big);
            for (int j = 0; j < d; j++) {
              out[0][q + j] += k.scale() * ds * in[1][kv + j];
              out[1][kv + j] += k.scale() * ds * in[0][q + j];
              out[2][kv + j] += p * in[6][q + j];
            }
          }
        }
      }
    }
  }
}
