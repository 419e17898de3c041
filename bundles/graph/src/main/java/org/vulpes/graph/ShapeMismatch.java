package org.vulpes.graph;

/** Tensors do not fit an operation. The message names the operation, its place in the model, and the axes with their sizes. */
public final class ShapeMismatch extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public ShapeMismatch(String message) {
    super(message);
  }
}
