package org.vulpes.corpus;

/** A turn of a conversation. @param role system, user or assistant */
public record Message(String role, String content) {
  public static final String SYSTEM = "system";
  public static final String USER = "user";
  public static final String ASSISTANT = "assistant";
}
