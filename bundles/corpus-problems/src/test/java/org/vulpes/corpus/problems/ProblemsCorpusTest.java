package org.vulpes.corpus.problems;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.vulpes.corpus.CorpusSource;
import org.vulpes.corpus.Document;
import org.vulpes.reward.problems.Arithmetic;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

class ProblemsCorpusTest {
  private static final Catalogue CATALOGUE = new Catalogue() {
    @Override
    public List<Entry> entries() {
      return List.of();
    }

    @Override
    public List<String> refusals() {
      return List.of();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> Plugin<T> plugin(String slot, String use) {
      return (Plugin<T>) new Arithmetic();
    }

    @Override
    public Config reference() {
      return ConfigFactory.empty();
    }
  };

  private static CorpusSource corpus(int documents) {
    return new ProblemsCorpus(CATALOGUE).create(Options.of("documents = " + documents + ", problems { use = arithmetic, arithmetic { operations = [\"+\"], terms = 2, least-digits = 1, digits = 1, "
        + "reversed = false, seed = 1, held-out = 8, held-out-share = 0.1 } }"));
  }

  @Test
  void everySolvedProblemIsThereOnceAndNoneThatIsHeldOut() {
    var texts = corpus(2000).documents("problems").map(Document::text).toList();
    assertEquals(texts.size(), new HashSet<>(texts).size());
    for (String t : texts) {
      String[] sides = t.split("[+=]");
      assertEquals(Integer.parseInt(sides[0]) + Integer.parseInt(sides[1]), Integer.parseInt(sides[2]));
    }
    var problems = new Arithmetic().create(Options.of("operations = [\"+\"], terms = 2, least-digits = 1, digits = 1, reversed = false, seed = 1, held-out = 8, held-out-share = 0.1"));
    for (int i = 0; i < problems.heldOut(); i++) assertFalse(texts.contains(problems.heldOut(i).prompt() + problems.heldOut(i).solution()));
    Document one = corpus(1).documents("problems").findFirst().orElseThrow();
    assertEquals(List.of(Document.Part.seen(one.text().replaceAll("=.*", "=")), Document.Part.answer(one.text().replaceAll(".*=", ""))), one.parts());
    assertNotEquals(corpus(2000).fingerprint(), corpus(2001).fingerprint());
  }
}
