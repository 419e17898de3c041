package org.vulpes.study;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.vulpes.corpus.TokenStore;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** What must be the same in all arms, because arms that are measured differently cannot be compared: the metric, its text, and what belongs to the study as a whole. */
final class Yardstick {
  /** The study decides these, whatever an arm says. */
  private static final List<String> OF_THE_STUDY = List.of("training.seed", "training.threads", "storage");
  private static final List<String> OF_THE_METRIC = List.of("training.metric-weights", "training.evaluation-length", "training.evaluation-bytes");

  private Yardstick() {}

  /** @param bodies what each arm lays over the common configuration @throws InvalidInput when an arm would move the yardstick */
  static void check(Map<String, ? extends ConfigObject> bodies, Map<String, Config> arms, String baseline, Metric metric) {
    bodies.forEach((arm, body) -> {
      for (String key : OF_THE_STUDY) {
        if (body.toConfig().hasPathOrNull(key)) throw wrong(body.toConfig(), arm, key, "belongs to the whole study and cannot differ between arms; write it outside study.arms");
      }
      for (String key : OF_THE_METRIC) {
        if (arms.get(arm).getValue(key).equals(arms.get(baseline).getValue(key))) continue;
        throw otherwise(body.toConfig(), arm, key, baseline);
      }
      if (!metric.measuredBy(arms.get(arm)).equals(metric.measuredBy(arms.get(baseline)))) {
        throw otherwise(body.toConfig(), arm, body.toConfig().hasPath("problems") ? "problems" : "evaluations." + metric.evaluation(), baseline);
      }
    });
  }

  private static InvalidInput otherwise(Config body, String arm, String key, String baseline) {
    return wrong(body, arm, key, "measures '" + arm + "' otherwise than the baseline '" + baseline + "', so that they could not be compared; write it outside study.arms");
  }

  private static InvalidInput wrong(Config body, String arm, String key, String what) {
    String place = body.hasPath(key) ? Options.place(body.getValue(key)) : "";
    return new InvalidInput(place + "study.arms." + arm + "." + key + " " + what + ".");
  }

  /** Arms may learn from different text; they are judged on the same. @throws InvalidInput for the first arm that is not */
  static void check(Map<String, TokenStore> stores, String baseline) {
    String expected = validation(stores.get(baseline));
    stores.forEach((arm, store) -> {
      if (store != stores.get(baseline) && !validation(store).equals(expected)) {
        throw new InvalidInput("study.arms." + arm + " changes the text that arms are judged on; leave the corpus' domains and validation-bytes as they are for '" + baseline
            + "', and let the arm's curriculum say what it learns from (a weight of 0 leaves a domain out).");
      }
    });
  }

  private static String validation(TokenStore store) {
    var all = new java.util.ArrayList<String>();
    for (String domain : store.domains()) {
      all.add(domain);
      try (var texts = store.validation(domain).texts()) {
        texts.forEach(t -> all.add(new String(t, StandardCharsets.UTF_8)));
      }
    }
    return Hash.of(all.toArray(String[]::new));
  }
}
