package org.vulpes.compute.jvm.internal;

import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.AttentionGradient;
import org.vulpes.graph.operations.CacheWrite;
import org.vulpes.graph.operations.CachedAttention;

/** Causal attention with grouped key/value heads. */
final class AttentionKernels {
  private AttentionKernels() {}

  static void register(KernelTable table) {
    table.with(Attention.class, (Attention k, Call call) -> new Work[] {new AttentionForward(k, call)})
        .with(AttentionGradient.class, (AttentionGradient k, Call call) -> new Work[] {new AttentionBackward(k, call)})
        .with(CacheWrite.class, CacheKernels::write)
        .with(CachedAttention.class, (CachedAttention k, Call call) -> new Work[] {new CachedAttentionRows(k, call)});
  }
}
