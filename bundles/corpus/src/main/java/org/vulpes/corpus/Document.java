package org.vulpes.corpus;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The unit that is split, deduplicated, packed and masked.
 *
 * @param id stable name within its source, for messages ("guava-33.4.0-jre-sources.jar!/com/google/common/base/Joiner.java"). Several
 *     documents made from one original (a file's code and the prose of its comments) carry the original's name, then '#' and anything
 * @param text well-formed Unicode
 * @param parts of which the text consists when not all of it is to be learned, or control tokens stand in it; empty for plain text
 */
public record Document(String id, String domain, String text, List<Part> parts) {
  public Document {
    parts = List.copyOf(parts);
  }

  public Document(String id, String domain, String text) {
    this(id, domain, text, List.of());
  }

  /** A document of parts; its text is theirs, one after the other. */
  public static Document of(String id, String domain, List<Part> parts) {
    return new Document(id, domain, parts.stream().map(Part::text).collect(Collectors.joining()), parts);
  }

  /** The name of the original: the id up to the first '#'. An original is never in training and in validation at once. */
  public String origin() {
    int hash = id.indexOf('#');
    return hash < 0 ? id : id.substring(0, hash);
  }

  /**
   * @param text of a control token as it is written ({@code <|im_start|>}); empty there: the tokenizer's end of text
   * @param learned whether it is an answer, or is only seen
   */
  public record Part(Kind kind, String text, boolean learned) {
    public enum Kind {
      TEXT,
      /** One special token. */
      CONTROL,
      /** Without text: what follows is a further row of the same example, the worse answer to the same question. */
      WORSE_ROW,
      /** Without text, at the start: the whole example is labelled bad. */
      BAD
    }

    public static Part seen(String text) {
      return new Part(Kind.TEXT, text, false);
    }

    public static Part answer(String text) {
      return new Part(Kind.TEXT, text, true);
    }

    public static Part control(String token, boolean learned) {
      return new Part(Kind.CONTROL, token, learned);
    }

    public static Part worseRow() {
      return new Part(Kind.WORSE_ROW, "", false);
    }

    public static Part bad() {
      return new Part(Kind.BAD, "", false);
    }
  }
}
