package org.vulpes.objective.preference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.compute.DType;
import org.vulpes.corpus.TokenStore;
import org.vulpes.curriculum.Lesson;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Pace;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;

/**
 * Rows of whole answers and their loss. A row is one answer after its question; pairs stand as neighbours, the better one first.
 *
 * @param byLength log-probabilities are means over the answer's tokens
 */
record Preferences(PreferenceLoss loss, boolean byLength) implements Objective {
  private static final String SCHEMA = "objective-preference";
  private static final String REFERENCE = "reference";
  private static final String SCALE = "scale";
  private static final String INVERSE = "inverse-length";
  private static final String SHARE = "share";
  private static final String SIGN = "sign";
  private static final String KL = "kl";
  private static final int BUCKET = 32;
  private static final Axis ONE = Axis.of("one", 1);

  private Method method() {
    return loss.method();
  }

  @Override
  public List<Role> roles() {
    return method().reference ? List.of(new Role(REFERENCE, Role.INIT)) : List.of();
  }

  @Override
  public int together() {
    return method().pairs ? 2 : 1;
  }

  @Override
  public void check(Material material) {
    TokenStore text = material.text();
    if (!text.marked()) throw new InvalidInput("objective.preference learns from answers, but the corpus holds plain text; take corpus = conversations.");
    for (String domain : text.domains()) {
      boolean taught = material.lessons().stream().anyMatch(l -> l.lesson().domainWeights().isEmpty() || l.lesson().domainWeights().getOrDefault(domain, 0.0) > 0);
      for (int d = 0; taught && d < text.training(domain).count(); d++) check(domain, text.training(domain).rows(d));
    }
  }

  private void check(String domain, List<TokenStore.Row> example) {
    if (method().pairs && (example.size() != 2 || example.getFirst().worse())) {
      throw new InvalidInput("objective.preference.loss = " + word() + " learns from pairs, but an example of domain '" + domain
          + "' is no pair; give lines with prompt, chosen and rejected, or take loss = kto, which learns from labels.");
    }
  }

  /** Rows are as long as the longest answer of the batch needs, at most as the lesson says. KTO looks at answers to other questions, by the policy and the reference. */
  @Override
  public Pace pace(Lesson lesson) {
    int rows = rows(lesson);
    return new Pace((double) rows * lesson.sequenceLength(), false, rows, lesson.sequenceLength(), method() == Method.KTO ? 2 : 0);
  }

  private int rows(Lesson lesson) {
    // KTO takes the answer to another question from two rows on.
    return Math.max(method().pairs ? 2 : 4, lesson.sequences() / 2 * 2);
  }

  @Override
  public StepBatch prepare(Supply supply) {
    var lesson = supply.lesson();
    int wanted = rows(lesson);
    var rows = new ArrayList<TokenStore.Row>();
    while (rows.size() < wanted) {
      var example = supply.stream().take(lesson.domainWeights());
      // A mixture may draw what no lesson does.
      check(example.domain(), example.rows());
      rows.addAll(example.rows());
    }
    StepBatch batch = lay(rows, lesson.sequenceLength(), supply.tokenizer().endOfText());
    return method() == Method.KTO ? withDistance(batch, rows, supply) : batch;
  }

