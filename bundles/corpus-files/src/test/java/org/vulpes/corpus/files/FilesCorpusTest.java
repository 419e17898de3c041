package org.vulpes.corpus.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.corpus.Corpus;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.CorpusSpec;
import org.vulpes.corpus.Document;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.bytes.ByteTokenizer;

class FilesCorpusTest {
  @TempDir Path folder;

  @Test
  void aFolderGivesItsTextsInTheOrderOfTheirNames() throws IOException {
    write("books/b.txt", "Zwei.");
    write("books/a.md", "# One");
    write("books/deep/er/C.TXT", "Three.");
    pack("books/d.txt.gz", "Four.");
    write("books/e.jsonl", "{\"text\":\"Five.\"}\n\n{\"text\": \"Six.\\n\"}\r\n");
    write("books/.hidden.txt", "no");
    write("books/.git/x.txt", "no");
    write("books/picture.png", "no");
    CorpusSource source = source("domains.prose = books");
    assertEquals(List.of("prose"), source.domains());
    assertEquals(List.of("# One", "Zwei.", "Four.", "Three.", "Five.", "Six.\n"), texts(source, "prose"));
    assertEquals(List.of("books/a.md", "books/b.txt", "books/d.txt.gz", "books/deep/er/C.TXT", "books/e.jsonl:1", "books/e.jsonl:3"), ids(source, "prose"));
    assertEquals(List.of("Domain 'prose' leaves out 1 file (.png 1): a folder gives files that end in .jsonl, .md, .ndjson, .txt, also packed (.gz)."), source.notes());
  }

  @Test
  void relativePathsStartAtTheFileThatHoldsThem() throws IOException {
    write("study/data/a.txt", "One.");
    write("study/data/b.txt", "Two.");
    Path conf = write("study/conf/x.conf", "corpus.files.domains.d = [../data]");
    var source = new FilesCorpus().create(Options.at(ConfigFactory.parseFile(conf.toFile()), "corpus.files"));
    assertEquals(List.of("One.", "Two."), texts(source, "d"));
    var home = source("domains.d = " + quoted(folder.resolve("study/data")));
    assertEquals(source.fingerprint(), home.fingerprint());
  }

  @Test
  void patternsGiveWhatTheyMatchOnce() throws IOException {
    write("src/A.java", "class A {}");
    write("src/a/B.java", "class B {}");
    write("src/a/b/C.java", "class C {}");
    write("src/a/b/C.class", "no");
    assertEquals(List.of("class A {}", "class B {}", "class C {}"), texts(source("domains.code = \"src/**/*.java\""), "code"));
    assertEquals(List.of("class B {}", "class A {}", "class C {}"), texts(source("domains.code = [\"src/a/*.java\", \"src/**/*.{java,kt}\"]"), "code"));
    assertEquals(List.of("class A {}", "class B {}"), texts(source("domains.code = [\"src/?.java\", src/a/B.java]"), "code"));
  }

  @Test
  void anUnusualNameIsReadWhenNamed() throws IOException {
    write("text8", "anarchism originated as a term ".repeat(40));
    write("c4.json.gz.json", "{\"text\":\"a\"}\n{\"text\":\"b\"}");
    write("odd[1].txt", "One.");
    write("odd#2.txt", "Two.");
    var pieces = read(source("domains.d = { paths = text8, cut-bytes = 256 }"), "d");
    assertEquals("anarchism originated as a term ".repeat(40), String.join("", pieces.stream().map(Document::text).toList()));
    assertTrue(pieces.stream().allMatch(d -> d.text().length() <= 256 && d.text().endsWith(" ")), pieces.toString());
    assertEquals(pieces.size(), pieces.stream().map(Document::origin).distinct().count());
    assertEquals(List.of("a", "b"), texts(source("domains.d = c4.json.gz.json"), "d"));
    var odd = read(source("domains.d = [\"odd[1].txt\", \"odd#2.txt\"]"), "d");
    assertEquals(List.of("One.", "Two."), odd.stream().map(Document::text).toList());
    assertEquals(List.of("odd[1].txt", "odd%232.txt"), odd.stream().map(Document::origin).map(o -> o.substring(o.lastIndexOf('/') + 1)).toList());
  }

