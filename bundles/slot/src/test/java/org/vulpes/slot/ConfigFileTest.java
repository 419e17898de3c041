package org.vulpes.slot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigFileTest {
  private static final Config REFERENCE = ConfigFactory.parseString("""
      model { layers = 8, width = 128, twice = ${model.width}, attention { use = gqa, gqa { heads = 8, kv-heads = 2, bias = false } } }
      corpus { domains {}, extra = null, files = [] }
      study { question = "", arms {}, arm { match = none, free = [] } }
      """);

  @TempDir Path folder;

  private Config load(String text, String... overrides) throws IOException {
    return ConfigFile.load(write("x.conf", text), List.of(overrides), REFERENCE);
  }

  private Path write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private void refuses(String text, String message, String... overrides) {
    var e = assertThrows(InvalidInput.class, () -> load(text, overrides));
    assertEquals(message.replace("@", folder + "/"), e.getMessage());
  }

  @Test
  void defaultsFollowWhatTheFileSays() throws IOException {
    Config c = load("model.width = 64");
    assertEquals(64, c.getInt("model.twice"));
    assertEquals(8, c.getInt("model.layers"));
  }

  @Test
  void misspeltKeyIsRefusedWithLineAndTheNearKey() {
    refuses("model {\n  attention.gqa.kv-head = 2\n}", "@x.conf:2: model.attention.gqa.kv-head is not a key; did you mean 'kv-heads'?");
  }

  @Test
  void keyAtTheWrongPlaceIsPointedToTheRightOne() {
    refuses("\nmodel.kv-heads = 2", "@x.conf:2: model.kv-heads is not a key; did you mean model.attention.gqa.kv-heads?");
  }

  @Test
  void unknownKeyWithoutNeighbourListsWhatIsKnown() {
    refuses("model.attention.gqa.zzzzzzzzzz = 2",
        "@x.conf:1: model.attention.gqa.zzzzzzzzzz is not a key; known in model.attention.gqa are bias, heads, kv-heads.");
  }

  @Test
  void firstMistakeInTheFileIsTheOneReported() {
    refuses("model.width = 1\nmodel.zidth = 2\nmodel.attention.use = {}\nbla.bla = 1", "@x.conf:2: model.zidth is not a key; did you mean 'width'?");
  }

  @Test
  void emptyBlockListAndNullInTheDefaultsMeanFreeContent() throws IOException {
    Config c = load("corpus { domains { prose { weight = 0.5 } }, extra { a.b = 1 }, files = [ { path = x } ] }");
    assertEquals(0.5, c.getDouble("corpus.domains.prose.weight"));
  }

  @Test
  void valueOfAnotherTypeIsRefused() {
    refuses("model.layers = many", "@x.conf:1: model.layers must be a number, but is \"many\".");
    refuses("model = 3", "@x.conf:1: model must be a block { … }, but is 3.");
    refuses("model.layers { a = 1 }", "@x.conf:1: model.layers must be a number, but is {\"a\":1}.");
    refuses("model.attention.gqa.bias = 2", "@x.conf:1: model.attention.gqa.bias must be true or false, but is 2.");
    refuses("corpus.files = a", "@x.conf:1: corpus.files must be a list [ … ], but is \"a\".");
  }

  @Test
  void defaultWrittenAsTextAdmitsNumbersAndListsButNoBlock() throws IOException {
    assertEquals(List.of(1, 2), load("study.question = [1, 2]").getIntList("study.question"));
    assertEquals(3, load("study.question = 3").getInt("study.question"));
    refuses("study.question { a = 1 }", "@x.conf:1: study.question must be a text, but is {\"a\":1}.");
  }

  @Test
  void armBodiesAreOverlaysOnTheRoot() throws IOException {
    Config c = load("study.arms { deep {}, shallow { model.layers = 3, match = non-embedding-parameters, free = [width] } }");
    assertEquals(3, c.getInt("study.arms.shallow.model.layers"));
    refuses("study.arms {\n  shallow {\n    model.layer = 3\n  }\n}",
        "@x.conf:3: study.arms.shallow.model.layer is not a key; did you mean 'layers'?");
    refuses("study.arms.shallow.mach = none", "@x.conf:1: study.arms.shallow.mach is not a key; did you mean 'match'?");
    refuses("study.arms.shallow = 3", "@x.conf:1: study.arms.shallow must be a block { … } with what the arm changes, but is 3.");
    refuses("study.arms.a.study.question = x", "@x.conf:1: study.arms.a.study is not allowed: an arm cannot change its study.");
  }

  @Test
  void onlyFilesAreIncluded() {
    refuses("model.layers = 1\ninclude url(\"http://x.invalid/a.conf\")",
        "@x.conf:2: includes \"http://x.invalid/a.conf\" from a URL or a class path; only files are included, as in include \"other.conf\".");
    refuses("include classpath(\"nowhere.conf\")",
        "@x.conf:1: includes \"nowhere.conf\" from a URL or a class path; only files are included, as in include \"other.conf\".");
    refuses("", "--set model={ include classpath(\"a\") }: \"a\" cannot be included here.", "model={ include classpath(\"a\") }");
    refuses("", "--set model={ include file(\"a\") }: \"a\" cannot be included here.", "model={ include file(\"a\") }");
  }

  @Test
  void includesAreRelativeToTheIncludingFileAndKeepTheirLines() throws IOException {
    write("configs/models/fox.conf", "include \"../parts/wide.conf\"\nmodel.layers = 5");
    write("configs/parts/wide.conf", "model.width = 256");
    write("experiments/y.conf", "include \"../configs/models/fox.conf\"\nmodel.attention.gqa.heads = 4");
    Config c = ConfigFile.load(folder.resolve("experiments/y.conf"), List.of(), REFERENCE);
    assertEquals(List.of(256, 5, 4), List.of(c.getInt("model.width"), c.getInt("model.layers"), c.getInt("model.attention.gqa.heads")));
    write("configs/parts/wide.conf", "\n\nmodel.widht = 256");
    var e = assertThrows(InvalidInput.class, () -> ConfigFile.load(folder.resolve("experiments/y.conf"), List.of(), REFERENCE));
    assertEquals(folder + "/configs/parts/wide.conf:3: model.widht is not a key; did you mean 'width'?", e.getMessage());
  }

  @Test
  void missingIncludeIsAnError() {
    refuses("model.layers = 1\ninclude \"parts/none.conf\"", "@x.conf:2: includes \"parts/none.conf\", which does not exist (@parts/none.conf).");
  }

  @Test
  void circleOfIncludesIsAnError() throws IOException {
    write("y.conf", "include \"x.conf\"");
    refuses("include \"y.conf\"", "@y.conf:1: includes \"x.conf\", which includes this file again.");
  }

  @Test
  void missingFileIsNamed() {
    var e = assertThrows(InvalidInput.class, () -> ConfigFile.load(folder.resolve("none.conf"), List.of(), REFERENCE));
    assertEquals(folder + "/none.conf does not exist; give the path of a configuration file (*.conf).", e.getMessage());
  }

  @Test
  void fileThatIsNotTextIsRefused() throws IOException {
    Path file = folder.resolve("b.conf");
    Files.write(file, "model.layers = é".getBytes(StandardCharsets.ISO_8859_1));
    var e = assertThrows(InvalidInput.class, () -> ConfigFile.load(file, List.of(), REFERENCE));
    assertEquals(file + " is not UTF-8 text.", e.getMessage());
  }

  @Test
  void syntaxErrorTellsFileAndLine() {
    var e = assertThrows(InvalidInput.class, () -> load("model {\n  layers = 3\n  width = = 4\n}"));
    assertTrue(e.getMessage().startsWith(folder + "/x.conf:3: "), e.getMessage());
  }

  @Test
  void unresolvedReferenceTellsFileAndLine() {
    refuses("\nmodel.layers = ${model.deep}",
        "@x.conf:2: ${model.deep} refers to a key that is neither in the file, nor in what it includes, nor among the defaults.");
  }

  @Test
  void environmentIsNotSeen() {
    refuses("study.question = ${PATH}",
        "@x.conf:1: ${PATH} refers to a key that is neither in the file, nor in what it includes, nor among the defaults.");
  }

  @Test
  void overridesWinAndAreNamedInComplaints() throws IOException {
    assertEquals(3, load("model.layers = 1", "model.layers=2", "model.layers=3").getInt("model.layers"));
    assertEquals("a b", load("", "study.question=a b").getString("study.question"));
    refuses("", "--set model.layer=3: model.layer is not a key; did you mean 'layers'?", "model.layer=3");
    refuses("", "--set model.layers=x: model.layers must be a number, but is \"x\".", "model.layers=x");
    refuses("", "--set model.layers: write it as key=value, for instance --set model.layers=3.", "model.layers");
    refuses("", "--set model.layers=1, model.width=2: one key at a time; quote a value that holds a comma.", "model.layers=1, model.width=2");
    var e = assertThrows(InvalidInput.class, () -> Options.at(load("", "model.layers=-1"), "model").integer("layers", 1, 100));
    assertEquals("--set model.layers=-1: model.layers must be from 1 to 100, but is -1.", e.getMessage());
  }

  @Test
  void aDeviceIsNamedInShortWithQuotesAndWithout() throws IOException {
    Config reference = ConfigFactory.parseString("device { use = jvm, jvm {}, opencl { which = \"0\" } }");
    for (String said : List.of("device=opencl:cpu", "device=\"opencl:cpu\"", "device = \"opencl:cpu\"")) {
      Config c = ConfigFile.load(write("device.conf", ""), List.of(said), reference);
      assertEquals("opencl cpu", c.getString("device.use") + " " + c.getString("device.opencl.which"), said);
    }
    assertEquals("jvm", ConfigFile.load(write("device.conf", "device = \"opencl:0\""), List.of("device=jvm"), reference).getString("device.use"));
  }
}
