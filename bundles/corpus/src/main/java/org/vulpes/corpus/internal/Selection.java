package org.vulpes.corpus.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Utf8;
import org.vulpes.slot.InvalidInput;

/**
 * Decides for every document of a source whether it trains, validates or stays out. Depends on the documents and the spec alone: neither
 * on a seed, nor on an arm, nor on the order in which files were listed (of equal documents the first in the source's order is kept, which
 * leaves the same text).
 *
 * @param domains by name
 */
public record Selection(SortedMap<String, Domain> domains) {
  /** Changes whenever the same source and spec would give another selection. */
  public static final String RULES = "selection 1";

  /** Documents of a domain that the index may hold in memory: about 1.5 GB. */
  private static final int MOST_DOCUMENTS = 20_000_000;

  public enum Side { TRAINING, VALIDATION, OUT }

  /**
   * @param picks one for each document of the source's stream, in its order
   * @param duplicates documents dropped because an equal one came before, in this or in an earlier domain
   * @param heldOut documents kept from training because another document of the same original validates
   * @param surplus documents left out by {@code max-bytes}
   */
  public record Domain(List<Pick> picks, int duplicates, int heldOut, int surplus) {}

  /** One document. @param high @param low first 128 bits of the SHA-256 of its normalised text */
  public record Pick(long high, long low, long origin, long bytes, Side side) {
    Pick to(Side s) {
      return new Pick(high, low, origin, bytes, s);
    }
  }

  public static final Comparator<Pick> BY_HASH =
      ((Comparator<Pick>) (a, b) -> Long.compareUnsigned(a.high, b.high)).thenComparing((a, b) -> Long.compareUnsigned(a.low, b.low));

  /** Reads the whole source once. */
  public static Selection of(CorpusSource source, CorpusSpec spec) {
    var read = new TreeMap<String, List<Pick>>();
    Set<Key> seen = new HashSet<>();
    var duplicates = new TreeMap<String, Integer>();
    for (String domain : source.domains().stream().sorted().toList()) {
      var picks = new ArrayList<Pick>();
      int dropped = 0;
      try (var documents = source.documents(domain)) {
        for (var it = documents.iterator(); it.hasNext(); ) {
          Pick pick = hash(it.next());
          if (pick.side != Side.OUT && !seen.add(new Key(pick.high, pick.low))) {
            pick = pick.to(Side.OUT);
            dropped++;
          }
          picks.add(pick);
          if (picks.size() > MOST_DOCUMENTS) {
            throw new InvalidInput("Domain '" + domain + "' has more than " + MOST_DOCUMENTS + " documents; join short ones into longer ones.");
          }
        }
      }
      read.put(domain, picks);
      duplicates.put(domain, dropped);
    }
    if (read.isEmpty()) throw new InvalidInput("The corpus has no domain; choose at least one.");

    var validating = new HashSet<Long>();
    var sides = new TreeMap<String, Side[]>();
    for (var e : read.entrySet()) sides.put(e.getKey(), validation(e.getKey(), e.getValue(), spec, validating));
    var domains = new TreeMap<String, Domain>();
    for (var e : read.entrySet()) {
      domains.put(e.getKey(), training(e.getKey(), e.getValue(), sides.get(e.getKey()), spec, validating, duplicates.get(e.getKey())));
    }
    return new Selection(domains);
  }

  private record Key(long high, long low) {}

  /** Indices of the documents that may be used, in the order of their hashes. */
  private static int[] order(List<Pick> picks) {
    return java.util.stream.IntStream.range(0, picks.size()).filter(i -> picks.get(i).side != Side.OUT).boxed()
        .sorted((a, b) -> BY_HASH.compare(picks.get(a), picks.get(b))).mapToInt(i -> i).toArray();
  }

  private static Side[] validation(String domain, List<Pick> picks, CorpusSpec spec, Set<Long> validating) {
    var sides = new Side[picks.size()];
    int[] order = order(picks);
    if (order.length == 0) {
      throw new InvalidInput("Domain '" + domain + "' is empty: none of its " + picks.size()
          + " documents has text of its own; leave it out of the corpus's domains.");
    }
    long bytes = 0;
    long all = 0;
    int taken = 0;
    int overlong = 0;
    for (int i : order) {
      Pick p = picks.get(i);
      all += p.bytes;
      if (p.bytes > spec.validationBytes()) overlong++;
      // A document longer than the whole target would be most of the validation text: such ones train.
      if (bytes >= spec.validationBytes() || p.bytes > spec.validationBytes()) continue;
      sides[i] = Side.VALIDATION;
      validating.add(p.origin);
      bytes += p.bytes;
      taken++;
    }
    if (bytes < spec.validationBytes() || taken == order.length) {
      throw new InvalidInput("Domain '" + domain + "' has too little text: " + all + " bytes in " + order.length + " documents, of which only "
          + bytes + " bytes can validate with validation-bytes = " + spec.validationBytes()
          + " and something left to train on; " + (overlong == 0 ? "lower corpus.validation-bytes or leave the domain out."
          : overlong + " are longer than that and only train: raise corpus.validation-bytes, part the text into shorter documents, or leave the domain out."));
    }
    return sides;
  }

  private static Domain training(String domain, List<Pick> picks, Side[] sides, CorpusSpec spec, Set<Long> validating, int duplicates) {
    long bytes = 0;
    int heldOut = 0;
    int surplus = 0;
    int training = 0;
    boolean full = false;
    for (int i : order(picks)) {
      Pick p = picks.get(i);
      if (sides[i] != null) continue;
      sides[i] = Side.OUT;
      if (validating.contains(p.origin)) {
        heldOut++;
        continue;
      }
      // Stops at the first that does not fit, so that what a smaller limit takes is always the beginning of what a larger one takes.
      full |= bytes + p.bytes > spec.maxBytes();
      if (full) {
        surplus++;
        continue;
      }
      sides[i] = Side.TRAINING;
      bytes += p.bytes;
      training++;
    }
    if (training == 0) {
      throw new InvalidInput("Domain '" + domain + "' has no training document: corpus.max-bytes = " + spec.maxBytes()
          + " is less than its first document, or all others validate; raise corpus.max-bytes or lower corpus.validation-bytes.");
    }
    var out = new ArrayList<Pick>(picks.size());
    for (int i = 0; i < picks.size(); i++) out.add(picks.get(i).to(sides[i] == null ? Side.OUT : sides[i]));
    return new Domain(List.copyOf(out), duplicates, heldOut, surplus);
  }

  private static Pick hash(Document d) {
    String normal = normalise(d.text());
    long bytes = Utf8.length(d.id(), d.text());
    byte[] text = sha256(normal);
    byte[] origin = sha256(d.origin());
    return new Pick(bits(text, 0), bits(text, 8), bits(origin, 0), bytes, normal.isEmpty() ? Side.OUT : Side.TRAINING);
  }

  /** White space at the ends removed, every run inside as one space: texts that differ in indentation or line ends alone are equal. */
  static String normalise(String text) {
    var out = new StringBuilder(text.length());
    boolean space = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        space = true;
      } else {
        if (space && !out.isEmpty()) out.append(' ');
        space = false;
        out.append(c);
      }
    }
    return out.toString();
  }

  public static byte[] sha256(String s) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(s.getBytes(StandardCharsets.UTF_8));
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private static long bits(byte[] b, int at) {
    return java.nio.ByteBuffer.wrap(b).getLong(at);
  }
}
