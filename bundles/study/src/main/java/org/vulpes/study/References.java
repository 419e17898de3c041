package org.vulpes.study;

import java.util.SortedMap;

/**
 * What plain compressors reach on the same validation text, in bits per byte; means by the metric's weights.
 *
 * @param trainedBytes what the 5-gram saw: the text taught to the baseline at its first seed
 */
public record References(double gzip, SortedMap<String, Double> gzipByDomain, double ngram, SortedMap<String, Double> ngramByDomain, long trainedBytes) {}
