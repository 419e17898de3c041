package org.vulpes.study;

import com.typesafe.config.Config;
import org.vulpes.model.ParameterCount;

/**
 * One variant of a study.
 *
 * @param changes what it lays over the common configuration, "model.attention.gqa.kv-heads = 8", one a line; empty for the common one
 * @param config whole and resolved, without the study block
 * @param hash of config, hex
 * @param parameters exact counts
 * @param flops of training one trial, by the operations' rules
 * @param vocabulary of its tokenizer
 * @param lessons its curriculum over the budget, for tables and drawings
 */
public record Arm(String name, String changes, Config config, String hash, ParameterCount parameters, double flops, int vocabulary,
    java.util.List<org.vulpes.curriculum.Curriculum.Planned> lessons) {}
