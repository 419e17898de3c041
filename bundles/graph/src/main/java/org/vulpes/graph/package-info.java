/**
 * Symbolic computation: tensors with named axes, operations, gradients as graphs, memory plans, exact counts of parameters, FLOPs and bytes.
 *
 * <p>A {@link org.vulpes.graph.Graph} is built once per shape, differentiated ({@link org.vulpes.graph.Graph#gradients}), and recorded as a
 * {@link org.vulpes.compute.Program}:
 *
 * <pre>{@code
 * var g = new Graph();
 * Tensor x = g.variable("x", DType.F32, Axis.of("batch", 8), Axis.of("width", 16));
 * Tensor w = g.variable("w", DType.F32, Axis.of("out", 4), Axis.of("width", 16));
 * Tensor y = g.linear(x, w);
 * Tensor loss = g.dot(y, y);
 * g.assign(g.variable("gradient", DType.F32, Axis.of("out", 4), Axis.of("width", 16)), g.gradients(loss, List.of(w)).get(w));
 * Executable step = device.prepare(g.record("step").program(), buffers);
 * }</pre>
 *
 * An {@link org.vulpes.graph.Operation} is a record that knows its shapes, its FLOPs, its float64
 * definition and its gradient; plugins may add some. The {@code reference} device runs any program by the float64 definitions and is the
 * oracle of every test.
 */
@Export
@Version("0.1.0")
package org.vulpes.graph;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
