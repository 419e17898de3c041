package org.vulpes.study.matching;

/** The sizes of one decoder. @param ffn of the inner layer; 0 when its brick has no single one */
public record Dimensions(int width, int ffn, int layers) {

  int get(Dimension d) {
    return switch (d) {
      case WIDTH -> width;
      case FFN -> ffn;
      case LAYERS -> layers;
    };
  }

  Dimensions with(Dimension d, int value) {
    return switch (d) {
      case WIDTH -> new Dimensions(value, ffn, layers);
      case FFN -> new Dimensions(width, value, layers);
      case LAYERS -> new Dimensions(width, ffn, value);
    };
  }
}
