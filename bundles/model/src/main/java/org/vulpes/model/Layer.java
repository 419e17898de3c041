package org.vulpes.model;

import org.vulpes.graph.Tensor;

/**
 * What a brick inside a block knows besides its input.
 *
 * @param index of the block, from 0
 * @param count of blocks
 * @param firstVisible [batch, time] I32: the first position each position may attend to
 * @param position the block's position brick
 * @param norm the block's norm brick, for qk-norm
 */
public record Layer(int index, int count, Tensor firstVisible, PositionBrick position, NormBrick norm) {}
