package org.vulpes.surgery;

import java.util.Optional;

/** What the numbers of a tensor are, which decides how they follow when weights are pooled, copied or added. */
public enum Meaning {
  /** Weights. */
  VALUE,
  /** A running mean of gradients: linear in the gradient. A weight that is copied n times shares its gradient among the copies, one that pools n others takes the sum of theirs. */
  GRADIENT,
  /** A running mean of squared gradients: the factors of {@link #GRADIENT} squared, as if gradients of different weights were independent. */
  SQUARED_GRADIENT;

  /** Of an optimizer's moment, by the names that all optimizers share; empty for one that only its optimizer understands. */
  public static Optional<Meaning> ofMoment(String name) {
    return switch (name) {
      case "m" -> Optional.of(GRADIENT);
      case "v" -> Optional.of(SQUARED_GRADIENT);
      default -> Optional.empty();
    };
  }

  /** The factor on numbers of this kind. @param value on weights @param gradient on their gradients */
  public double factor(double value, double gradient) {
    return switch (this) {
      case VALUE -> value;
      case GRADIENT -> gradient;
      case SQUARED_GRADIENT -> gradient * gradient;
    };
  }
}
