package org.vulpes.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

class CorpusTest {
  @TempDir Path cache;

  @Test
  void everyDocumentTrainsOrValidates() {
    Texts source = Texts.random(1, 100, 20, "code", "prose");
    TokenStore store = source.store(cache, CorpusSpec.ALL, 500);
    for (String domain : store.domains()) {
      var training = texts(store.training(domain));
      var validation = texts(store.validation(domain));
      var all = new HashSet<>(training);
      all.addAll(validation);
      assertEquals(new HashSet<>(source.documents(domain).map(Document::text).toList()), all);
      assertEquals(100, training.size() + validation.size());
      long bytes = store.validation(domain).bytes();
      assertTrue(bytes >= 500 && bytes < 1000, "" + bytes);
      assertEquals(bytes, validation.stream().mapToLong(t -> t.getBytes(StandardCharsets.UTF_8).length).sum());
    }
  }

  @Test
  void theSplitDependsNeitherOnTheOrderOfDocumentsNorOnMaxBytes() {
    Texts source = Texts.random(2, 200, 20, "prose");
    var turned = new ArrayList<>(source.documents().get("prose"));
    Collections.reverse(turned);
    TokenStore all = source.store(cache, CorpusSpec.ALL, 500);
    TokenStore other = Texts.of(turned.toArray(Document[]::new)).store(cache, CorpusSpec.ALL, 500);
    assertEquals(all.contentHash(), other.contentHash());
    assertEquals(texts(all.training("prose")), texts(other.training("prose")));
    TokenStore two = source.store(cache, 2000, 500);
    TokenStore one = source.store(cache, 1000, 500);
    assertEquals(texts(all.validation("prose")), texts(one.validation("prose")));
    assertTrue(texts(two.training("prose")).containsAll(texts(one.training("prose"))));
    assertTrue(texts(all.training("prose")).containsAll(texts(two.training("prose"))));
    assertTrue(one.training("prose").bytes() <= 1000 && two.training("prose").bytes() > one.training("prose").bytes());
    assertEquals(all.training("prose").count() - one.training("prose").count(), one.counts("prose").surplus());
    assertNotEquals(all.contentHash(), one.contentHash());
  }

  @Test
  void equalTextsAreKeptOnceAcrossDomains() {
    Texts source = Texts.random(3, 60, 20, "code", "prose");
    var documents = new ArrayList<>(source.documents().get("prose"));
    documents.add(new Document("again", "prose", "  " + documents.get(7).text().replace(" ", "\n\t") + "\n"));
    documents.add(new Document("from code", "prose", source.documents().get("code").get(3).text()));
    documents.add(new Document("blank", "prose", " \n "));
    documents.addAll(source.documents().get("code"));
    TokenStore store = Texts.of(documents.toArray(Document[]::new)).store(cache, CorpusSpec.ALL, 300);
    assertEquals(new TokenStore.Counts(2, 0, 0), store.counts("prose"));
    assertEquals(60, store.training("prose").count() + store.validation("prose").count());
    assertEquals(source.store(cache, CorpusSpec.ALL, 300).contentHash(), store.contentHash());
  }

  @Test
  void anOriginalNeverTrainsInOneDomainAndValidatesInAnother() {
    var documents = new ArrayList<Document>();
    for (int i = 0; i < 80; i++) {
      documents.add(new Document("File" + i + ".java#code", "code", "class Fox" + i + " { int speed = " + i + "; }"));
      documents.add(new Document("File" + i + ".java#prose", "prose", "The fox number " + i + " runs at its own speed."));
    }
    TokenStore store = Texts.of(documents.toArray(Document[]::new)).store(cache, CorpusSpec.ALL, 500);
    var validating = new HashSet<String>();
    for (String d : store.domains()) texts(store.validation(d)).forEach(t -> validating.add(number(t)));
    for (String d : store.domains()) {
      assertTrue(store.counts(d).heldOut() > 0);
      for (String t : texts(store.training(d))) assertFalse(validating.contains(number(t)), t);
    }
  }

  private static String number(String text) {
    return text.replaceFirst("\\D*", "").replaceFirst("\\D.*", "");
  }

