package org.vulpes.objective.distill;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.vulpes.curriculum.Lesson;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.ShapeMismatch;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionDivergence;
import org.vulpes.graph.operations.Pointwise;
import org.vulpes.model.Context;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.objective.Pace;
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

  /** A teacher's writing costs the teacher. */
  @Override
  public Pace pace(Lesson lesson) {
    return Pace.of(lesson).after(sampling.byTeacher() ? 0 : sampling.share());
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
    var sum = new WeightedSum(b);
    for (Term term : terms) {
      if (term instanceof Term.Soft && mine == null) {
        mine = student.logits(g);
        its = teacher.logits(g);
      }
      sum.add(term, switch (term) {
        case Term.Hard _ -> g.crossEntropy(student.last, b.model().head(g), b.targets());
        case Term.Soft soft -> g.one(soft.divergence(), mine, its);
        case Term.Match match -> match(b, match, student, teacher);
        case Term.Weights weights -> weights(b, weights, student, teacher);
      });
    }
    return sum.loss();
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

  private static Tensor weights(BatchGraph b, Term.Weights term, Seen student, Seen teacher) {
    Mixing s = student.mixing(term.student(), "student", b.model());
    Mixing t = teacher.mixing(term.teacher(), TEACHER, b.role(TEACHER));
    try {
      return b.graph().one(new AttentionDivergence(s.how, t.how), s.q, s.k, t.q, t.k, b.firstVisible());
    } catch (ShapeMismatch e) {
      throw new InvalidInput("objective.distill.losses: " + term.name() + " cannot be had: " + e.getMessage() + ".", e);
    }
  }

  /** What a layer's attention weights follow from. */
  private record Mixing(Attention how, Tensor q, Tensor k) {}

  /** What a model makes of the batch. @param states by the names of {@link Decoder#hidden}'s probes @param mixing by block */
  private record Seen(Decoder model, Tensor last, Map<String, Tensor> states, Map<Integer, Mixing> mixing) {
    static Seen of(BatchGraph b, Decoder model) {
      var states = new HashMap<String, Tensor>();
      var mixing = new HashMap<Integer, Mixing>();
      Context rows = Context.rows(b.firstVisible());
      Context watched = (graph, layer, how, q, k, v) -> {
        mixing.put(layer, new Mixing(how, q, k));
        return rows.attend(graph, layer, how, q, k, v);
      };
      Tensor last = model.hidden(b.graph(), b.tokens(), watched, states::put);
      return new Seen(model, last, states, mixing);
    }

    Mixing mixing(int block, String whose, Decoder of) {
      if (block >= of.layers()) throw noBlock(block, whose, of);
      Mixing m = mixing.get(block);
      if (m == null) throw new InvalidInput("objective.distill.losses matches attention weights of block " + block + " of the " + whose + ", whose attention has none; choose another loss for it.");
      return m;
    }

    private static InvalidInput noBlock(int block, String whose, Decoder of) {
      return new InvalidInput("objective.distill.losses matches block " + block + " of the " + whose + ", which has blocks 0 to " + (of.layers() - 1) + ".");
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
      if (state == null) throw noBlock(Integer.parseInt(probe.replaceAll("\\D", "")), whose, of);
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
