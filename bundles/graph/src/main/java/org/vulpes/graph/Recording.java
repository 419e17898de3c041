package org.vulpes.graph;

import java.util.Map;
import org.vulpes.compute.Program;

/**
 * A graph lowered to a program.
 *
 * @param constants values that the caller uploads once into the bindings of these names
 * @param flops of one run, by the operations' rules
 * @param bytes read and written by the calls of one run
 */
public record Recording(Program program, Map<String, double[]> constants, long flops, long bytes) {}
