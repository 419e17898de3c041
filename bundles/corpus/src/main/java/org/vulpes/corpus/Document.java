package org.vulpes.corpus;

/**
 * The unit that is split, deduplicated, packed and masked.
 *
 * @param id stable name within its source, for messages ("guava-33.4.0-jre-sources.jar!/com/google/common/base/Joiner.java")
 * @param text well-formed Unicode
 */
public record Document(String id, String domain, String text) {}
