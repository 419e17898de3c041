package org.vulpes.training;

import java.util.Map;
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
 */
record RunState(long step, long tokens, long bytes, double loss, double seconds, double flops, String configHash, String device, Map<String, Snapshot> slots) {}
