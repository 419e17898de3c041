package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.file.Path;
import org.vulpes.corpus.TokenStore;

/**
 * What is to be trained, and where.
 *
 * @param config whole and resolved
 * @param store the corpus; its tokenizer decides the model's vocabulary
 * @param folder of the run; made when missing
 * @param planned whose plan a swap by hand would break, "arm 'fox', seed 1 of the study quickstart"; empty for a run that nobody compares with another
 */
public record RunOrder(Config config, long seed, TokenStore store, Path folder, String planned) {}
