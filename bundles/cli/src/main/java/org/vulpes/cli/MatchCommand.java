package org.vulpes.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.study.matching.Dimension;
import org.vulpes.study.matching.MatchRequest;
import org.vulpes.study.matching.Matching;
import org.vulpes.study.matching.Quantity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(name = "match", sortOptions = false,
    description = "Solves for the sizes with which a variant of a model has as many parameters, or costs as many FLOPs, as the model itself. Needs no corpus and trains nothing.",
    footer = {"", "Example:", "  ./vulpes match --base configs/models/fox-pocket.conf --set attention.gqa.kv-heads=1 --keep flops --free ffn", "",
        "The line at the end of the output is an arm to paste into a study."})
final class MatchCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Option(names = "--base", required = true, paramLabel = "FILE", description = "A model, or any configuration with one (HOCON).")
  private Path base;

  @Option(names = "--set", required = true, paramLabel = "KEY=VALUE",
      description = "What the variant changes; may be repeated. A key of the model may be written without 'model.' before it.")
  private List<String> changes = new ArrayList<>();

  @Option(names = "--keep", paramLabel = "WHAT", defaultValue = "non-embedding-parameters",
      description = "What both shall have as much of: parameters, non-embedding-parameters or flops (default: ${DEFAULT-VALUE}).")
  private String keep;

  @Option(names = "--free", paramLabel = "SIZES", defaultValue = "ffn", split = ",",
      description = "Sizes that are solved: ffn, width, layers, with commas between (default: ${DEFAULT-VALUE}).")
  private List<String> free = new ArrayList<>();

  @Option(names = "--mismatch", paramLabel = "SHARE", defaultValue = "1%", description = "Mismatch that is not an error (default: ${DEFAULT-VALUE}).")
  private String mismatch;

  @Option(names = "--vocabulary", paramLabel = "N", description = "Token ids; left out: what the file says of its tokenizer.")
  private Integer vocabulary;

  @Option(names = "--sequence-length", paramLabel = "N", description = "Tokens a sequence when FLOPs are counted; left out: as the file's curriculum says.")
  private Integer sequenceLength;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  MatchCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    var catalogue = session.catalogue();
    Quantity quantity = quantity();
    Set<Dimension> sizes = MatchRequest.dimensions(free, what -> new InvalidInput("--free " + what + (what.endsWith("?") ? "" : ".")));
    double allowed = MatchRequest.share(mismatch, what -> new InvalidInput("--mismatch " + what + "."));
    var keys = new ModelKeys(catalogue.reference());
    List<String> assignments = changes.stream().map(keys::full).toList();
    Config baseline = lengths(ConfigFile.load(base, List.of(), catalogue.reference()));
    Config variant = lengths(ConfigFile.load(base, assignments, catalogue.reference()));
    if (variant.equals(baseline)) throw new InvalidInput("--set " + String.join(" --set ", changes) + " changes nothing of " + base + "; give a value that the variant has and the model has not.");
    Config set = ModelKeys.config(assignments);
    var request = new MatchRequest(quantity, sizes, allowed, set::hasPath, what -> new InvalidInput("--keep " + keep + " " + what + "."));
    int ids = ids(baseline);
    int variantIds = ids(variant);
    var matched = Matching.match(request, baseline, ids, variant, variantIds, catalogue);
    var out = session.console().out;
    out.println("Matched: " + matched.match().words());
    out.println();
    out.print(SideBySide.of(baseline, ids, matched.config(), variantIds, catalogue));
    out.println();
    out.println(assumptions(ids, baseline));
    out.println();
    out.println("An arm for a study:");
    out.println("  variant { " + String.join(", ", assignments.stream().map(ModelKeys::hocon).toList()) + ", match = " + quantity.word() + ", free = [" + String.join(", ", words(sizes)) + "]"
        + (mismatch.equals("1%") ? "" : ", mismatch = " + mismatch) + " }");
    return 0;
  }

  private Quantity quantity() {
    var words = Arrays.stream(Quantity.values()).map(Quantity::word).toList();
    if (words.contains(keep)) return Quantity.of(keep);
    String hint = Spelling.hint(keep, words);
    throw new InvalidInput("--keep must be one of " + String.join(", ", words) + ", but is '" + keep + "'" + (hint.isEmpty() ? "." : hint));
  }

  private static List<String> words(Set<Dimension> sizes) {
    return Arrays.stream(Dimension.values()).filter(sizes::contains).map(Dimension::word).toList();
  }

  /** One length throughout, when it is asked for. */
  private Config lengths(Config config) {
    if (sequenceLength == null) return config;
    if (sequenceLength < 2 || sequenceLength > 1 << 20) throw new InvalidInput("--sequence-length must be from 2 to " + (1 << 20) + ", but is " + sequenceLength + ".");
    return ConfigFactory.parseString("curriculum { use = flat, flat { sequence-length = " + sequenceLength + ", batch-tokens = " + sequenceLength + " } }").withFallback(config);
  }

  private int ids(Config config) {
    if (vocabulary != null) {
      if (vocabulary < 1) throw new InvalidInput("--vocabulary must be at least 1, but is " + vocabulary + ".");
      return vocabulary;
    }
    String use = Options.at(config, "tokenizer").text("use");
    Options tokenizer = Options.at(config, "tokenizer." + use);
    if (!tokenizer.has("vocabulary")) throw new InvalidInput("The tokenizer '" + use + "' does not say how many token ids it has; give --vocabulary.");
    return tokenizer.integer("vocabulary", 1, Integer.MAX_VALUE);
  }

  private String assumptions(int ids, Config config) {
    String from = vocabulary != null ? "" : " (tokenizer." + config.getString("tokenizer.use") + ".vocabulary; another one by --vocabulary)";
    String length = sequenceLength != null ? "sequences of " + String.format(Locale.ROOT, "%,d", sequenceLength) + " tokens"
        : "sequences as curriculum " + config.getString("curriculum.use") + " has them (another length by --sequence-length)";
    return String.format(Locale.ROOT, "For a vocabulary of %,d%s, trained on %,d tokens in %s.", ids, from, config.getLong("training.tokens"), length);
  }
}
