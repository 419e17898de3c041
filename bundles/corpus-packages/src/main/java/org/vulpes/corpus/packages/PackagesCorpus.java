package org.vulpes.corpus.packages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Utf8;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Spelling;

/**
 * Real text that every machine which builds Vulpes has: out of published artifacts that the build copies to {@code <vulpes.home>/corpus/},
 * and on request out of the JDK's own sources. Read as plain zips, never put on a class path.
 */
@Component
@Fills(slot = "corpus", use = "packages")
public final class PackagesCorpus implements Plugin<CorpusSource> {
  private static final List<String> DOMAINS = List.of("code", "dictionary", "grammar", "prose", "speech");

  @Override
  public CorpusSource create(Options options) {
    var domains = new TreeSet<String>();
    for (String d : options.texts("domains")) {
      if (!DOMAINS.contains(d)) {
        throw options.wrong("domains", "must name some of " + String.join(", ", DOMAINS) + ", but has '" + d + "'" + Spelling.hint(d, DOMAINS));
      }
      if (!domains.add(d)) throw options.wrong("domains", "names '" + d + "' twice");
    }
    if (domains.isEmpty()) throw options.wrong("domains", "must name at least one of " + String.join(", ", DOMAINS));
    String home = System.getProperty("vulpes.home");
    if (home == null) throw new InvalidInput("The system property vulpes.home is not set; start with ./vulpes, or with -Dvulpes.home=<folder of the distribution>.");
    return new Source(List.copyOf(domains), Path.of(home, "corpus"), jdk(options));
  }

  /** Where the JDK's sources lie. @param zip null: none @param note null: nothing to say */
  private record Jdk(Path zip, List<String> modules, String note) {}

  private static Jdk jdk(Options options) {
    String choice = options.text("jdk-sources");
    List<String> modules = options.texts("jdk-modules").stream().sorted().distinct().toList();
    if (choice.equals("none")) return new Jdk(null, modules, null);
    boolean auto = choice.equals("auto");
    Path zip = auto ? Path.of(System.getProperty("java.home"), "lib", "src.zip") : options.file("jdk-sources");
    // Follows links: Debian's JDK 17 has a src.zip that points to a package which is not there.
    if (Files.isRegularFile(zip)) return new Jdk(zip, modules, null);
    if (auto) return new Jdk(null, modules, "This JDK has no readable lib/src.zip: domains code and prose hold the text of the Maven artifacts alone.");
    throw options.wrong("jdk-sources", "must be none, auto or the path of a JDK's src.zip, but there is no file " + zip.toAbsolutePath());
  }

  private static final class Source implements CorpusSource {
    /** Changes whenever the same files would give other documents. */
    private static final String RULES = "packages 2";
    /** Longer sources are tables of numbers or suffixes: they would be a tenth of the domain and teach no language. */
    private static final int LONGEST_SOURCE = 200_000;
    private static final int SHORTEST = 200;

    private final List<String> domains;
    private final Path folder;
    private final Jdk jdk;
    private final TreeMap<String, Path> checked = new TreeMap<>();
    private String fingerprint;

    Source(List<String> domains, Path folder, Jdk jdk) {
      this.domains = domains;
      this.folder = folder;
      this.jdk = jdk;
    }

    @Override
    public List<String> domains() {
      return domains;
    }

    @Override
    public List<String> notes() {
      return jdk.note == null ? List.of() : List.of(jdk.note);
    }

    @Override
    public Stream<Document> documents(String domain) {
      return switch (domain) {
        case "dictionary" -> WordNet.FILES.stream().flatMap(f -> WordNet.documents(Jars.file(jar(Pin.WORDNET), WordNet.FOLDER + f)));
        case "speech" -> Europarl.documents(Jars.file(jar(Pin.EUROPARL), Europarl.FILE));
        case "grammar" -> Grammar.FILES.stream().flatMap(f -> Grammar.documents(Jars.file(jar(Pin.GRAMMAR), f)));
        case "code" -> sources().filter(f -> f.bytes().length <= LONGEST_SOURCE)
            .map(f -> new Document(f.id() + "#code", domain, new JavaFile(Utf8.decode(f.id(), f.bytes())).code()))
            .filter(d -> d.text().length() >= SHORTEST);
        case "prose" -> sources().map(f -> new Document(f.id() + "#prose", domain, new JavaFile(Utf8.decode(f.id(), f.bytes())).prose()))
            .filter(d -> d.text().length() >= SHORTEST);
        default -> throw new InvalidInput("The corpus of packages has no domain '" + domain + "'" + Spelling.hint(domain, domains) + ".");
      };
    }

    private Stream<Jars.File> sources() {
      Stream<Jars.File> jars = Pin.SOURCES.stream().flatMap(p -> Jars.files(jar(p), n -> n.endsWith(".java")));
      if (jdk.zip == null) return jars;
      var modules = new HashSet<>(jdk.modules);
      return Stream.concat(Stream.of(jdk.zip).flatMap(z -> Jars.files(z,
          n -> n.endsWith(".java") && n.indexOf('/') > 0 && modules.contains(n.substring(0, n.indexOf('/'))))), jars);
    }

    private synchronized Path jar(Pin pin) {
      return checked.computeIfAbsent(pin.file(), f -> Jars.require(folder, pin));
    }

    @Override
    public synchronized String fingerprint() {
      if (fingerprint == null) {
        var pins = new ArrayList<Pin>();
        if (domains.contains("dictionary")) pins.add(Pin.WORDNET);
        if (domains.contains("speech")) pins.add(Pin.EUROPARL);
        if (domains.contains("grammar")) pins.add(Pin.GRAMMAR);
        boolean sources = domains.contains("code") || domains.contains("prose");
        if (sources) pins.addAll(Pin.SOURCES);
        pins.forEach(this::jar);
        var out = new StringBuilder(RULES);
        for (Pin p : pins) out.append(' ').append(p.coordinates()).append('@').append(p.sha256(), 0, 16);
        if (sources && jdk.zip != null) {
          out.append(" jdk@").append(Jars.sha256(jdk.zip), 0, 16).append('/').append(String.join("+", jdk.modules));
        }
        fingerprint = out.toString();
      }
      return fingerprint;
    }
  }
}
