package org.vulpes.objective.distill;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.corpus.Batch;
import org.vulpes.corpus.TokenStore;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.Sampling;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Random64;

/**
 * Learns on samples instead of text in a part of the sequences (generalised knowledge distillation, Agarwal et al. 2024; with the teacher's samples and the hard loss it is sequence-level distillation,
 * Kim and Rush 2016). A sequence of plain text is continued from a point on; of a conversation the answer is written anew. The sample alone is learned.
 *
 * @param share of the sequences, drawn for each by itself
 * @param byTeacher else by the student as it is now
 * @param prompt share of a sequence of plain text that is given
 */
record OnPolicy(double share, boolean byTeacher, double prompt, Sampling how) {

  static OnPolicy read(Options o) {
    return new OnPolicy(o.number("share", 0, 1), o.choice("by", "student", "teacher").equals("teacher"), o.number("prompt", 0.01, 0.99), Sampling.of(o.number("temperature", 0, 100), o.integer("top-k", 0, 1 << 24), 1));
  }

  StepBatch prepare(Supply supply) {
    var lesson = supply.lesson();
    int n = lesson.sequences();
    int length = lesson.sequenceLength();
    Batch text = supply.stream().next(n, length, lesson.domainWeights());
    int[] tokens = text.tokens().clone();
    int[] targets = text.targets().clone();
    int[] first = text.firstVisible().clone();
    float[] weight = text.weight().clone();
    var draw = Random64.of(supply.seed(), "on-policy", Long.toString(supply.progress().step()));
    var rows = new ArrayList<Row>();
    for (int s = 0; s < n; s++) {
      if (draw.uniform(2L * s) >= share) continue;
      rows.add(supply.stream().asks() ? asked(supply, s, length) : continued(text, s, length));
    }
    if (rows.isEmpty()) return normal(text, tokens, targets, first, weight).withStatistics(Map.of("sampled", 0.0));
    int endOfText = supply.tokenizer().endOfText();
    // The furthest that any may go; longer ones are cut at their row's end.
    int most = rows.stream().mapToInt(r -> length - r.at + 1).max().orElseThrow();
    var prompts = rows.stream().map(r -> new Prompt(r.prompt, 1, draw.bits(2L * r.sequence + 1))).toList();
    var generator = byTeacher ? supply.generator(Distillation.TEACHER) : supply.generator();
    List<Continuation> written = generator.generate(prompts, how, Ending.text(most, supply.tokenizer(), List.of()), (p, i, t) -> {});
    long sampled = 0;
    for (Continuation c : written) {
      Row r = rows.get(c.prompt());
      int from = r.sequence * length;
      int end = Math.min(c.tokens().length, length - r.at + 1);
      if (r.fresh) {
        Arrays.fill(first, from, from + length, 0);
        System.arraycopy(r.prompt, 0, tokens, from, r.at);
        System.arraycopy(r.prompt, 1, targets, from, r.at - 1);
      }
      Arrays.fill(weight, from, from + length, 0);
      Arrays.fill(tokens, from + r.at, from + length, endOfText);
      Arrays.fill(targets, from + r.at - 1, from + length, Batch.IGNORED);
      for (int i = r.at; i < length; i++) first[from + i] = first[from + r.at - 1];
      for (int j = 0; j < end; j++) {
        targets[from + r.at - 1 + j] = c.tokens()[j];
        weight[from + r.at - 1 + j] = 1;
        if (r.at + j < length) tokens[from + r.at + j] = c.tokens()[j];
      }
      sampled += end;
    }
    StepBatch batch = normal(text, tokens, targets, first, weight);
    // With its cache a generation passes every token through the model once, as one forward pass over the rows does.
    double spent = supply.flops(new Once(byTeacher), batch) * rows.size() / n;
    return batch.after(spent).withStatistics(Map.of("sampled", (double) rows.size() / n, "sampled-tokens", (double) sampled));
  }

  private static StepBatch normal(Batch text, int[] tokens, int[] targets, int[] first, float[] weight) {
    return StepBatch.of(new Batch(text.sequences(), text.length(), tokens, targets, first, weight, text.bytes()));
  }

  /** @param at places of the row that are given @param fresh whether the whole row is new */
  private record Row(int sequence, int[] prompt, int at, boolean fresh) {}

  /** The sequence's own beginning; the prompt is what the last given place sees. */
  private Row continued(Batch text, int s, int length) {
    int at = Math.clamp((int) Math.round(prompt * length), 1, length - 1);
    int from = text.firstVisible()[s * length + at - 1];
    return new Row(s, Arrays.copyOfRange(text.tokens(), s * length + from, s * length + at), at, false);
  }

  /** The next example's question, in a row of its own. */
  private static Row asked(Supply supply, int s, int length) {
    TokenStore.Row row = supply.stream().take(supply.lesson().domainWeights()).rows().getFirst();
    int question = 0;
    while (question < row.answer().length && !row.answer()[question]) question++;
    if (question + 1 >= length) throw new InvalidInput("A question of " + question + " tokens leaves no room for an answer in a sequence of " + length + "; raise sequence-length.");
    int[] given = new int[question + 1];
    given[0] = supply.tokenizer().endOfText();
    System.arraycopy(row.ids(), 0, given, 1, question);
    return new Row(s, given, given.length, true);
  }

  /** One pass of a model over the batch: what writing it costs. */
  private record Once(boolean teacher) implements Forward {
    @Override
    public String name() {
      return "once";
    }

    @Override
    public SortedMap<String, Tensor> build(BatchGraph b) {
      Graph g = b.graph();
      Decoder model = teacher ? b.role(Distillation.TEACHER) : b.model();
      return new TreeMap<>(Map.of("nll", g.crossEntropy(model.hidden(g, b.tokens(), b.firstVisible()), model.head(g), b.targets())));
    }
  }
}
