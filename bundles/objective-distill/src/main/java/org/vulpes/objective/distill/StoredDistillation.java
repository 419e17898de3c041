package org.vulpes.objective.distill;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.vulpes.compute.DType;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.TopAndRest;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.objective.logits.Origin;
import org.vulpes.objective.logits.Place;
import org.vulpes.objective.logits.StoredLogits;
import org.vulpes.objective.logits.TopRow;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Distillation from what a teacher said beforehand: its likeliest tokens at each position, and all others as one. The student's distribution is made as coarse before the two are compared, so that
 * a divergence is that of k + 1 outcomes; with all tokens stored it is the live teacher's.
 *
 * @param source the folder as it was given @param origin of every file in it, but for the seed
 */
record StoredDistillation(String source, Origin origin, List<Term> terms) implements Objective {
  private static final String SCHEMA = "objective-distill-stored";
  private static final String IDS = "teacher-ids";
  private static final String LOGITS = "teacher-logits";

  static StoredDistillation of(String source, List<Term> terms) {
    Origin origin = null;
    for (Path file : StoredLogits.files(Path.of(source))) {
      Origin next = StoredLogits.open(file).origin();
      if (origin != null && !origin.akin(next)) throw new InvalidInput(source + " holds logits of two kinds (" + kind(origin) + " and " + kind(next) + "); give each kind a folder of its own.");
      origin = next;
    }
    for (Term term : terms) {
      if (term instanceof Term.Soft soft && soft.divergence().temperature() != origin.temperature() && origin.top() < origin.vocabulary()) {
        throw new InvalidInput("objective.distill.losses: " + soft.name() + " has the temperature " + soft.divergence().temperature() + ", but the logits in " + source + " were stored at "
            + origin.temperature() + ", and what lies beyond the " + origin.top() + " likeliest tokens is known at that one alone; write them with ./vulpes teach --temperature "
            + soft.divergence().temperature() + ".");
      }
    }
    return new StoredDistillation(source, origin, terms);
  }

  private static String kind(Origin o) {
    return String.format(Locale.ROOT, "top %,d at temperature %s in %d bits of %s, seed %d", o.top(), o.temperature(), o.bits(), o.teacher(), o.seed());
  }

  @Override
  public String identity() {
    return "stored logits " + origin.weights() + " " + origin.top() + " " + origin.temperature() + " " + origin.bits();
  }

  @Override
  public List<String> notes() {
    return List.of(String.format(Locale.ROOT, "The teacher %s is not run: its %s likeliest of %,d tokens were stored in %s, which cost it %.2e FLOPs for each seed, once for all runs that read them.", origin.teacher(),
        origin.top() == origin.vocabulary() ? "all" : String.format(Locale.ROOT, "%,d", origin.top()), origin.vocabulary(), source, origin.flops()));
  }

  @Override
  public void check(Tokenizer policy, Map<String, Tokenizer> frozen) {
    if (!policy.fingerprint().equals(origin.tokenizer())) {
      throw new InvalidInput("The logits in " + source + " are of another tokenizer (" + origin.vocabulary() + " ids, " + brief(origin.tokenizer()) + ") than the student's (" + policy.vocabularySize() + " ids, "
          + brief(policy.fingerprint()) + "); write them for this one, which the teacher must share, or let a live teacher be compared by align = spans.");
    }
  }

  private static String brief(String hash) {
    return hash.substring(0, Math.min(12, hash.length()));
  }

  @Override
  public void check(Material material) {
    if (!material.text().contentHash().equals(origin.data())) {
      throw new InvalidInput("The logits in " + source + " are of other text (" + brief(origin.data()) + ") than the run is taught (" + brief(material.text().contentHash())
          + "); write them with the run's own corpus.");
    }
    for (long seed : material.seeds()) check(at(seed).verify(), material);
  }

