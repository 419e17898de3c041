package org.vulpes.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.letsPlot.commons.encoding.UnsupportedRGBEncoder;
import org.jetbrains.letsPlot.core.util.PlotSvgExportCommon;

/**
 * A drawing in the charting library's words, a grammar of graphics: layers of geometries over data, scales, one theme. All drawings share
 * the theme; what differs between them is said by those who make them.
 */
final class Plot {
  /** Ink, grid and band as {@link Stylesheet} knows them, which turns them round on dark screens. */
  static final String INK = "#1f2328";
  static final String GRID = "#e3e7eb";
  static final String AXIS = "#6b7480";
  static final String BAND = "#8894a0";
  static final String PAPER = "#ffffff";

  private final int width;
  private final int height;
  private final Map<String, Object> spec;
  private final List<Object> layers = new ArrayList<>();
  private final List<Object> scales = new ArrayList<>();

  Plot(String title, int width, int height) {
    this.width = width;
    this.height = height;
    spec = map("kind", "plot", "ggtitle", map("text", title), "data", map(), "mapping", map(), "layers", layers, "scales", scales, "theme", theme(),
        "ggsize", map("width", width, "height", height));
  }

  private static Map<String, Object> theme() {
    return map("name", "minimal", "legend_position", "bottom", "legend_title", "blank", "panel_grid_minor", "blank", "plot_background", "blank", "panel_background", "blank",
        "legend_background", "blank", "text", element("size", 12, "color", INK), "plot_title", element("size", 13, "face", "bold"), "axis_title", element("size", 12),
        "axis_text", element("size", 11), "legend_text", element("size", 11), "panel_grid", element("color", GRID, "size", 0.7), "axis_ticks", element("color", AXIS),
        "axis_line", element("color", AXIS, "size", 0.8));
  }

  private static Map<String, Object> element(Object... options) {
    var out = map(options);
    out.put("blank", false);
    return out;
  }

  /** Keys and values by turns. */
  static Map<String, Object> map(Object... keysAndValues) {
    var out = new LinkedHashMap<String, Object>();
    for (int i = 0; i < keysAndValues.length; i += 2) out.put((String) keysAndValues[i], keysAndValues[i + 1]);
    return out;
  }

  /**
   * One geometry over data. Columns and settings are told apart by their values: an array or a list is a column, mapped to the aesthetic of its
   * name; anything else holds for the whole layer. Aesthetics that share one list share the column, and so one legend.
   */
  Plot layer(String geometry, Object... aesthetics) {
    var data = map();
    var mapping = map();
    var layer = map("geom", geometry, "tooltips", "none", "sampling", "none", "data", data, "mapping", mapping);
    for (int i = 0; i < aesthetics.length; i += 2) {
      String name = (String) aesthetics[i];
      Object column = aesthetics[i + 1] instanceof double[] x ? new ArrayList<>(Arrays.stream(x).boxed().toList())
          : aesthetics[i + 1] instanceof List<?> l ? new ArrayList<>(l) : null;
      if (column == null) {
        layer.put(name, aesthetics[i + 1]);
      } else {
        int first = 1;
        while (aesthetics[first] != aesthetics[i + 1]) first += 2;
        if (first == i + 1) data.put(name, column);
        mapping.put(name, aesthetics[first - 1]);
      }
    }
    layers.add(layer);
    return this;
  }

  /** @param name of the axis @param more settings: limits, breaks, trans, … */
  Plot axis(String aesthetic, String name, Object... more) {
    var scale = map(more);
    scale.put("aesthetic", aesthetic);
    scale.put("name", name);
    scales.add(scale);
    return this;
  }

  /** Which value of an aesthetic stands for which name, in the order of the legend. */
  Plot legend(String aesthetic, List<String> names, List<?> values, int columns) {
    scales.add(map("aesthetic", aesthetic, "breaks", new ArrayList<>(names), "limits", new ArrayList<>(names), "values", new ArrayList<>(values), "guide",
        map("name", "legend", "ncol", columns)));
    return this;
  }

  Plot noLegend() {
    @SuppressWarnings("unchecked")
    var theme = (Map<String, Object>) spec.get("theme");
    theme.put("legend_position", "none");
    return this;
  }

  /** @param name of the file, without its ending @param title for screen readers @param description what the drawing shows, in words */
  Drawing draw(String name, String title, String description) {
    String svg = PlotSvgExportCommon.INSTANCE.buildSvgImageFromRawSpecs(spec, null, new UnsupportedRGBEncoder(), false);
    return new Drawing(name, title, description, width, height, Tidy.body(svg, name), null);
  }
}
