package org.vulpes.study;

import java.nio.file.Path;
import java.util.Optional;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;

/** What is made once the trials are done: the compressors' figures on the same text, and a sample. */
final class Afterwards {
  private final StudyPlan plan;
  private final TokenStore store;
  private final Catalogue catalogue;
  private final Path folder;
  private final StudyListener listener;

  Afterwards(StudyPlan plan, TokenStore store, Catalogue catalogue, Path folder, StudyListener listener) {
    this.plan = plan;
    this.store = store;
    this.catalogue = catalogue;
    this.folder = folder;
    this.listener = listener;
  }

  void write(String prompt, int tokens) {}

  static Optional<References> references(Path folder) {
    return Optional.empty();
  }

  static String sample(Path folder) {
    return "";
  }
}
