package org.vulpes.report;

/**
 * One picture as SVG without a style of its own; {@link Stylesheet#DRAWING} gives it one.
 *
 * @param name of its file, without the ending
 * @param title what it is of
 * @param description what it shows, for those who cannot see it
 * @param narrow the same for a narrow screen; null when {@code body} serves there too
 */
record Drawing(String name, String title, String description, int width, int height, String body, Drawing narrow) {

  Drawing orOnNarrowScreens(Drawing other) {
    return new Drawing(name, title, description, width, height, body, other);
  }

  /** A file of its own. */
  String file() {
    return svg("drawing", " xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "\" height=\"" + height + "\"",
        "<style>" + Stylesheet.DRAWING + "</style>\n<rect class=\"ground\" width=\"" + width + "\" height=\"" + height + "\"/>\n") + "\n";
  }

  /** Inside a page that has the style. @param where it shows: empty, "wide" or "narrow" */
  String inline(String where) {
    return svg(where.isEmpty() ? "drawing" : "drawing " + where, "", "");
  }

  private String svg(String classes, String attributes, String before) {
    return "<svg class=\"" + classes + "\"" + attributes + " viewBox=\"0 0 " + width + " " + height + "\" role=\"img\" aria-labelledby=\"" + name + "-title " + name + "-desc\">\n<title id=\""
        + name + "-title\">" + Html.text(title) + "</title>\n<desc id=\"" + name + "-desc\">" + Html.text(description) + "</desc>\n" + before + body + "</svg>";
  }
}
