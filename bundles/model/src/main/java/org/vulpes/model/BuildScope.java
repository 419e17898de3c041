package org.vulpes.model;

import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * The scope that a decoder hands to its bricks.
 *
 * @param part under which new parameters are counted
 * @param deviation of a matrix's initial values
 * @param residualDeviation of a matrix whose product is added to the residual stream
 */
record BuildScope(Graph graph, Context context, String path, String part, Declarations declarations, double deviation, double residualDeviation) implements Scope {

  @Override
  public Scope child(String name) {
    return at(name, part);
  }

  BuildScope at(String name, String part) {
    return new BuildScope(graph, context, full(name), part, declarations, deviation, residualDeviation);
  }

  @Override
  public Tensor parameter(String name, Parameter.Initial initial, boolean decay, Axis... axes) {
    var parameter = new Parameter(full(name), part, Shape.of(axes), initial, decay);
    declarations.declare(parameter);
    return graph.variable(parameter.name(), DType.F32, axes);
  }

  @Override
  public Tensor weight(String name, Axis out, Axis in) {
    return parameter(name, new Parameter.Initial.Normal(deviation), true, out, in);
  }

  @Override
  public Tensor residualWeight(String name, Axis out, Axis in) {
    return parameter(name, new Parameter.Initial.Normal(residualDeviation), true, out, in);
  }

  private String full(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
