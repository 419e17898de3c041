package org.vulpes.corpus;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;

class TokenStoreTest {
  @TempDir Path cache;
  private final Texts source = Texts.random(1, 40, 10, "code", "prose");

  private TokenStore open(ArrayList<String> said) {
    return new Corpus(source, new CorpusSpec(CorpusSpec.ALL, 200)).tokenize(new Texts.Pairs(), cache, said::add, share -> {});
  }

  private Path file() throws IOException {
    try (var files = Files.list(cache)) {
      return files.reduce((a, b) -> {
        throw new AssertionError("more than one file in the cache");
      }).orElseThrow();
    }
  }

  @Test
  void aWholeCacheIsReadWithoutTheSource() throws IOException {
    var said = new ArrayList<String>();
    TokenStore first = open(said);
    Files.setLastModifiedTime(file(), java.nio.file.attribute.FileTime.fromMillis(0));
    CorpusSource unread = new CorpusSource() {
      @Override
      public java.util.List<String> domains() {
        return source.domains();
      }

      @Override
      public java.util.stream.Stream<Document> documents(String domain) {
        throw new AssertionError("The source is read");
      }

      @Override
      public String fingerprint() {
        return source.fingerprint();
      }
    };
    TokenStore second = new Corpus(unread, new CorpusSpec(CorpusSpec.ALL, 200)).tokenize(new Texts.Pairs(), cache, said::add, share -> {});
    assertEquals(first.identity(), second.identity());
    assertEquals(0, Files.getLastModifiedTime(file()).toMillis());
    assertEquals(0, said.size());
  }

  @Test
  void aFlippedBitOrAMissingEndIsSaidAndMadeAnew() throws IOException {
    open(new ArrayList<>());
    byte[] whole = Files.readAllBytes(file());
    var random = Random64.of(3, "damage");
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      if (i % 3 == 0) damaged = Arrays.copyOf(damaged, (int) random.below(2L * i, whole.length));
      else {
        // Every fourth lands in the header, of which only bytes 0 … 39 mean anything.
        int at = (int) random.below(2L * i, i % 4 == 1 ? 40 : whole.length);
        if (at >= 40 && at < 64) at = 64;
        damaged[at] ^= (byte) (1 << random.below(2L * i + 1, 8));
      }
      Path file = file();
      Files.write(file, damaged);
      var said = new ArrayList<String>();
      open(said);
      assertEquals(1, said.size(), "damage " + i);
      assertTrue(said.getFirst().startsWith("The cached tokens " + file + " are made anew: the file "), said.getFirst());
      assertArrayEquals(whole, Files.readAllBytes(file()));
    }
  }

  @Test
  void aCacheThatCannotBeWrittenIsRefused() throws IOException {
    Path notAFolder = Files.writeString(cache.resolve("file"), "");
    var e = assertThrows(InvalidInput.class, () -> source.store(notAFolder, CorpusSpec.ALL, 200));
    assertTrue(e.getMessage().startsWith("Cannot read or write the cached tokens " + notAFolder), e.getMessage());
  }

  @Test
  void documentsGiveTheirTokensAndText() {
    TokenStore store = open(new ArrayList<>());
    var pairs = new Texts.Pairs();
    for (String domain : store.domains()) {
      var documents = store.training(domain);
      for (int d = 0; d < documents.count(); d++) {
        int[] ids = new int[documents.tokens(d)];
        documents.copy(d, 0, ids, 0, ids.length);
        String text = new String(documents.text(d), StandardCharsets.UTF_8);
        assertArrayEquals(pairs.encode(text), ids);
        assertEquals(text.getBytes(StandardCharsets.UTF_8).length, documents.bytes(d));
        int at = d;
        assertThrows(IndexOutOfBoundsException.class, () -> documents.copy(at, 1, ids, 0, ids.length));
      }
    }
    var e = assertThrows(InvalidInput.class, () -> store.training("cod"));
    assertEquals("The corpus has no domain 'cod'; it has code, prose; did you mean 'code'?", e.getMessage());
  }
}
