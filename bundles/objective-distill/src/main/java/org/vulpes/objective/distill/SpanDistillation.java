package org.vulpes.objective.distill;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/**
 * Distillation from a teacher with another vocabulary. A document is cut at the places where tokens end in both vocabularies; between two of them, both models give the same bytes a probability, and
 * the loss is the mean over all bytes of the squared distance of its logarithms a byte, (log q(span) − log p(span))² / bytes, beside the negative log-likelihood of the text.
 *
 * <p>The spans of a batch are no shape of a graph, so the gradient is brought in from outside: with d = log q − log p of the student as it is, 2 d / bytes is the derivative by each of the span's
 * log-probabilities, which multiplies them in the graph; what is missing to the loss is added as a number.
 */
record SpanDistillation(String source, double hardWeight) implements Objective {
  private static final String SCHEMA = "objective-distill-spans";
  private static final String SLOPE = "slope";
  private static final String OFFSET = "offset";

  @Override
  public List<Role> roles() {
    return List.of(new Role(Distillation.TEACHER, source));
  }

  @Override
  public StepBatch prepare(Supply supply) {
    StepBatch batch = Objective.super.prepare(supply);
    Tokenizer mine = supply.tokenizer();
    Tokenizer its = supply.tokenizer(Distillation.TEACHER);
    float[] student = supply.forward(new Nll(""), batch).get("nll");
    var rows = new Rows(batch, mine, its);
    StepBatch translated = rows.translated();
    float[] teacher = supply.forward(new Nll(Distillation.TEACHER), translated).get("nll");
    var slope = new float[student.length];
    var offset = new float[batch.sequences()];
    double loss = rows.compare(student, teacher, slope, offset);
    return batch.with(SLOPE, slope).with(OFFSET, offset).after(supply.flops(new Nll(""), batch)).withStatistics(Map.of("spans", (double) rows.spans(), "span-distance", loss));
  }

  /** −log probability of every target. @param role empty: the student */
  private record Nll(String role) implements Forward {
    @Override
    public String name() {
      return "nll " + role;
    }

    @Override
    public SortedMap<String, Tensor> build(BatchGraph b) {
      Graph g = b.graph();
      Decoder model = role.isEmpty() ? b.model() : b.role(role);
      return new TreeMap<>(Map.of("nll", g.crossEntropy(model.hidden(g, b.tokens(), b.firstVisible()), model.head(g), b.targets())));
    }
  }

  @Override
  public Loss build(BatchGraph b) {
    Graph g = b.graph();
    Axis batch = Axis.of("batch", b.sequences());
    Tensor nll = g.crossEntropy(b.model().hidden(g, b.tokens(), b.firstVisible()), b.model().head(g), b.targets());
    Tensor slope = b.input(SLOPE, DType.F32, batch, Axis.of("time", b.length()));
    Tensor offset = b.input(OFFSET, DType.F32, batch, Axis.of("one", 1));
    var ones = new double[b.sequences()];
    Arrays.fill(ones, 1);
    Tensor spans = g.add(g.dot(nll, slope), g.dot(offset, g.constant("ones " + ones.length, ones, batch, Axis.of("one", 1))));
    Tensor hard = g.dot(nll, b.weight());
    return new Loss(g.add(spans, g.scale(hard, hardWeight)), Map.of("spans-loss", spans, "hard", hard));
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