  @Test
  void aSeparatorPartsATextFile() throws IOException {
    write("stories.txt", "\uFEFFOnce.\n<|endoftext|>\n\nTwice.\n<|endoftext|>\n <|endoftext|>Thrice.");
    CorpusSource source = source("domains.d = { paths = stories.txt, separator = \"<|endoftext|>\" }");
    assertEquals(List.of("Once.", "Twice.", "Thrice."), texts(source, "d"));
    assertEquals(List.of("Once.", "Twice.", "Thrice."), texts(source("separator = \"<|endoftext|>\", domains.d = stories.txt"), "d"));
  }

  @Test
  void nestedFieldsOfJsonLinesAreFound() throws IOException {
    write("a.jsonl", "{\"id\":1,\"data\":{\"content\":\"x\"},\"messages\":[{\"content\":\"y\"}],\"a.b\":\"z\"}");
    assertEquals(List.of("x"), texts(source("domains.d { paths = a.jsonl, field = data.content }"), "d"));
    assertEquals(List.of("y"), texts(source("domains.d { paths = a.jsonl, field = messages.0.content }"), "d"));
    assertEquals(List.of("z"), texts(source("domains.d { paths = a.jsonl, field = \"\\\"a.b\\\"\" }"), "d"));
  }

  @Test
  void linksAreFollowedAndLoopsAndSecondWaysAreNot() throws IOException {
    write("data/a/one.txt", "One.");
    write("elsewhere/two.txt", "Two.");
    Files.createSymbolicLink(folder.resolve("data/loop"), folder.resolve("data"));
    Files.createSymbolicLink(folder.resolve("data/more"), folder.resolve("elsewhere"));
    Files.createSymbolicLink(folder.resolve("data/z.txt"), folder.resolve("data/a/one.txt"));
    assertEquals(List.of("data/a/one.txt", "data/more/two.txt"), ids(source("domains.d = data"), "d"));
    Files.createSymbolicLink(folder.resolve("data/lost.txt"), folder.resolve("nowhere"));
    says("domains.d = data", "domains.d cannot be used: " + folder.resolve("data/lost.txt") + " is a link that leads nowhere; repair or remove it.");
  }

  @Test
  void theFingerprintFollowsContentNamesAndRulesButNotDates() throws IOException {
    Path a = write("data/a.txt", "One.");
    write("data/b.txt", "Two.");
    String before = source("domains.d = data").fingerprint();
    Files.setLastModifiedTime(a, FileTime.fromMillis(0));
    assertEquals(before, source("domains.d = data").fingerprint());
    assertEquals(before, source("domains.d = data, document-bytes = 1000").fingerprint());
    assertNotEquals(before, source("domains.e = data").fingerprint());
    assertNotEquals(before, source("domains.d = data, separator = x").fingerprint());
    assertNotEquals(before, source("domains.d = data, cut-bytes = 300").fingerprint());
    write("data/a.txt", "Onf.");
    assertNotEquals(before, source("domains.d = data").fingerprint());
  }

