package org.vulpes.graph.operations;

/** Activation functions of feed-forward layers. */
public enum Activation {
  /** x · sigmoid(x). */
  SILU,
  /** GELU by the normal distribution: x · Φ(x) (Hendrycks and Gimpel 2016). */
  GELU,
  /** GELU by tanh: x/2 · (1 + tanh(sqrt(2/π)·(x + 0.044715 x³))). */
  GELU_TANH,
  /** max(0, x). */
  RELU,
  /** max(0, x)² (So et al. 2021). */
  RELU_SQUARED
}
