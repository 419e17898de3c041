package org.vulpes.corpus.conversations;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.osgi.service.component.annotations.Component;
import org.vulpes.corpus.ChatTemplate;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/** Questions and answers, of which the answers are learned; see {@code reference.conf} for the options. */
@Component
@Fills(slot = "corpus", use = "conversations")
public final class ConversationCorpus implements Plugin<CorpusSource> {
  private static final List<String> OF_A_DOMAIN = List.of("paths", "made", "most");

  @Override
  public CorpusSource create(Options options) {
    var template = ChatTemplate.read(options);
    boolean skip = options.choice("bad-lines", "refuse", "skip").equals("skip");
    int longest = options.integer("longest", 1, 1 << 30);
    Options domains = options.block("domains");
    if (domains.keys().isEmpty()) {
      throw options.wrong("domains", "names no domain; give at least one, for instance corpus.conversations.domains { dolly = data/dolly.jsonl }, or { words = { made = wordnet } }");
    }
    var read = new TreeMap<String, Conversations.Domain>();
    for (String name : domains.keys()) read.put(name, domain(name, domains));
    return new Conversations(read, new Writer(template, options.text("system")), skip, longest);
  }

  private static Conversations.Domain domain(String name, Options domains) {
    String key = ConfigUtil.joinPath(name);
    if (domains.config().getValue(key).valueType() != ConfigValueType.OBJECT) return new Conversations.Domain(paths(domains, key), "", 0);
    Options at = domains.block(key);
    for (String k : at.keys()) {
      if (!OF_A_DOMAIN.contains(k)) throw at.wrong(ConfigUtil.joinPath(k), "is not a key; known are " + String.join(", ", OF_A_DOMAIN) + Spelling.hint(k, OF_A_DOMAIN));
    }
    int most = at.has("most") ? at.integer("most", 0, Integer.MAX_VALUE) : 0;
    if (at.has("made") == at.has("paths")) throw domains.wrong(key, "must say either paths or made");
    if (at.has("paths")) return new Conversations.Domain(paths(at, "paths"), "", most);
    return new Conversations.Domain(List.of(), at.choice("made", "wordnet", "corrections", "correction-pairs"), most);
  }

  private static List<Path> paths(Options at, String key) {
    ConfigValue value = at.config().getValue(key);
    var out = new ArrayList<Path>();
    for (ConfigValue v : value instanceof ConfigList list ? list : List.of(value)) {
      if (v.valueType() != ConfigValueType.STRING || ((String) v.unwrapped()).isBlank()) throw at.wrong(key, "must be a path or a list of paths, but has " + v.render());
      String from = v.origin().filename();
      Path file = (from == null ? Path.of("") : Path.of(from).toAbsolutePath().getParent()).resolve((String) v.unwrapped());
      if (!Files.isRegularFile(file)) throw at.wrong(key, "names " + file + ", where no file is");
      if (!file.getFileName().toString().endsWith(".jsonl")) throw at.wrong(key, "names " + file + ", which does not end in .jsonl: one example a line");
      out.add(file);
    }
    if (out.isEmpty()) throw at.wrong(key, "names no file");
    return out;
  }
}
