package org.vulpes.slot;

/**
 * What fills a slot now.
 *
 * @param kind loop or program
 * @param use the plugin's name within the slot
 * @param bundle symbolic name; empty where no framework runs
 * @param sha256 of the bundle's jar, hex; empty when unknown
 * @param options the plugin's block of the configuration, HOCON
 * @param since step after which it took over; 0: from the beginning
 */
public record Occupant(String slot, String kind, String use, String bundle, String version, String sha256, String options, long since) {

  /** "flat (org.vulpes.curriculum.flat 0.1.0)". */
  public String told() {
    return bundle.isEmpty() ? use : use + " (" + bundle + " " + version + ")";
  }
}