  private String word() {
    return method().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Rows side by side, as long as the longest needs in steps of {@link #BUCKET}. */
  StepBatch lay(List<TokenStore.Row> rows, int most, int endOfText) {
    int longest = 1 + rows.stream().mapToInt(r -> r.ids().length).max().orElseThrow();
    if (longest > most) {
      throw new InvalidInput("An answer with its question has " + longest + " tokens, more than the lesson's sequence-length of " + most + "; raise it, or leave long examples out (longest of the corpus).");
    }
    int length = Math.min(most, (longest + BUCKET - 1) / BUCKET * BUCKET);
    int n = rows.size();
    int[] tokens = new int[n * length];
    int[] targets = new int[n * length];
    float[] mask = new float[n * length];
    Arrays.fill(tokens, endOfText);
    Arrays.fill(targets, -1);
    var scale = new float[n];
    var inverse = new float[n];
    var sign = new float[n];
    var share = new float[n];
    for (int r = 0; r < n; r++) {
      TokenStore.Row row = rows.get(r);
      int answer = 0;
      for (int i = 0; i < row.ids().length; i++) {
        targets[r * length + i] = row.ids()[i];
        if (i + 1 < length) tokens[r * length + i + 1] = row.ids()[i];
        if (row.answer()[i]) {
          mask[r * length + i] = 1;
          answer++;
        }
      }
      if (answer == 0) throw new InvalidInput("An example has no answer to prefer.");
      inverse[r] = 1f / answer;
      scale[r] = byLength ? inverse[r] : 1;
      sign[r] = row.worse() ? -1 : 1;
      share[r] = 1f / n;
    }
    var inputs = new TreeMap<String, Object>(Map.of(StepBatch.TOKENS, tokens, StepBatch.TARGETS, targets, StepBatch.FIRST_VISIBLE, new int[n * length], StepBatch.WEIGHT, mask, SCALE, scale,
        INVERSE, inverse, SHARE, share));
    if (!method().pairs) inputs.put(SIGN, sign);
    return new StepBatch(n, length, inputs, (long) n * length, 0, 0, new TreeMap<>());
  }

  /** KTO's z: the mean log-ratio of answers to other questions, at least 0, by the policy as it is now. */
  private StepBatch withDistance(StepBatch batch, List<TokenStore.Row> rows, Supply supply) {
    var mismatched = new ArrayList<TokenStore.Row>();
    for (int r = 0; r < rows.size(); r++) mismatched.add(question(rows.get(r), rows.get((r + 2) % rows.size())));
    int room = Math.max(supply.lesson().sequenceLength(), 1 + mismatched.stream().mapToInt(x -> x.ids().length).max().orElse(0));
    StepBatch others = lay(mismatched, room, supply.tokenizer().endOfText());
    float[] ratio = supply.forward(new Ratio(), others).get("ratio");
    double mean = 0;
    for (float x : ratio) mean += x / ratio.length;
    var z = new float[batch.sequences()];
    Arrays.fill(z, (float) Math.max(0, mean));
    return batch.with(KL, z).after(supply.flops(new Ratio(), others));
  }

  /** The question of one row with the answer of another. */
  private static TokenStore.Row question(TokenStore.Row asked, TokenStore.Row answered) {
    int q = firstAnswer(asked);
    int a = firstAnswer(answered);
    int n = q + answered.ids().length - a;
    int[] ids = Arrays.copyOf(asked.ids(), n);
    boolean[] answer = Arrays.copyOf(new boolean[q], n);
    System.arraycopy(answered.ids(), a, ids, q, n - q);
    System.arraycopy(answered.answer(), a, answer, q, n - q);
    return new TokenStore.Row(ids, answer, answered.worse());
  }

  private static int firstAnswer(TokenStore.Row row) {
    int i = 0;
    while (i < row.answer().length && !row.answer()[i]) i++;
    return i;
  }

  /** log π − log ρ of each row's answer. */
  private final class Ratio implements Forward {
    @Override
    public String name() {
      return "log-ratio";
    }

    @Override
    public SortedMap<String, Tensor> build(BatchGraph b) {
      Graph g = b.graph();
      Tensor scale = b.input(SCALE, DType.F32, Axis.of("batch", b.sequences()), ONE);
      return new TreeMap<>(Map.of("ratio", g.add(logProbability(b, nll(b, b.model()), scale), g.scale(logProbability(b, nll(b, b.role(REFERENCE)), scale), -1))));
    }
  }

  /** Σ over the answer's tokens of log π, times {@code scale}: [batch, 1]. */
  private static Tensor logProbability(BatchGraph b, Tensor nll, Tensor scale) {
    return b.graph().multiply(b.graph().scale(sum(b, nll), -1), scale);
  }

  /** Σ −log π over the answer. */
  private static Tensor sum(BatchGraph b, Tensor nll) {
    return b.sumOfRows(b.graph().multiply(nll, b.weight()));
  }

  /** −log π of each target. */
  private static Tensor nll(BatchGraph b, Decoder model) {
    Graph g = b.graph();
    return g.crossEntropy(model.hidden(g, b.tokens(), b.firstVisible()), model.head(g), b.targets());
  }

  @Override
  public Loss build(BatchGraph b) {
    return loss(b, nll(b, b.model()), method().reference ? nll(b, b.role(REFERENCE)) : null);
  }

  /** @param policy −log π of each target @param frozen the same of the reference; null where the loss has none */
  Loss loss(BatchGraph b, Tensor policy, Tensor frozen) {
    Graph g = b.graph();
    Axis batch = Axis.of("batch", b.sequences());
    Tensor scale = b.input(SCALE, DType.F32, batch, ONE);
    Tensor share = b.input(SHARE, DType.F32, batch, ONE);
    Tensor nats = sum(b, policy);
    Tensor log = g.multiply(g.scale(nats, -1), scale);
    Tensor reference = frozen == null ? null : logProbability(b, frozen, scale);
    PreferenceLoss.Terms terms = method().pairs ? loss.ofPairs(g, log, reference, g.multiply(nats, b.input(INVERSE, DType.F32, batch, ONE)))
        : loss.ofLabels(g, log, reference, b.input(KL, DType.F32, batch, ONE), b.input(SIGN, DType.F32, batch, ONE));
    // Both rows of a pair carry half of its share.
    Tensor of = method().pairs ? b.sumOfRows(g.reshape(share, Axis.of("pairs", b.sequences() / 2), Axis.of("two", 2))) : share;
    var told = new TreeMap<String, Tensor>();
    terms.statistics().forEach((name, value) -> told.put(name, g.dot(value, of)));
    return new Loss(g.dot(terms.loss(), of), told);
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
