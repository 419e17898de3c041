package org.vulpes.surgery;

import java.util.List;
import java.util.function.Function;

/** Carries out the change of some keys of a model's configuration on its weights. */
public interface Surgery {

  /** Keys whose change it carries out, {@code model.attention.gqa.kv-heads}; a key stands for everything below it. {@code tokenizer} stands for another vocabulary. */
  List<String> keys();

  /**
   * Looks at a change of its keys and of nothing else.
   *
   * @throws org.vulpes.slot.InvalidInput when it cannot be done; the message names the key and what can be
   */
  Operation plan(Change change);

  static Surgery of(List<String> keys, Function<Change, Operation> plan) {
    return new Surgery() {
      @Override
      public List<String> keys() {
        return keys;
      }

      @Override
      public Operation plan(Change change) {
        return plan.apply(change);
      }
    };
  }
}
