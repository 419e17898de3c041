package org.vulpes.objective.sft;

import java.util.Map;
import org.osgi.service.component.annotations.Component;
import org.vulpes.corpus.Batch;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Material;
import org.vulpes.objective.Objective;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/** Next-token prediction on answers: what they answer is seen and not learned. See {@code reference.conf}. */
@Component
@Fills(slot = "objective", use = "sft")
public final class SupervisedFineTuning implements Plugin<Objective> {
  private static final String SCHEMA = "objective-sft";

  @Override
  public Objective create(Options options) {
    return new Answers(options.choice("learn", "answers", "everything").equals("answers"), options.choice("average", "tokens", "conversations").equals("conversations"));
  }

  /** @param answersOnly else every token @param byConversation each conversation counts the same, else each token */
  record Answers(boolean answersOnly, boolean byConversation) implements Objective {

    @Override
    public void check(Material material) {
      if (!material.text().marked()) {
        throw new InvalidInput("objective = sft learns answers, but the corpus holds plain text, in which nothing is asked; take corpus = conversations, or objective = pretrain.");
      }
    }

    @Override
    public StepBatch prepare(Supply supply) {
      var lesson = supply.lesson();
      return weigh(supply.stream().next(lesson.sequences(), lesson.sequenceLength(), lesson.domainWeights()));
    }

    /** Weights that sum to 1: of each token, or of each conversation. */
    StepBatch weigh(Batch text) {
      float[] learned = learned(text);
      var weight = new float[learned.length];
      double whole = 0;
      int targets = 0;
      int rooms = 0;
      for (int from = 0, to; from < learned.length; from = to) {
        to = conversationEnd(text, from);
        int n = 0;
        for (int i = from; i < to; i++) if (learned[i] != 0) n++;
        if (n > 0) whole += byConversation ? 1 : n;
        for (int i = from; i < to; i++) if (learned[i] != 0) weight[i] = byConversation ? 1f / n : 1;
        targets += n;
        for (int i = from; i < to; i++) if (text.targets()[i] == Batch.IGNORED) rooms++;
      }
      if (whole == 0) throw new InvalidInput("A batch of " + text.sequences() + " x " + text.length() + " tokens holds no answer; take a longer sequence-length or more batch-tokens.");
      for (int i = 0; i < weight.length; i++) weight[i] = (float) (weight[i] / whole);
      return StepBatch.of(text, weight).withStatistics(Map.of("answer-tokens", (double) targets, "padding", (double) rooms / weight.length));
    }

    private float[] learned(Batch text) {
      if (answersOnly) return text.weight();
      var out = new float[text.weight().length];
      for (int i = 0; i < out.length; i++) out[i] = text.targets()[i] == Batch.IGNORED ? 0 : 1;
      return out;
    }

    /** A conversation is a stretch of one sequence that sees the same beginning. */
    private static int conversationEnd(Batch text, int from) {
      int end = (from / text.length() + 1) * text.length();
      int to = from + 1;
      while (to < end && text.firstVisible()[to] == text.firstVisible()[from]) to++;
      return to;
    }

    @Override
    public Loss build(BatchGraph batch) {
      Graph g = batch.graph();
      Tensor hidden = batch.model().hidden(g, batch.tokens(), batch.firstVisible());
      return new Loss(g.dot(g.crossEntropy(hidden, batch.model().head(g), batch.targets()), batch.weight()));
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
}
