package org.vulpes.objective;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.curriculum.Lesson;
import org.vulpes.graph.Tensor;
import org.vulpes.slot.Swappable;
import org.vulpes.tokenizer.Tokenizer;

/** Decides what a step learns from, and adds the loss of one micro-batch to a graph. */
public interface Objective extends Swappable {
  /** Models beside the policy that {@link #build} or {@link #prepare} read. Known when the objective is made. */
  default List<Role> roles() {
    return List.of();
  }

  /**
   * Refuses models that cannot be used together. Before anything is trained.
   *
   * @param frozen tokenizers of the models in other roles, by role; without those that start from {@link Role#INIT}, whose tokenizer is the policy's
   * @throws org.vulpes.slot.InvalidInput when a model speaks another vocabulary than the objective can work with
   */
  default void check(Tokenizer policy, Map<String, Tokenizer> frozen) {}

  /** Refuses text, seeds and lessons that it cannot teach. Before anything is trained. @throws org.vulpes.slot.InvalidInput */
  default void check(Material material) {}

  /** What decides beside the configuration and the models in its roles what is learned: checksums of files that it reads. Empty when there are none. */
  default String identity() {
    return "";
  }

  /** Sentences that a reader of the plan and the report should know. */
  default List<String> notes() {
    return List.of();
  }

  /** Sequences that belong together and are not parted by micro-batches: 2 for pairs. A batch has a multiple of it. */
  default int together() {
    return 1;
  }

  /** What a step takes under a lesson. */
  default Pace pace(Lesson lesson) {
    return Pace.of(lesson);
  }

  /** Adds the loss of one micro-batch; asked once for each shape, whatever the values. */
  Loss build(BatchGraph batch);

  /**
   * The next step's batch; by default the stream's next text. Called between two steps, on the training thread. What is drawn follows from the supply's seed and step alone, and what is kept for
   * later steps stands in the snapshot, so that a resumed run trains on the same.
   */
  default StepBatch prepare(Supply supply) {
    var lesson = supply.lesson();
    return StepBatch.of(supply.stream().next(lesson.sequences(), lesson.sequenceLength(), lesson.domainWeights()));
  }

  /**
   * @param scalar one element: what is differentiated; summed over micro-batches it is the step's loss
   * @param statistics one element each, summed over micro-batches into the metrics
   */
  record Loss(Tensor scalar, SortedMap<String, Tensor> statistics) {
    public Loss {
      statistics = Collections.unmodifiableSortedMap(new TreeMap<>(statistics));
    }

    public Loss(Tensor scalar) {
      this(scalar, new TreeMap<>());
    }

    public Loss(Tensor scalar, Map<String, Tensor> statistics) {
      this(scalar, new TreeMap<>(statistics));
    }
  }
}
