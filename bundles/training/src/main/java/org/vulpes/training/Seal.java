package org.vulpes.training;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells whether a JSON object that Vulpes wrote was altered: its field {@code checksum} is the SHA-256 of the whole text with zeros in the
 * checksum's place. Against damage and slips of the hand, not against forgery.
 */
public final class Seal {
  public static final String FIELD = "checksum";
  /** What the field holds while the text is made. */
  public static final String BLANK = "0".repeat(64);
  private static final Pattern PLACE = Pattern.compile("\"" + FIELD + "\" ?: ?\"([0-9a-f]{64})\"");

  private Seal() {}

  /** @param json text with {@code "checksum": BLANK} in it, of which there is one */
  public static String close(String json) {
    return json.replace(BLANK, sha256(json));
  }

  public static boolean intact(String json) {
    Matcher m = PLACE.matcher(json);
    return m.find() && sha256(json.substring(0, m.start(1)) + BLANK + json.substring(m.end(1))).equals(m.group(1));
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }
}
