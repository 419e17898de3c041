package org.vulpes.slot;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** What a run lends to whoever exchanges its occupants. */
public interface RunHost {

  /** A folder's name, or arm and seed: how people call the run. */
  String name();

  Path folder();

  /** Whole and resolved. */
  Config config();

  /** Whose plan a swap by hand would break: "arm 'fox', seed 1"; empty for a run that nobody compares with another. */
  String planned();

  /** Occupants that the checkpoint names from which the run resumes, by slot; empty for a new run. */
  Map<String, Occupant> resumed();

  /** Swaps of the configuration that the checkpoint holds as done, by their places in its list. */
  List<Integer> resumedSwaps();

  /** {@link RunSlots#save} of the checkpoint; null for a new run. */
  Snapshot resumedConditions();

  /** The journal's lines so far, oldest first. */
  List<Map<String, Object>> past();

  /** Makes ready what {@link #keep} needs: its memory, and code that has run before. On the training thread, between two steps. */
  void makeRoom();

  /** Keeps the state of the whole run (weights, moments, positions, metrics) as it is now. On the training thread, between two steps. */
  Kept keep();

  /** Appends a line to the journal and forces it to the disk; from any thread. */
  void journal(Map<String, Object> event);

  /** Tells the person who watches; from any thread. */
  void said(String sentence);

  /** The run as it was at one moment. One at a time. */
  interface Kept {
    /** Does what of the keeping can be done beside the next step, so that the loop need not do it before it changes anything. From another thread. */
    void complete();

    /** Brings the run back to that moment. On the training thread. */
    void bringBack();
  }
}
