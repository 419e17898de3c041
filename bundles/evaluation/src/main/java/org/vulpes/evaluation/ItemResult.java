package org.vulpes.evaluation;

import java.util.Map;
import java.util.TreeMap;

/**
 * What became of one item.
 *
 * @param metrics the item's value of each: 0 or 1 for accuracies; for passages nats and sizes
 * @param answer for people: what was chosen or written
 */
public record ItemResult(String task, String id, String cluster, String group, TreeMap<String, Double> metrics, Map<String, Object> answer) {}