  @Test
  void theTokenizerSampleIsTrainingTextInTurnsOfDomains() {
    Texts source = Texts.random(4, 200, 20, "code", "prose");
    var spec = new CorpusSpec(CorpusSpec.ALL, 500);
    List<String> sample = new Corpus(source, spec).sample(3000).toList();
    assertEquals(sample, new Corpus(source, spec).sample(3000).toList());
    TokenStore store = source.store(cache, CorpusSpec.ALL, 500);
    var given = new TreeMap<String, Long>();
    for (String text : sample) {
      String domain = text.startsWith("code") ? "code" : "prose";
      assertTrue(texts(store.training(domain)).contains(text));
      given.merge(domain, (long) text.getBytes(StandardCharsets.UTF_8).length, Long::sum);
    }
    assertTrue(given.get("code") + given.get("prose") >= 3000 && given.get("code") + given.get("prose") < 3200, given.toString());
    assertTrue(Math.abs(given.get("code") - given.get("prose")) < 200, given.toString());
    long all = store.training("code").count() + store.training("prose").count();
    assertEquals(all, new Corpus(source, spec).sample(Long.MAX_VALUE).count());
  }

  @Test
  void theHashTellsSourceAndSpec() {
    Texts source = Texts.random(5, 10, 5, "prose");
    String hash = new Corpus(source, new CorpusSpec(100, 10)).hash();
    assertEquals(hash, new Corpus(Texts.random(5, 10, 5, "prose"), new CorpusSpec(100, 10)).hash());
    assertNotEquals(hash, new Corpus(Texts.random(6, 10, 5, "prose"), new CorpusSpec(100, 10)).hash());
    assertNotEquals(hash, new Corpus(source, new CorpusSpec(101, 10)).hash());
    assertNotEquals(hash, new Corpus(source, new CorpusSpec(100, 11)).hash());
  }

  @Test
  void refusesWhatCannotBeTrainedOnInOneSentence() {
    says(Texts.of(new Document("a", "prose", " ")), "Domain 'prose' is empty: none of its 1 documents has text of its own");
    says(new Texts(new TreeMap<>()), "The corpus has no domain");
    says(Texts.random(7, 3, 5, "prose"), "Domain 'prose' has too little text: ");
    says(Texts.of(new Document("a", "prose", "a".repeat(600)), new Document("b", "prose", "b".repeat(600))), "Domain 'prose' has too little text: 1200 bytes in 2 documents, of "
        + "which only 0 bytes can validate with validation-bytes = 500 and something left to train on; 2 are longer than that and only train: raise");
    says(Texts.of(new Document("bad.txt", "prose", "a\u00e4b\ud800c")), "Document bad.txt is not UTF-8: an unpaired surrogate U+D800 stands at byte 4;");
    var small = assertThrows(InvalidInput.class, () -> Texts.random(8, 100, 20, "prose").store(cache, 3, 500));
    assertTrue(small.getMessage().startsWith("Domain 'prose' has no training document: corpus.max-bytes = 3"), small.getMessage());
  }

  @Test
  void theSpecIsReadFromTheBlockOfTheCorpus() {
    assertEquals(new CorpusSpec(CorpusSpec.ALL, 7), CorpusSpec.read(Options.of("max-bytes = null, validation-bytes = 7")));
    assertEquals(new CorpusSpec(9, 7), CorpusSpec.read(Options.of("max-bytes = 9, validation-bytes = 7")));
    assertThrows(InvalidInput.class, () -> CorpusSpec.read(Options.of("max-bytes = 0, validation-bytes = 7")));
  }

  @Test
  void wrongBytesAreNamedWithTheirPlace() {
    assertEquals("aä€🦊", Utf8.decode("x", "aä€🦊".getBytes(StandardCharsets.UTF_8)));
    assertEquals(10, Utf8.length("x", "aä€🦊"));
    for (byte[] wrong : List.of(new byte[] {'a', (byte) 0xC3}, new byte[] {'a', (byte) 0xED, (byte) 0xA0, (byte) 0x80}, new byte[] {'a', (byte) 0xC0, (byte) 0x80})) {
      var e = assertThrows(InvalidInput.class, () -> Utf8.decode("x", wrong));
      assertTrue(e.getMessage().startsWith("Document x is not UTF-8: byte 1 is 0x"), e.getMessage());
    }
  }

  private void says(Texts source, String begin) {
    var e = assertThrows(InvalidInput.class, () -> source.store(cache, CorpusSpec.ALL, 500));
    assertTrue(e.getMessage().startsWith(begin), e.getMessage());
    try (var files = Files.list(cache)) {
      assertEquals(0, files.count(), "nothing is left behind");
    } catch (IOException io) {
      throw new AssertionError(io);
    }
  }

  private static List<String> texts(TokenStore.Documents documents) {
    return documents.texts().map(b -> new String(b, StandardCharsets.UTF_8)).toList();
  }
}