  @Test
  void textThatIsNotUtf8IsNamedWithItsByte() throws IOException {
    Files.write(folder.resolve("latin.txt"), ("x".repeat(70_000) + "--caf\u00e9--").getBytes(StandardCharsets.ISO_8859_1));
    refused("domains.d { paths = latin.txt, separator = \"--\" }", "Document latin.txt is not UTF-8: byte 70005 is 0xE9; convert the document or leave it out.");
    Files.write(folder.resolve("latin.jsonl"), "{\"text\":\"a\"}\n{\"text\":\"\u00e9\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    refused("domains.d = latin.jsonl", "Document latin.jsonl is not UTF-8: byte 22 is 0xE9; convert the document or leave it out.");
  }

  @Test
  void brokenJsonIsNamedWithItsLine() throws IOException {
    String path = write("a.jsonl", "{\"text\":\"a\"}\n\n{\"text\":\"b\"\n").toString();
    String e = assertThrows(InvalidInput.class, () -> texts(source("domains.d = a.jsonl"), "d")).getMessage();
    assertTrue(e.startsWith(path + ":3: is not JSON ("), e);
    write("a.jsonl", "{\"txt\":\"a\",\"url\":1}");
    refused("domains.d = a.jsonl", path + ":1: has no field 'text'; fields are txt, url; did you mean 'txt'?");
    refused("domains.d { paths = a.jsonl, field = body }", path + ":1: has no field 'body'; fields are txt, url; say which holds the text (field).");
    refused("domains.d { paths = a.jsonl, field = url }", path + ":1: field 'url' must be a text, but is the number 1; name another field, or repair the line.");
    refused("domains.d { paths = a.jsonl, field = txt.x }", path + ":1: has no field 'txt.x': 'txt' is a text; name another field.");
    write("a.jsonl", "[1]");
    refused("domains.d = a.jsonl", path + ":1: must be an object { … } with field 'text', but is a list.");
  }

  @Test
  void damagedAndExplodingArchivesAreRefused() throws IOException {
    Path packed = pack("a.txt.gz", "One. ".repeat(100_000));
    byte[] bytes = Files.readAllBytes(packed);
    String start = "File " + packed + " is damaged or not packed by gzip (";
    Files.write(packed, java.util.Arrays.copyOf(bytes, bytes.length / 2));
    assertTrue(fails("domains.d { paths = a.txt.gz, cut-bytes = 1000 }").startsWith(start));
    bytes[bytes.length - 6] ^= 1;
    Files.write(packed, bytes);
    assertTrue(fails("domains.d { paths = a.txt.gz, cut-bytes = 1000 }").startsWith(start));
    Files.writeString(packed, "plain");
    assertTrue(fails("domains.d { paths = a.txt.gz, cut-bytes = 1000 }").startsWith(start));
    Path bomb = pack("bomb.txt.gz", "0".repeat(1 << 20));
    refused("document-bytes = 65536, domains.d { paths = bomb.txt.gz, separator = x }", "File " + bomb + " has a document of more than 65536 bytes from byte 0; say what "
        + "parts its documents (separator), have it cut (cut-bytes), or raise document-bytes of corpus.files.");
    Path line = pack("bomb.jsonl.gz", "{\"text\":\"a\"}\n{\"text\":\"" + "0".repeat(1 << 20) + "\"}");
    refused("document-bytes = 65536, domains.d = bomb.jsonl.gz", line + ":2: the line is longer than 65536 bytes; raise document-bytes of corpus.files, or leave the file "
        + "out if it is not JSON with one document a line.");
  }

  @Test
  void severalPackedPartsInOneFileAreReadToTheEnd() throws IOException {
    Path one = pack("one.gz", "{\"text\":\"a\"}\n");
    Path two = pack("two.gz", "{\"text\":\"b\"}\n");
    byte[] both = new byte[(int) (Files.size(one) + Files.size(two))];
    System.arraycopy(Files.readAllBytes(one), 0, both, 0, (int) Files.size(one));
    System.arraycopy(Files.readAllBytes(two), 0, both, (int) Files.size(one), (int) Files.size(two));
    Files.write(folder.resolve("both.jsonl.gz"), both);
    assertEquals(List.of("a", "b"), texts(source("domains.d = both.jsonl.gz"), "d"));
  }

  @Test
  void aFileThatChangesAfterItWasListedIsRefused() throws IOException {
    Path a = write("data/a.txt", "One.");
    write("data/b.txt", "Two.");
    CorpusSource source = source("domains.d = data");
    Files.writeString(a, "Another.");
    String sentence = "File " + a + " changed while it was read; run again when it is quiet.";
    assertEquals(sentence, assertThrows(InvalidInput.class, source::fingerprint).getMessage());
    assertEquals(sentence, assertThrows(InvalidInput.class, () -> texts(source, "d")).getMessage());
    Files.delete(a);
    assertEquals("File " + a + " is gone; run again when its folder is quiet.", assertThrows(InvalidInput.class, () -> texts(source, "d")).getMessage());
  }

  @Test
  void refusesMistakesInOneSentence() throws IOException {
    write("data/a.txt", "One.");
    write("data/b.txt", "Two.");
    write("empty/x.pdf", "");
    write("x.jsonl.zst", "");
    says("", "domains names no domain; give at least one, for instance corpus.files.domains { books = data/books }.");
    says("domains.d = nowhere", "domains.d cannot be used: " + folder.resolve("nowhere") + " does not exist.");
    says("domains.d = empty", "domains.d gives no file to read; a folder gives those that end in .jsonl, .md, .ndjson, .txt, also packed (.gz), but here are only 1 file (.pdf 1).");
    says("domains.d = \"data/*.html\"", "domains.d cannot be used: 'data/*.html' matches no file in " + folder.resolve("data") + ".");
    says("domains.d = \"nowhere/*.html\"", "domains.d cannot be used: " + folder.resolve("nowhere") + ", in which 'nowhere/*.html' is looked for, is no folder.");
    says("domains.d = x.jsonl.zst", "domains.d cannot be used: " + folder.resolve("x.jsonl.zst") + " is packed by Zstandard, which is not read; unpack it (zstd -d) or pack it by gzip.");
    says("domains.d = []", "domains.d gives no file to read; a folder gives those that end in .jsonl, .md, .ndjson, .txt, also packed (.gz).");
    says("domains.d = [1]", "domains.d must be a path or a list of paths, but has 1.");
    says("domains.d { path = data }", "domains.d.path is not a key; did you mean 'paths'?");
    says("domains.d { field = x }", "domains.d has no paths; give it a path or a list of paths.");
    says("domains.d { paths = data, cut-bytes = 10 }", "domains.d.cut-bytes must be from 256 to 1073741824, but is 10.");
    says("domains.d = data, separator = \"\"", "separator is empty; leave it out for one document a file.");
    says("domains.d = data, cut-bytes = 2000, document-bytes = 1000", "cut-bytes leaves pieces of 2000 bytes longer than document-bytes = 1000.");
    says("domains.d = data/a.txt", "domains.d gives one text file and so one document, which cannot both train and validate; say what parts its documents (separator), or how "
        + "many bytes a piece may have (cut-bytes, for instance 16384).");
  }

  @Test
  void whatMayNotBeReadIsSaid() throws IOException {
    Path a = write("data/a.txt", "One.");
    write("data/b.txt", "Two.");
    a.toFile().setReadable(false);
    Assumptions.assumeFalse(Files.isReadable(a), "this user may read everything");
    refused("domains.d = data", "File " + a + " may not be read by this user.");
    folder.resolve("data").toFile().setReadable(false);
    says("domains.d = data", "domains.d cannot be used: folder " + folder.resolve("data") + " may not be read by this user.");
    folder.resolve("data").toFile().setReadable(true);
  }

  @Test
  void equalDocumentsTrainOnceAndValidationIsKeptApart() throws IOException {
    for (int i = 0; i < 40; i++) write("data/" + i + ".txt", "Document number " + i / 2 + " of the corpus.\n");
    var store = new Corpus(source("domains.d = data"), new CorpusSpec(CorpusSpec.ALL, 100))
        .tokenize(new ByteTokenizer(), folder.resolve("cache"), s -> {}, p -> {});
    assertEquals(20, store.counts("d").duplicates());
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private Path pack(String name, String text) throws IOException {
    Path file = write(name, "");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  /** Options as if they stood in a file of the test's folder. */
  private CorpusSource source(String hocon) {
    try {
      Path file = Files.writeString(folder.resolve("options.conf"), hocon);
      return new FilesCorpus().create(Options.at(ConfigFactory.parseFile(file.toFile()).resolve(), ""));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void says(String hocon, String message) {
    String said = assertThrows(InvalidInput.class, () -> source(hocon)).getMessage();
    assertEquals(message, said.replaceFirst("^.*options.conf:1: ", ""));
  }

  private void refused(String hocon, String message) {
    assertEquals(message, fails(hocon));
  }

  private String fails(String hocon) {
    return assertThrows(InvalidInput.class, () -> texts(source(hocon), "d")).getMessage();
  }

  private static String quoted(Path path) {
    return "\"" + path.toString().replace("\\", "\\\\") + "\"";
  }

  private static List<Document> read(CorpusSource source, String domain) {
    try (var documents = source.documents(domain)) {
      return documents.toList();
    }
  }

  private static List<String> texts(CorpusSource source, String domain) {
    return read(source, domain).stream().map(Document::text).toList();
  }

  private static List<String> ids(CorpusSource source, String domain) {
    return read(source, domain).stream().map(Document::id).toList();
  }
}
