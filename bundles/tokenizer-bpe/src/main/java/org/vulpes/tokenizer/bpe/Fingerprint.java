package org.vulpes.tokenizer.bpe;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over a sequence of values, each with its length, so that no two sequences run together. */
final class Fingerprint {
  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java platform has SHA-256.", e);
    }
  }

  Fingerprint number(int n) {
    digest.update(ByteBuffer.allocate(4).putInt(0, n));
    return this;
  }

  Fingerprint bytes(byte[] bytes) {
    number(bytes.length);
    digest.update(bytes);
    return this;
  }

  Fingerprint text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