  private StoredLogits at(long seed) {
    Path file = StoredLogits.file(Path.of(source), seed);
    if (!Files.exists(file)) {
      throw new InvalidInput(source + " holds no logits for seed " + seed + ", which decides the order of the text; it has " + String.join(", ", StoredLogits.files(Path.of(source)).stream()
          .map(f -> f.getFileName().toString()).toList()) + ". Write them with ./vulpes teach --seeds " + seed + ".");
    }
    return StoredLogits.open(file);
  }

  /** Whether it has as many sequences, of the same lengths, as the lessons will ask for. */
  private static void check(StoredLogits stored, Material material) {
    long row = 0;
    for (int i = 0; i < material.lessons().size(); i++) {
      Curriculum.Planned planned = material.lessons().get(i);
      long end = i + 1 < material.lessons().size() ? material.lessons().get(i + 1).fromToken() : material.tokens();
      long sequences = Math.ceilDiv(end - planned.fromToken(), (long) planned.lesson().batchTokens()) * planned.lesson().sequences();
      for (long last = row + sequences; row < last; row++) {
        if (row >= stored.rows()) {
          throw new InvalidInput(stored + " holds " + stored.rows() + " sequences, but the run is taught more; write them for all its " + material.tokens() + " tokens.");
        }
        stored.sameLength(row, planned.lesson().sequenceLength());
      }
    }
  }

  @Override
  public StepBatch prepare(Supply supply) {
    long row = supply.stream().sequence();
    StepBatch batch = Objective.super.prepare(supply);
    int n = batch.sequences();
    int length = batch.length();
    int top = origin.top();
    var ids = new int[n * length * top];
    var logits = new float[n * length * (top + 1)];
    StoredLogits stored = at(supply.seed());
    float[] weight = batch.floats(StepBatch.WEIGHT);
    for (int s = 0; s < n; s++) {
      TopRow said = stored.row(row + s, Place.of(batch.ints(StepBatch.TOKENS), batch.ints(StepBatch.FIRST_VISIBLE), weight, s, length));
      int position = 0;
      for (int i = s * length; i < (s + 1) * length; i++) {
        if (weight[i] == 0) {
          // Compared with something that is a distribution, and with weight 0.
          for (int j = 0; j < top; j++) ids[i * top + j] = j;
          continue;
        }
        System.arraycopy(said.ids(), position * top, ids, i * top, top);
        for (int j = 0; j <= top; j++) {
          float x = said.logarithms()[position * (top + 1) + j];
          logits[i * (top + 1) + j] = x == TopRow.NOTHING ? x : (float) (x * origin.temperature());
        }
        position++;
      }
    }
    return batch.with(IDS, ids).with(LOGITS, logits);
  }

  @Override
  public Loss build(BatchGraph b) {
    Graph g = b.graph();
    Axis[] rows = {Axis.of("batch", b.sequences()), Axis.of("time", b.length())};
    Tensor last = b.model().hidden(g, b.tokens(), b.firstVisible());
    Tensor ids = b.input(IDS, DType.I32, rows[0], rows[1], Axis.of("top", origin.top()));
    Tensor its = b.input(LOGITS, DType.F32, rows[0], rows[1], Axis.of("top-and-rest", origin.top() + 1));
    Tensor logits = null;
    var coarse = new HashMap<Double, Tensor>();
    var sum = new WeightedSum(b);
    for (Term term : terms) {
      if (!(term instanceof Term.Soft soft)) {
        sum.add(term, g.crossEntropy(last, b.model().head(g), b.targets()));
        continue;
      }
      if (logits == null) logits = g.linear(last, b.model().head(g));
      Tensor all = logits;
      Tensor mine = coarse.computeIfAbsent(soft.divergence().temperature(), t -> g.one(new TopAndRest(t), all, ids));
      sum.add(term, g.one(soft.divergence(), mine, its));
    }
    return sum.loss();
  }

  @Override
  public Snapshot save() {
    return Snapshot.empty(SCHEMA);
  }

  @Override
  public void restore(Snapshot snapshot) {
    snapshot.expect(SCHEMA, 1);
  }
}
