package org.vulpes.evaluation.tasks;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.vulpes.evaluation.Evaluation;
import org.vulpes.evaluation.Examination;
import org.vulpes.evaluation.Item;
import org.vulpes.evaluation.Task;
import org.vulpes.generation.Sampling;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.reward.Reward;
import org.vulpes.reward.Sample;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** The run's problems that are held out: the share that the model solves, by a reward's word (1 or more counts as solved). */
@Component
@Fills(slot = "evaluation", use = "problems")
public final class ProblemsEvaluation implements Plugin<Evaluation> {
  private final Catalogue catalogue;

  @Activate
  public ProblemsEvaluation(@Reference Catalogue catalogue) {
    this.catalogue = catalogue;
  }

  @Override
  public Evaluation create(Options options) {
    Problems problems = catalogue.create(over(options, "problems"), "problems");
    Reward reward = catalogue.create(over(options, "reward"), "reward");
    int tokens = options.integer("new-tokens", 1, 1 << 20), limit = options.integer("limit", 1, 1_000_000), samples = options.integer("samples", 1, 10_000);
    var writing = new Examination.Writing(Sampling.temperature(options.number("temperature", 0, 100)), samples, options.integers("pass-at"), options.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
    var stops = options.texts("stop");
    var items = new ArrayList<Item>();
    for (int i = 0; i < Math.min(limit, problems.heldOut()); i++) {
      Problem p = problems.heldOut(i);
      items.add(new Item.Writing(p.id(), p.id(), "", p.prompt(), stops, tokens, text -> Map.of("accuracy", solved(reward, p, text, tokens))));
    }
    Task task = new HeldOut(items);
    return new Examined(List.of(task), List.of(items), writing);
  }

  /** The run's configuration with what this evaluation has otherwise. */
  private static Config over(Options options, String slot) {
    return options.block(slot).config().atPath(slot).withFallback(options.root());
  }

  private static double solved(Reward reward, Problem p, String text, int most) {
    // Whether the text ended by itself is the training reward's business; here the text counts.
    double score = reward.score(List.of(new Sample(p, text, text.length(), true, most)))[0];
    return score >= 1 ? 1 : 0;
  }

  private record HeldOut(List<Item> items) implements Task {
    @Override
    public String name() {
      return "problems";
    }

    @Override
    public String definition() {
      return "the run's problems that are held out";
    }

    @Override
    public List<Item> items(Path data, int shots) {
      return items;
    }

    @Override
    public String headline() {
      return "accuracy";
    }
  }
}
