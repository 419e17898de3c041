package org.vulpes.study.matching;

import com.typesafe.config.Config;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import org.vulpes.model.Decoder;
import org.vulpes.model.InnerSize;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;

/** Gives a variant the dimensions with which it has as much of a quantity as its baseline. */
public final class Matching {
  private final MatchRequest request;
  private final ModelSizes sizes;
  private final Catalogue catalogue;
  private final int vocabulary;
  /** Why the first dimensions that are not legal are not. */
  private InvalidInput refusal;

  /** @param config the variant's, with the solved values */
  public record Matched(Config config, Match match) {}

  private Matching(MatchRequest request, ModelSizes sizes, Catalogue catalogue, int vocabulary) {
    this.request = request;
    this.sizes = sizes;
    this.catalogue = catalogue;
    this.vocabulary = vocabulary;
  }

  /**
   * Finds what can be wrong with a request before the vocabulary is known.
   *
   * @throws InvalidInput when a dimension is both free and set by the variant, or cannot be solved because no one key sets it
   */
  public static void check(MatchRequest request, Config variant, Catalogue catalogue) {
    sizes(request, variant, catalogue);
    // An inner width makes no model legal that is not; another width or depth may.
    if (request.free().equals(Set.of(Dimension.FFN))) Decoder.of(variant, catalogue, 1024);
  }

  private static ModelSizes sizes(MatchRequest request, Config variant, Catalogue catalogue) {
    ModelSizes sizes = ModelSizes.of(variant, catalogue);
    boolean ffn = request.free().contains(Dimension.FFN);
    if (ffn && sizes.inner().isEmpty()) {
      throw request.wrong().apply("frees ffn, but model.feedforward.use = " + sizes.feedForward() + " has no single inner size; free width or layers instead");
    }
    for (Dimension d : request.free()) {
      String key = sizes.key(d);
      if (request.sets().test(key)) {
        throw new InvalidInput(Options.place(variant.getValue(key)) + key + " is set here, but is also free to be solved; take " + d.word() + " out of free, or do not set it.");
      }
    }
    if (ffn) {
      sizes.blockWithAnotherFfn(catalogue).ifPresent(block -> {
        throw request.wrong().apply("frees ffn, but model.depth gives block " + block + " an inner width of its own, so no one number is left to solve; free width instead");
      });
    }
    return sizes;
  }

  /**
   * @param baseline its whole configuration
   * @param baselineVocabulary token ids of its tokenizer
   * @param variant its whole configuration before it is matched
   * @throws InvalidInput when there is no solution within what is allowed, naming the nearest; or when the solution is the baseline itself
   */
  public static Matched match(MatchRequest request, Config baseline, int baselineVocabulary, Config variant, int vocabulary, Catalogue catalogue) {
    var matching = new Matching(request, sizes(request, variant, catalogue), catalogue, vocabulary);
    Decoder base = Decoder.of(baseline, catalogue, baselineVocabulary);
    return matching.solve(ModelSizes.of(baseline, catalogue), base, request.quantity().of(base, baseline, catalogue));
  }

  private Matched solve(ModelSizes baseline, Decoder base, double target) {
    var problem = new Solver.Problem(sizes.dimensions(), request.free(), steps(baseline), wanted(baseline, base), target, request.allowed());
    Solver.Solution solution = Solver.solve(problem, this::value);
    if (solution == null) throw refusal;
    var solved = new TreeMap<Dimension, Integer>();
    for (Dimension d : request.free()) solved.put(d, solution.dimensions().get(d));
    var match = new Match(request.quantity(), target, solution.value(), solved);
    if (Math.abs(match.mismatch()) > request.allowed()) {
      throw request.wrong().apply("has no solution within " + bare(request.allowed()) + ": the nearest is " + match.words() + "; " + remedy());
    }
    Config config = sizes.with(solution.dimensions(), request.free());
    if (config.equals(baseline.config())) {
      throw request.wrong().apply("leads back to the baseline, because what is free is all that differs; free something else than what the arm changes");
    }
    return new Matched(config, match);
  }

  private String remedy() {
    var more = new ArrayList<String>();
    for (Dimension d : Dimension.values()) {
      if (!request.free().contains(d) && (d != Dimension.FFN || sizes.inner().isPresent()) && !request.sets().test(sizes.key(d))) more.add(d.word());
    }
    return (more.isEmpty() ? "" : "free " + String.join(" or ", more) + " as well, or ") + "allow more by mismatch";
  }

  private static String bare(double share) {
    return new BigDecimal(Double.toString(100 * share)).round(new MathContext(6)).stripTrailingZeros().toPlainString() + " %";
  }

  /** The baseline's steps, so that all arms are solved alike; for another feed-forward brick its own besides. */
  private Map<Dimension, Integer> steps(ModelSizes baseline) {
    var steps = new TreeMap<>((baseline.inner().isPresent() ? baseline : sizes).steps());
    int multiple = sizes.inner().map(InnerSize::multiple).orElse(1);
    int ffn = steps.get(Dimension.FFN);
    while (ffn % multiple != 0) ffn += steps.get(Dimension.FFN);
    steps.put(Dimension.FFN, ffn);
    return steps;
  }

  /**
   * The baseline's proportions. An inner layer of another kind counts by its parameters: a plain one, which has two matrices instead of a gated
   * one's three, should be half as wide again.
   */
  private Proportions wanted(ModelSizes baseline, Decoder base) {
    Dimensions b = baseline.dimensions();
    Dimensions v = sizes.dimensions();
    double ffnPerWidth = b.ffn() > 0 ? (double) b.ffn() / b.width() : (double) v.ffn() / v.width();
    if (b.ffn() > 0 && v.ffn() > 0 && !baseline.feedForward().equals(sizes.feedForward())) {
      var ours = decoder(v);
      if (ours != null) ffnPerWidth *= matrices(base, b) / matrices(ours, v);
    }
    return new Proportions(ffnPerWidth, (double) b.width() / b.layers());
  }

  /** How many matrices of width by inner width a block has. */
  private static double matrices(Decoder decoder, Dimensions d) {
    return decoder.count().byPart().get("feedforward") / ((double) d.width() * d.ffn() * d.layers());
  }

  /** Null when no model has these dimensions. */
  private Decoder decoder(Dimensions d) {
    try {
      Decoder decoder = Decoder.of(sizes.with(d, request.free()), catalogue, vocabulary);
      if (decoder.layers() == d.layers()) return decoder;
      throw request.wrong().apply("frees layers, but model.depth makes " + decoder.layers() + " blocks of model.layers = " + d.layers() + "; free width or ffn instead");
    } catch (InvalidInput e) {
      if (refusal == null) refusal = e;
      return null;
    }
  }

  private OptionalDouble value(Dimensions d) {
    Decoder decoder = decoder(d);
    return decoder == null ? OptionalDouble.empty() : OptionalDouble.of(request.quantity().of(decoder, sizes.with(d, request.free()), catalogue));
  }
}
