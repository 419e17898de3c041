package org.vulpes.model;

/**
 * What a brick inside a block knows besides its input.
 *
 * @param index of the block, from 0
 * @param count of blocks
 * @param position the block's position brick
 * @param norm the block's norm brick, for qk-norm
 */
public record Layer(int index, int count, PositionBrick position, NormBrick norm) {}
