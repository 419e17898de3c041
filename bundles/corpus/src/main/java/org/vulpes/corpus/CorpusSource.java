package org.vulpes.corpus;

import java.util.List;
import java.util.stream.Stream;

/** What a corpus plugin offers for slot {@code corpus}: documents by domain. */
public interface CorpusSource {

  /** Names of the domains, alphabetical. */
  List<String> domains();

  /**
   * The documents of a domain in an order that depends on the source alone. The stream is lazy and is closed by the caller.
   *
   * @throws org.vulpes.slot.InvalidInput for a missing file, or a document that is not UTF-8 (its id and the byte's offset are named)
   */
  Stream<Document> documents(String domain);

  /** Identifies the exact content cheaply (coordinates and checksums of files), for caches and plans. */
  String fingerprint();

  /** Whether a document is learned as one piece: it is never cut, and a sequence without room for the next one stays empty there. Conversations are; plain text is not. */
  default boolean whole() {
    return false;
  }

  /** Special tokens that the documents use, as they are written; a run's tokenizer is given those that it lacks. */
  default List<String> controls() {
    return List.of();
  }

  /** Sentences that a user should read beside the plan, for instance that an optional source was not found and what was taken instead. */
  default List<String> notes() {
    return List.of();
  }
}
