package org.vulpes.study;

import com.typesafe.config.Config;
import java.util.function.BooleanSupplier;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;
import org.vulpes.training.Texts;

/** The tokenised corpora of runs that are taken up again outside their study: out of the cache, or made anew. */
public final class RunTexts implements Texts {
  private final StudyData data;

  /** @param config of the run; its storage says where the cache is @param stop asked while text is prepared */
  public RunTexts(Config config, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    data = new StudyData(config, catalogue, listener, stop);
  }

  @Override
  public TokenStore of(Config config, Catalogue plugins) {
    return data.store(config, plugins);
  }
}
