package org.vulpes.corpus.problems;

import com.typesafe.config.ConfigRenderOptions;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Solved problems as documents, of which the solution is learned, so that a model learns from the same source by text what it learns by rewards later. Problems that are held out are not among
 * them. Each problem is there once, however often it is drawn.
 */
@Component
@Fills(slot = "corpus", use = "problems")
public final class ProblemsCorpus implements Plugin<CorpusSource> {
  private static final String DOMAIN = "problems";

  private final Catalogue catalogue;

  @Activate
  public ProblemsCorpus(@Reference Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public CorpusSource create(Options options) {
    long documents = options.whole("documents", 1, 100_000_000);
    Problems problems = catalogue.create(options.root(), "problems");
    String fingerprint = "problems and answers " + documents + " " + options.root().getConfig("problems").root().render(ConfigRenderOptions.concise());
    return new Solved(problems, documents, fingerprint);
  }

  private record Solved(Problems problems, long count, String fingerprint) implements CorpusSource {
    @Override
    public List<String> domains() {
      return List.of(DOMAIN);
    }

    @Override
    public Stream<Document> documents(String domain) {
      var known = new HashSet<String>();
      return LongStream.range(0, count).mapToObj(problems::training).filter(p -> known.add(p.prompt())).map(Solved::document);
    }

    private static Document document(Problem p) {
      return Document.of(p.prompt().replace('#', ' '), DOMAIN, List.of(Document.Part.seen(p.prompt()), Document.Part.answer(p.solution())));
    }

    /** As a rollout sees a problem: from its beginning. */
    @Override
    public boolean whole() {
      return true;
    }
  }
}
