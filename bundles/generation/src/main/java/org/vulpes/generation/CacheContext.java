package org.vulpes.generation;

import java.util.Optional;
import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.operations.Attention;
import org.vulpes.graph.operations.CacheWrite;
import org.vulpes.graph.operations.CachedAttention;
import org.vulpes.model.Context;

/**
 * The context of graphs whose keys and values go into a cache: prompts, which attend to themselves, or one new token a row, which attends to the cache.
 * A layer with a window keeps only so many places.
 *
 * @param capacity places of a slot
 * @param plan [entries, 4] I32, see {@link CacheWrite}
 * @param firstVisible [rows, time] I32 of prompts; null: one new token a row
 * @param at [rows, 1] I32: the places of new tokens; null for prompts, which begin at place 0
 */
record CacheContext(int slots, int capacity, Tensor plan, Tensor firstVisible, Tensor at) implements Context {
  static final String PREFIX = "cache.";

  @Override
  public Tensor attend(Graph graph, int layer, Attention a, Tensor q, Tensor k, Tensor v) {
    int width = a.kvHeads() * a.headDim(), blocks = blocks(a.window() > 0 ? Math.min(a.window(), capacity) : capacity);
    Axis slot = Axis.of("slots", slots), columns = Axis.of("keys", width), block = Axis.of("block", CacheWrite.BLOCK);
    Tensor oldKeys = graph.variable(PREFIX + layer + ".keys", DType.F32, slot, Axis.of("blocks", blocks), columns, block);
    Tensor oldValues = graph.variable(PREFIX + layer + ".values", DType.F32, slot, Axis.of("places", blocks * CacheWrite.BLOCK), columns);
    Tensor keys = graph.one(new CacheWrite(true), oldKeys, k, plan), values = graph.one(new CacheWrite(false), oldValues, v, plan);
    graph.assign(oldKeys, keys);
    graph.assign(oldValues, values);
    if (firstVisible != null) return graph.attention(q, k, v, firstVisible, a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window());
    return graph.one(new CachedAttention(a.heads(), a.kvHeads(), a.headDim(), a.scale(), a.window()), q, keys, values, plan);
  }

  private static int blocks(int places) {
    return (places + CacheWrite.BLOCK - 1) / CacheWrite.BLOCK;
  }

  @Override
  public Optional<Tensor> places() {
    return Optional.ofNullable(at);
  }

  @Override
  public int placeCount(int time) {
    return at == null ? time : capacity;
  }
}
