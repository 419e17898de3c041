package org.vulpes.objective.distill;

import java.nio.file.Path;
import java.util.ArrayList;
import org.osgi.service.component.annotations.Component;
import org.vulpes.objective.Objective;
import org.vulpes.objective.logits.StoredLogits;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Learns from a teacher; see {@code reference.conf}. */
@Component
@Fills(slot = "objective", use = "distill")
public final class DistillObjective implements Plugin<Objective> {

  @Override
  public Objective create(Options options) {
    if (options.text("teacher").isBlank()) throw options.wrong("teacher", "is missing; give the folder of the run whose model teaches, or of one of its checkpoints");
    String teacher = options.text("teacher");
    var sampling = OnPolicy.read(options.block("on-policy"));
    if (options.choice("align", "none", "spans").equals("spans")) {
      if (!StoredLogits.files(Path.of(teacher)).isEmpty()) throw options.wrong("align", "= spans reads the teacher's probabilities of the very text, which stored logits need not hold; give the teacher's run");
      if (sampling.share() > 0) throw options.wrong("align", "= spans compares a text in two vocabularies, and the student's own samples are not the teacher's; set on-policy.share = 0");
      return new SpanDistillation(teacher, options.number("hard-weight", 0, 1e9));
    }
    double temperature = options.number("temperature", 1e-3, 1e3);
    boolean scaled = options.flag("scale-by-temperature");
    var terms = new ArrayList<Term>();
    for (Options term : options.blocks("losses")) terms.add(Term.read(term, temperature, scaled));
    if (terms.isEmpty()) throw options.wrong("losses", "names no loss; give some, as in [{ kind = forward-kl }]");
    if (terms.stream().map(Term::name).distinct().count() < terms.size()) throw options.wrong("losses", "has the same loss twice; give it once, with the weight of both");
    if (terms.stream().noneMatch(t -> t.weight() > 0)) throw options.wrong("losses", "has no weight above 0");
    if (StoredLogits.files(Path.of(teacher)).isEmpty()) return new Distillation(teacher, terms, sampling);
    if (sampling.share() > 0) throw options.wrong("on-policy", "has share above 0, and the stored teacher has not read what the student will write; set share = 0, or give the teacher's run");
    terms.stream().filter(t -> t instanceof Term.Match || t instanceof Term.Weights).findFirst().ifPresent(t -> {
      throw options.wrong("losses", "has " + t.name() + ", but stored logits hold what the teacher predicted and nothing of its layers; give the teacher's run");
    });
    return StoredDistillation.of(teacher, terms);
  }
}
