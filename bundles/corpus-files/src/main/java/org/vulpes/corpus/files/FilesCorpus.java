package org.vulpes.corpus.files;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Component;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/** A user's own text. Lists the files at once, so that a wrong path is refused before anything is read; see {@code reference.conf} for the options. */
@Component
@Fills(slot = "corpus", use = "files")
public final class FilesCorpus implements Plugin<CorpusSource> {
  private static final long MOST_DOCUMENT_BYTES = 1 << 30;
  /** Below this a piece is too short to be split, hashed and masked as a document. */
  private static final int LEAST_CUT = 256;
  private static final Set<String> OF_A_DOMAIN = new TreeSet<>(List.of("paths", "field", "separator", "cut-bytes", "document-bytes"));

  @Override
  public CorpusSource create(Options options) {
    Options domains = options.block("domains");
    if (domains.keys().isEmpty()) {
      throw options.wrong("domains", "names no domain; give at least one, for instance corpus.files.domains { books = data/books }");
    }
    Rules common = rules(options, Rules.DEFAULT);
    var notes = new ArrayList<String>();
    var read = new TreeMap<String, Domain>();
    for (String name : domains.keys()) read.put(name, domain(name, domains, common, notes));
    return new FilesSource(read, notes);
  }

  private static Domain domain(String name, Options domains, Rules common, List<String> notes) {
    String key = ConfigUtil.joinPath(name);
    if (name.isBlank()) throw domains.wrong(key, "needs a name");
    boolean block = domains.config().getValue(key).valueType() == ConfigValueType.OBJECT;
    Options at = block ? domains.block(key) : domains;
    String pathsKey = block ? "paths" : key;
    if (block) {
      for (String k : at.keys()) {
        if (!OF_A_DOMAIN.contains(k)) {
          String hint = Spelling.hint(k, OF_A_DOMAIN);
          throw at.wrong(ConfigUtil.joinPath(k), "is not a key" + (hint.isEmpty() ? "; known are " + String.join(", ", OF_A_DOMAIN) : hint));
        }
      }
      if (!at.has("paths")) throw domains.wrong(key, "has no paths; give it a path or a list of paths");
    }
    Rules rules = block ? rules(at, common) : common;
    var listing = new Listing();
    try {
      for (Written w : paths(at, pathsKey)) listing.add(w.text, w.base);
    } catch (InvalidInput e) {
      throw at.wrong(pathsKey, "cannot be used: " + e.getMessage().replaceFirst("\\.$", ""));
    }
    List<TextFile> files = listing.files();
    if (files.isEmpty()) {
      throw at.wrong(pathsKey, "gives no file to read; a folder gives those that end in " + String.join(", ", TextFile.ENDINGS) + ", also packed (.gz)"
          + listing.leftOut().map(l -> ", but here are only " + l).orElse(""));
    }
    listing.leftOut().ifPresent(l -> notes.add("Domain '" + name + "' leaves out " + l + ": a folder gives files that end in " + String.join(", ", TextFile.ENDINGS)
        + ", also packed (.gz)."));
    if (files.size() == 1 && !files.getFirst().jsonLines() && rules.separator() == null && rules.cut() == 0) {
      throw at.wrong(pathsKey, "gives one text file and so one document, which cannot both train and validate; say what parts its documents (separator), or how "
          + "many bytes a piece may have (cut-bytes, for instance 16384)");
    }
    return new Domain(name, files, rules);
  }

  private record Written(String text, Path base) {}

  /** The paths with the folder at which each starts when it is relative: that of the file in which it stands. */
  private static List<Written> paths(Options at, String key) {
    ConfigValue value = at.config().getValue(key);
    List<? extends ConfigValue> all = value instanceof ConfigList list ? list : List.of(value);
    var out = new ArrayList<Written>();
    for (ConfigValue v : all) {
      if (v.valueType() != ConfigValueType.STRING || ((String) v.unwrapped()).isBlank()) {
        throw at.wrong(key, "must be a path or a list of paths, but has " + v.render());
      }
      String file = v.origin().filename();
      out.add(new Written((String) v.unwrapped(), file == null ? Path.of("") : Path.of(file).toAbsolutePath().getParent()));
    }
    return out;
  }

  /** What the block says, the rest as in {@code inherited}. */
  private static Rules rules(Options o, Rules inherited) {
    int longest = o.has("document-bytes") ? o.integer("document-bytes", 1, (int) MOST_DOCUMENT_BYTES) : inherited.longest();
    int cut = o.has("cut-bytes") ? o.integer("cut-bytes", LEAST_CUT, (int) MOST_DOCUMENT_BYTES) : inherited.cut();
    if (cut > longest) throw o.wrong(o.has("cut-bytes") ? "cut-bytes" : "document-bytes", "leaves pieces of " + cut + " bytes longer than document-bytes = " + longest);
    byte[] separator = o.has("separator") ? o.text("separator").getBytes(StandardCharsets.UTF_8) : inherited.separator();
    if (separator != null && separator.length == 0) throw o.wrong("separator", "is empty; leave it out for one document a file");
    return new Rules(o.has("field") ? field(o) : inherited.field(), separator, cut, longest);
  }

  private static List<String> field(Options o) {
    try {
      return ConfigUtil.splitPath(o.text("field"));
    } catch (ConfigException e) {
      throw o.wrong("field", "must be a name, or names with dots between them, but is '" + o.text("field") + "'");
    }
  }
}
