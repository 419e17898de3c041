package org.vulpes.corpus;

/**
 * The unit that is split, deduplicated, packed and masked.
 *
 * @param id stable name within its source, for messages ("guava-33.4.0-jre-sources.jar!/com/google/common/base/Joiner.java"). Several
 *     documents made from one original (a file's code and the prose of its comments) carry the original's name, then '#' and anything
 * @param text well-formed Unicode
 */
public record Document(String id, String domain, String text) {

  /** The name of the original: the id up to the first '#'. An original is never in training and in validation at once. */
  public String origin() {
    int hash = id.indexOf('#');
    return hash < 0 ? id : id.substring(0, hash);
  }
}
