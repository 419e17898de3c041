package org.vulpes.report;

import java.io.StringReader;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * What the charting library draws, made fit for a report: two decimals instead of fifteen (half the bytes), names that are the same at every
 * writing instead of random ones, colours in one notation that a style sheet can match, and none of its style sheets, which would be
 * repeated in every drawing and bind the page around it.
 */
final class Tidy {
  private static final Pattern LONG = Pattern.compile("-?\\d+\\.\\d+(?:[eE]-?\\d+)?");
  private static final Pattern RGB = Pattern.compile("rgb\\((\\d+),\\s*(\\d+),\\s*(\\d+)\\)");
  private static final Pattern LINK = Pattern.compile("url\\(#([^)]+)\\)");

  private final String prefix;
  private final Map<String, String> names = new HashMap<>();
  private final StringBuilder out = new StringBuilder();

  private Tidy(String prefix) {
    this.prefix = prefix;
  }

  /** What stands inside of the outermost element. @param prefix of every name, so that drawings on one page do not clash */
  static String body(String svg, String prefix) {
    try {
      var factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_COALESCING, true);
      var tidy = new Tidy(prefix);
      tidy.read(factory.createXMLStreamReader(new StringReader(svg)));
      return tidy.out.toString();
    } catch (XMLStreamException e) {
      throw new IllegalStateException("The charting library wrote what is not XML: " + e.getMessage(), e);
    }
  }

  private void read(XMLStreamReader in) throws XMLStreamException {
    int depth = 0;
    boolean open = false;
    while (in.hasNext()) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          if (in.getLocalName().equals("style")) {
            skip(in);
            continue;
          }
          if (depth++ == 0) continue;
          if (open) out.append('>');
          out.append('<').append(in.getLocalName());
          for (int i = 0; i < in.getAttributeCount(); i++) attribute(in.getAttributeLocalName(i), in.getAttributeValue(i));
          open = true;
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (--depth == 0) continue;
          if (open) out.append("/>\n");
          else out.append("</").append(in.getLocalName()).append(">\n");
          open = false;
        }
        case XMLStreamConstants.CHARACTERS -> {
          String text = in.getText().strip();
          if (text.isEmpty() || depth <= 1) continue;
          if (open) out.append('>');
          open = false;
          out.append(Html.text(text));
        }
        default -> {}
      }
    }
  }

  private static void skip(XMLStreamReader in) throws XMLStreamException {
    for (int depth = 1; depth > 0; ) {
      int event = in.next();
      if (event == XMLStreamConstants.START_ELEMENT) depth++;
      if (event == XMLStreamConstants.END_ELEMENT) depth--;
    }
  }

  private void attribute(String name, String value) {
    String v = switch (name) {
      case "id" -> name(value);
      case "class" -> value;
      case "style" -> {
        style(value);
        yield "";
      }
      default -> LINK.matcher(colour(rounded(value))).replaceAll(m -> "url(#" + Matcher.quoteReplacement(name(m.group(1))) + ")");
    };
    if (v.isEmpty() || (name.endsWith("-opacity") && v.equals("1")) || (name.equals("transform") && v.strip().equals("translate(0 0 )"))) return;
    out.append(' ').append(name).append("=\"").append(Html.text(v)).append('"');
  }

  /** Labels of data carry a style; as attributes a style sheet can match them, and the page's font holds for all. */
  private void style(String value) {
    for (String s : value.split(";")) {
      String[] pair = s.split(":", 2);
      if (pair.length == 2 && !pair[0].strip().equals("font-family")) attribute(pair[0].strip(), pair[1].strip());
    }
  }

  private String name(String theirs) {
    return names.computeIfAbsent(theirs, n -> prefix + "-" + names.size());
  }

  private static String rounded(String value) {
    return LONG.matcher(value).replaceAll(m -> {
      double x = Math.round(Double.parseDouble(m.group()) * 100) / 100.0;
      return x == Math.rint(x) ? Long.toString((long) x) : Double.toString(x);
    });
  }

  private static String colour(String value) {
    return RGB.matcher(value).replaceAll(m -> String.format(Locale.ROOT, "#%02x%02x%02x", Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)), Integer.parseInt(m.group(3))));
  }
}
