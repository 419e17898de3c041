package org.vulpes.study.matching;

import com.typesafe.config.Config;
import java.util.Arrays;
import java.util.Locale;
import org.vulpes.model.Decoder;
import org.vulpes.slot.Catalogue;
import org.vulpes.training.Lessons;
import org.vulpes.training.RunSettings;
import org.vulpes.training.StepCost;
import org.vulpes.training.Trainee;

/** What a variant has as much of as its baseline. Counted on the graph of the very model, never estimated. */
public enum Quantity {
  /** Every parameter once. */
  PARAMETERS("parameters", "parameters", "parameters"),
  /** Without embedding and head, whose share depends on the vocabulary more than on the design. */
  NON_EMBEDDING("non-embedding-parameters", "non-embedding parameters", "non-embedding"),
  /** Of training over the arm's whole budget at its curriculum, head included. */
  FLOPS("flops", "training FLOPs", "FLOPs");

  private final String word;
  private final String title;
  private final String brief;

  Quantity(String word, String title, String brief) {
    this.word = word;
    this.title = title;
    this.brief = brief;
  }

  /** As in a configuration: {@code non-embedding-parameters}. */
  public String word() {
    return word;
  }

  /** As in a narrow column: "non-embedding". */
  public String brief() {
    return brief;
  }

  /** As in a sentence: "non-embedding parameters". */
  public String title() {
    return title;
  }

  /** The one with this word. @throws java.util.NoSuchElementException when there is none */
  public static Quantity of(String word) {
    return Arrays.stream(values()).filter(q -> q.word.equals(word)).findFirst().orElseThrow();
  }

  /** Of a decoder that is trained as the configuration says. */
  double of(Decoder decoder, Config config, Catalogue catalogue) {
    return switch (this) {
      case PARAMETERS -> decoder.count().total();
      case NON_EMBEDDING -> decoder.count().nonEmbedding();
      case FLOPS -> StepCost.flops(Trainee.of(config, catalogue, decoder.vocabulary()), Lessons.of(config, catalogue), RunSettings.of(config).tokens());
    };
  }

  /** A value of it: parameters in full, FLOPs with the digits in which a mismatch of 0.01 % shows. */
  public String figure(double value) {
    return this == FLOPS ? String.format(Locale.ROOT, "%.4e", value).replace("e+", "e") : String.format(Locale.ROOT, "%,.0f", value);
  }
}
