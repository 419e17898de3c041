package org.vulpes.report;

/** How one arm looks in every drawing: colour, dash and mark, so that arms are told apart without colour too. */
record Look(int index) {
  private static final String[] DASHES = {"", "7 4", "2 3", "10 3 2 3", "4 2"};

  String stroke() {
    return "s" + index % Svg.COLOURS;
  }

  String fill() {
    return "f" + index % Svg.COLOURS;
  }

  String dash() {
    return DASHES[index % DASHES.length];
  }

  /** Draws the mark around a point. */
  void mark(Svg svg, double x, double y, double r, boolean filled) {
    String path = switch (index % 6) {
      case 0 -> circle(x, y, r);
      case 1 -> polygon(x - r * 0.9, y - r * 0.9, x + r * 0.9, y - r * 0.9, x + r * 0.9, y + r * 0.9, x - r * 0.9, y + r * 0.9);
      case 2 -> polygon(x, y - r * 1.2, x + r * 1.1, y + r * 0.8, x - r * 1.1, y + r * 0.8);
      case 3 -> diamond(x, y, r * 1.3);
      case 4 -> polygon(x, y + r * 1.2, x + r * 1.1, y - r * 0.8, x - r * 1.1, y - r * 0.8);
      default -> cross(x, y, r);
    };
    svg.path("mark " + stroke() + " " + fill() + (filled ? "" : " open"), "", path);
  }

  static String circle(double x, double y, double r) {
    return "M" + Svg.n(x - r) + " " + Svg.n(y) + "a" + Svg.n(r) + " " + Svg.n(r) + " 0 1 0 " + Svg.n(2 * r) + " 0a" + Svg.n(r) + " " + Svg.n(r) + " 0 1 0 " + Svg.n(-2 * r) + " 0z";
  }

  static String cross(double x, double y, double r) {
    return "M" + Svg.n(x - r) + " " + Svg.n(y - r) + "L" + Svg.n(x + r) + " " + Svg.n(y + r) + "M" + Svg.n(x - r) + " " + Svg.n(y + r) + "L" + Svg.n(x + r) + " " + Svg.n(y - r);
  }

  static String diamond(double x, double y, double r) {
    return polygon(x, y - r, x + r, y, x, y + r, x - r, y);
  }

  private static String polygon(double... xy) {
    var out = new StringBuilder("M");
    for (int i = 0; i < xy.length; i += 2) out.append(i == 0 ? "" : "L").append(Svg.n(xy[i])).append(' ').append(Svg.n(xy[i + 1]));
    return out.append('z').toString();
  }

  /** A line with its mark, as a legend shows it. */
  void sample(Svg svg, double x, double y, double width) {
    svg.path("line " + stroke(), dash(), "M" + Svg.n(x) + " " + Svg.n(y) + "h" + Svg.n(width));
    mark(svg, x + width / 2, y, 3.5, true);
  }
}
