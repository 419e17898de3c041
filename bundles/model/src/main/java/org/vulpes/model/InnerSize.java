package org.vulpes.model;

/**
 * The inner layer of a feed-forward brick and the option that sets its size, so that a study can solve for it.
 *
 * @param key of the option within the brick's own block: {@code width}
 * @param size units of the layer, as the brick builds it now
 * @param multiple every size that the brick accepts is a multiple of it; 1 when it accepts any
 */
public record InnerSize(String key, int size, int multiple) {}
