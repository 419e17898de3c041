package org.vulpes.training;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.vulpes.model.Decoder;
import org.vulpes.reward.Judged;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Maker;
import org.vulpes.slot.Snapshot;
import org.vulpes.surgery.Anatomy;
import org.vulpes.surgery.Surgeon;
import org.vulpes.tokenizer.TokenizerTrainer;

/**
 * The tokenizer. The run's text is cut anew beside the loop; between two steps the rows of embedding and head are operated on ({@link EngineSurgery}), and reading goes on at the same documents. The
 * old text and its engine stay as they are until the probation is over.
 */
final class TokenizerSlot extends RecipeSlot<TokenizerTrainer> {
  private final Texts texts;
  private final Catalogue plugins;
  private final Supplier<Config> config;
  private final Teaching teaching;
  private final Refit refit;
  private final Consumer<Engine> exchange;
  private final long seed;
  private final long measuredBytes;

  /** How an engine is made for another model that reads another text. */
  interface Refit {
    Engine of(Recipe recipe, Text text, List<MicroBatches.Shape> shapes);
  }

  /** @param config as the slots are filled now @param exchange takes another engine @param measuredBytes of each domain's validation text that tell what it cost */
  TokenizerSlot(Texts texts, Catalogue plugins, Supplier<Config> config, Teaching teaching, Refit refit, Supplier<Engine> engine, Consumer<Engine> exchange, long seed, long measuredBytes) {
    super("tokenizer", engine, teaching::shapes);
    this.texts = texts;
    this.plugins = plugins;
    this.config = config;
    this.teaching = teaching;
    this.refit = refit;
    this.exchange = exchange;
    this.seed = seed;
    this.measuredBytes = measuredBytes;
  }

  @Override
  public Kind kind() {
    return Kind.SURGERY;
  }

  @Override
  public boolean patient() {
    return true;
  }

  /** Where the run reads. */
  @Override
  public Snapshot save() {
    return teaching.text().stream().save();
  }

  @Override
  Recipe with(Recipe now, Maker<TokenizerTrainer> maker) {
    return recipe(now, maker, read(maker));
  }

  private Text read(Maker<TokenizerTrainer> maker) {
    return Text.of(texts.of(maker.config(), maker.over(plugins)), seed);
  }

  private Recipe recipe(Recipe now, Maker<TokenizerTrainer> maker, Text text) {
    var tokenizer = text.store().tokenizer();
    Trainee next = now.trainee().with(Decoder.of(maker.config(), plugins, tokenizer.vocabularySize()));
    return now.with(next.check(tokenizer).check(teaching.material(text, next.policy().longest())));
  }

  @Override
  public Handover prepare(Maker<TokenizerTrainer> maker, Snapshot state) {
    Recipe now = engine.get().recipe();
    Trainee trainee = now.trainee();
    if (trainee.policy().adapted() || !trainee.own().isEmpty()) throw new InvalidInput("weights with adapters, or under an objective with tensors of its own, cannot be operated on");
    // Whose tokenizer is taken whatever the configuration says.
    if (Initial.of(maker.config()).isPresent()) throw new InvalidInput("this run began with the model and the tokens of another one (init)");
    if (trainee.objective() instanceof Judged) throw new InvalidInput("this run's objective keeps what the model has written, in the tokens that it had then");
    Text before = teaching.text();
    Text text = read(maker);
    Recipe next = recipe(now, maker, text);
    // Tried out: the stream that takes over begins where the run stands then.
    Text tried = Text.of(text.store(), seed);
    tried.stream().follow(state, before.store());
    teaching.check(tried);
    var surgeon = Surgeon.plan(new Anatomy(config.get(), before.store().tokenizer(), trainee.policy()), new Anatomy(maker.config(), text.store().tokenizer(), next.trainee().policy()), maker.over(plugins));
    var shapes = inUse();
    for (var shape : MicroBatches.Shape.least(shapes, next.trainee().objective().together())) judge(now, next, engine.get().provider, shape);
    return new Exchange(new EngineSurgery(surgeon, refit.of(next, text, shapes), engine, exchange, seed, measuredBytes), text);
  }

  private final class Exchange implements Handover {
    private final EngineSurgery surgery;
    private final Text fresh;
    private Text before;

    Exchange(EngineSurgery surgery, Text fresh) {
      this.surgery = surgery;
      this.fresh = fresh;
    }

    @Override
    public Travelled move() {
      before = teaching.text();
      fresh.stream().follow(before.stream().save(), before.store());
      Travelled out = surgery.move();
      teaching.read(fresh);
      var carried = new ArrayList<>(out.carried());
      carried.add("place in the text");
      return new Travelled(carried, out.begun(), out.left());
    }

    @Override
    public void moveBack() {
      teaching.read(before);
      surgery.moveBack();
    }

    @Override
    public void settle() {
      before = null;
      surgery.settle();
    }

    @Override
    public void drop() {
      surgery.drop();
    }
  }
}
