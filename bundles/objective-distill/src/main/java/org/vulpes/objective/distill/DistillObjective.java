package org.vulpes.objective.distill;

import java.util.ArrayList;
import org.osgi.service.component.annotations.Component;
import org.vulpes.objective.Objective;
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
    return new Distillation(teacher, terms, sampling);
  }
}
