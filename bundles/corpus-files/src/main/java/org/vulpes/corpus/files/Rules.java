package org.vulpes.corpus.files;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * How files of a domain become documents.
 *
 * @param field path to a JSON line's text
 * @param separator between two documents of a text file, UTF-8; null: a file is one document
 * @param cut bytes of the longest piece; 0: documents stay whole
 * @param longest bytes of the longest document or JSON line that is read
 */
record Rules(List<String> field, byte[] separator, int cut, int longest) {
  static final Rules DEFAULT = new Rules(List.of("text"), null, 0, 16 << 20);

  /** What decides the documents, for the fingerprint; the bound only decides whether they are read. */
  String identity() {
    return field + " " + (separator == null ? "" : new String(separator, StandardCharsets.UTF_8)) + " " + cut;
  }
}
