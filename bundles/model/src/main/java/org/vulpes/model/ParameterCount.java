package org.vulpes.model;

import java.util.SortedMap;

/**
 * Exact numbers of parameters.
 *
 * @param byPart embedding, head (0 when tied), attention, feedforward, norm, …
 * @param total every parameter once
 * @param nonEmbedding total less embedding and head
 */
public record ParameterCount(SortedMap<String, Long> byPart, long total, long nonEmbedding) {}
