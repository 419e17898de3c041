package org.vulpes.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.JarInputStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipInputStream;
import org.osgi.framework.Constants;

/** Looks into the jar of a bundle that cannot be used, to tell what it would offer. */
final class JarText {
  /** Component descriptions and defaults are written by hand or by bnd: a few KiB. */
  private static final int MOST_BYTES = 1 << 20;

  private JarText() {}

  /** A plugin that a component description tells of. */
  record Offer(String slot, String use) {}

  /** Whether a file can be opened as a jar. */
  static boolean isJar(Path file) {
    try (var jar = new JarFile(file.toFile(), false)) {
      return jar.size() > 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether a component description names this slot and this plugin. */
  static boolean mentions(byte[] jar, String slot, String use) {
    return offers(jar).contains(new Offer(slot, use));
  }

  /** What the component descriptions offer, in the order of the jar; empty when it is no jar. */
  static List<Offer> offers(byte[] jar) {
    var out = new ArrayList<Offer>();
    try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (var e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        if (!e.getName().startsWith("OSGI-INF/") || !e.getName().endsWith(".xml")) continue;
        String text = new String(zip.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        // A file may describe several components.
        for (String component : text.split("</(\\w+:)?component>")) {
          String slot = property(component, "slot");
          String use = property(component, "use");
          if (slot != null && use != null) out.add(new Offer(slot, use));
        }
      }
    } catch (IOException e) {
      // No jar at all: it offers nothing.
    }
    return out;
  }

  /** Whether it offers packages to other bundles. */
  static boolean exports(byte[] jar) {
    try (var in = new JarInputStream(new ByteArrayInputStream(jar))) {
      return in.getManifest() != null && in.getManifest().getMainAttributes().getValue(Constants.EXPORT_PACKAGE) != null;
    } catch (IOException e) {
      return false;
    }
  }

  private static String property(String component, String name) {
    Matcher property = Pattern.compile("<property\\b[^>]*\\bname=\"" + name + "\"[^>]*>").matcher(component);
    if (!property.find()) return null;
    Matcher value = Pattern.compile("\\bvalue=\"([^\"]*)\"").matcher(property.group());
    return value.find() ? value.group(1) : null;
  }
}
