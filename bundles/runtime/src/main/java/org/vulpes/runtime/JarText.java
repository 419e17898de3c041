package org.vulpes.runtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.ZipInputStream;

/** Looks into the jar of a bundle that cannot be used, to tell whether it is what somebody asked for. */
final class JarText {
  /** Component descriptions and defaults are written by hand or by bnd: a few KiB. */
  private static final int MOST_BYTES = 1 << 20;

  private JarText() {}

  /** Whether a component description names this slot and this plugin. */
  static boolean mentions(byte[] jar, String slot, String use) {
    try (var zip = new ZipInputStream(new ByteArrayInputStream(jar))) {
      for (var e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
        if (!e.getName().startsWith("OSGI-INF/") || !e.getName().endsWith(".xml")) continue;
        String text = new String(zip.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        if (text.contains("\"" + slot + "\"") && text.contains("\"" + use + "\"")) return true;
      }
    } catch (IOException e) {
      // No jar at all: nobody asked for that.
    }
    return false;
  }
}
