package @package@;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.osgi.service.component.annotations.Component;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Sums, written out: one domain of made-up documents. */
@Component
@Fills(slot = "corpus", use = "@name@")
public final class @class@ implements Plugin<CorpusSource> {
  @Override
  public CorpusSource create(Options options) {
    int documents = options.integer("documents", 1, 1 << 30);
    return new CorpusSource() {
      @Override
      public List<String> domains() {
        return List.of("sums");
      }

      @Override
      public Stream<Document> documents(String domain) {
        return IntStream.range(0, documents).mapToObj(i -> new Document("sum-" + i, domain, i % 97 + " + " + i % 89 + " = " + (i % 97 + i % 89) + "\n"));
      }

      @Override
      public String fingerprint() {
        return "@name@ 1 " + documents;
      }
    };
  }
}
