package org.vulpes.training;

import java.util.List;
import java.util.Map;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Snapshot;

/**
 * What a checkpoint keeps beside tensors.
 *
 * @param loss of the last step; NaN before the first
 * @param bytes of text taught
 * @param seconds worked so far, over all sessions; decides nothing
 * @param configHash of what decides the run's result
 * @param device that made the bits: id, version, SIMD width
 * @param slots state of each slot's occupant
 * @param moments how many updates each of the optimizer's moments has seen
 * @param occupants what fills the slots that can be exchanged
 * @param swaps places, in the configuration's list, of those that are done
 */
record RunState(long step, long tokens, long bytes, double loss, double seconds, double flops, String configHash, String device, Map<String, Snapshot> slots,
    Map<String, Long> moments, List<Occupant> occupants, List<Integer> swaps) {}
