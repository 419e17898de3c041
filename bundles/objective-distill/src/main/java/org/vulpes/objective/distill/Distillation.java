package org.vulpes.objective.distill;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Pointwise;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Role;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.Supply;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Snapshot;
import org.vulpes.tokenizer.Tokenizer;

/** A weighted sum of losses on the text, or on samples, with a frozen teacher in the same graph. */
record Distillation(String source, List<Term> terms, OnPolicy sampling) implements Objective {
  static final String TEACHER = "teacher";
  private static final String SCHEMA = "objective-distill";

  @Override
  public List<Role> roles() {
    return List.of(new Role(TEACHER, source));
  }

  @Override
  public void check(Tokenizer policy, Map<String, Tokenizer> frozen) {
    Tokenizer its = frozen.get(TEACHER);
    if (!its.fingerprint().equals(policy.fingerprint())) throw foreign(its.vocabularySize(), policy.vocabularySize());
  }

  private InvalidInput foreign(int teacher, int student) {
    return new InvalidInput("The teacher " + source + " speaks another vocabulary (" + teacher + " ids) than the student (" + student
        + " ids), so that their probabilities cannot be compared token by token; give both one tokenizer, or compare them by stretches of text with objective.distill.align = spans.");
  }

  @Override
  public StepBatch prepare(Supply supply) {
    return sampling.share() == 0 ? Objective.super.prepare(supply) : sampling.prepare(supply);
  }

  @Override
  public Loss build(BatchGraph b) {
    Graph g = b.graph();
    // Sizes are counted before the tokenizers are there to be asked.
    if (b.role(TEACHER).vocabulary() != b.model().vocabulary()) throw foreign(b.role(TEACHER).vocabulary(), b.model().vocabulary());
    Seen student = Seen.of(b, b.model());
    Seen teacher = Seen.of(b, b.role(TEACHER));
    Tensor mine = null;
    Tensor its = null;
    Tensor sum = null;
    var told = new TreeMap<String, Tensor>();
    for (Term term : terms) {
      if (term instanceof Term.Soft && mine == null) {
        mine = student.logits(g);
        its = teacher.logits(g);
      }
      Tensor each = switch (term) {
        case Term.Hard _ -> g.crossEntropy(student.last, b.model().head(g), b.targets());
        case Term.Soft soft -> g.one(soft.divergence(), mine, its);
        case Term.Match match -> match(b, match, student, teacher);
      };
      Tensor value = g.dot(each, b.weight());
      told.put(term.name(), value);
      double factor = term.weight() * (term instanceof Term.Soft soft ? soft.factor() : 1);
      Tensor part = factor == 1 ? value : g.scale(value, factor);
      sum = sum == null ? part : g.add(sum, part);
    }
    return new Loss(sum, told);
  }

  /** Mean over the teacher's width of (P s − t)², for each position. */
  private static Tensor match(BatchGraph b, Term.Match match, Seen student, Seen teacher) {
    Graph g = b.graph();
    Tensor s = student.at(match.probe(match.student()), "student", b.model());
    Tensor t = teacher.at(match.probe(match.teacher()), TEACHER, b.role(TEACHER));
    Axis from = s.shape().last();
    Axis to = Axis.of("teacher-width", t.shape().last().size());
    Tensor projection = b.parameter("projection." + match.name(), new Parameter.Initial.Normal(1 / Math.sqrt(from.size())), true, to, from);
    Tensor distance = g.add(g.linear(s, projection), g.scale(t, -1));
    Tensor mean = g.scale(b.sumOfRows(g.one(new Pointwise(Pointwise.Function.SQUARE), distance)), 1.0 / to.size());
    return g.reshape(mean, b.weight().shape().axes().toArray(Axis[]::new));
  }

  /** What a model makes of the batch. @param states by the names of {@link Decoder#hidden}'s probes */
  private record Seen(Decoder model, Tensor last, Map<String, Tensor> states) {
    static Seen of(BatchGraph b, Decoder model) {
      var states = new HashMap<String, Tensor>();
      Tensor last = model.hidden(b.graph(), b.tokens(), org.vulpes.model.Context.rows(b.firstVisible()), states::put);
      return new Seen(model, last, states);
    }

    /** [batch, time, vocabulary]. */
    Tensor logits(Graph g) {
      if (model.role().isEmpty()) return g.linear(last, model.head(g));
      try (var _ = g.at(model.role())) {
        return g.linear(last, model.head(g));
      }
    }

    Tensor at(String probe, String whose, Decoder of) {
      Tensor state = states.get(probe);
      if (state == null) throw new InvalidInput("objective.distill.losses matches block " + probe.replaceAll("\\D", "") + " of the " + whose + ", which has blocks 0 to " + (of.layers() - 1) + ".");
      return state;
    }
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
