package org.vulpes.slot;

import com.typesafe.config.Config;
import java.util.List;

/**
 * The slots of one run, as its loop sees them. Filled once each, offered for exchange, then asked between any two steps. All calls come from the thread that
 * trains.
 */
public interface RunSlots extends AutoCloseable {

  /**
   * Makes the first occupant: what the configuration names, or on resume what the checkpoint names.
   *
   * @throws InvalidInput when no such plugin is there, or its options are wrong
   */
  <T> T fill(String slot);

  /** Names what fills a slot without making it: the run makes several of it, or none. Its bundle stays as long as it does. @throws InvalidInput when no such plugin is there */
  void hold(String slot);

  /** The run's configuration with what fills its slots now. From the training thread. */
  Config config();

  /** The plugins that fill the run's slots now, over those that are installed. From any thread. */
  Catalogue plugins();

  /** Says of a slot that is held or filled, but not offered, why its occupant stays: one sentence. */
  void stays(String slot, String why);

  /** The same for what is no plugin. @param use what it is, for people; empty: the run has none */
  void stays(String slot, String use, String why);

  /** Names a plugin that takes part beside those that fill slots, and stays: an evaluation. @param slot as people read it @param options HOCON */
  void shows(String slot, Catalogue.Entry plugin, String options);

  /** Lets a filled slot's occupant be exchanged from now on. */
  void offer(Slot<?> slot);

  /** Called once all slots are offered: swaps of the configuration are prepared from now on, and other people may ask for more. */
  void begin(Position at);

  /**
   * Between two steps: hands over what is ready or due. Nothing else but one ordered read when there is nothing.
   *
   * @return a mark for the metrics of the next step, "curriculum = flat"; empty when nothing changed
   * @throws SwapFailed when a swap that the configuration demands at this step cannot be done
   */
  String between(Position at);

  /** After each step. @param nanos that the step took */
  void stepped(Position at, long nanos);

  /**
   * A step failed: the loss is not finite, or a plugin threw. On probation the whole run is brought back to the handover.
   *
   * @param reason one sentence
   * @return true: the run stands where it stood at the handover and goes on with the old occupant; false: no swap is on probation, the failure is the run's own
   */
  boolean failed(String reason);

  /**
   * The run cannot go on, and not by its own fault: its device is gone. A swap on probation is no part of what goes on from the last checkpoint, as it may be what the device has failed at.
   *
   * @param reason for the journal and for whoever asked for the swap
   */
  void lost(String reason);

  /** Whether a swap may still be rewound: no checkpoint is to be written then. */
  boolean onProbation();

  /** The run ends or is left: a swap on probation counts as passed. */
  void endProbation(Position at);

  /** What the conditions have seen for which swaps of the configuration wait, for checkpoints. */
  Snapshot save();

  /** What fills the slots, for checkpoints. */
  List<Occupant> occupants();

  /** Which of the configuration's swaps are done, by their places in its list, for checkpoints. */
  List<Integer> plannedDone();

  @Override
  void close();
}
