package org.vulpes.study;

import com.typesafe.config.Config;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.Catalogue;

/** The tokenised corpora of runs that are taken up again outside their study: out of the cache, or made anew. */
public final class RunTexts implements Function<Config, TokenStore> {
  private final StudyData data;

  /** @param config of the run; its storage says where the cache is @param stop asked while text is prepared */
  public RunTexts(Config config, Catalogue catalogue, StudyListener listener, BooleanSupplier stop) {
    data = new StudyData(config, catalogue, listener, stop);
  }

  @Override
  public TokenStore apply(Config config) {
    return data.store(config);
  }
}
