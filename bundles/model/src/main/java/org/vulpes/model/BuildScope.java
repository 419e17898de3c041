package org.vulpes.model;

import org.vulpes.compute.DType;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Shape;
import org.vulpes.graph.Tensor;

/**
 * The scope that a decoder hands to its bricks.
 *
 * @param prefix of the variables' names in the graph, "teacher."; empty for the policy
 * @param lora adapters; a matrix that has them reaches its brick with their product added
 * @param part under which new parameters are counted
 * @param deviation of a matrix's initial values
 * @param residualDeviation of a matrix whose product is added to the residual stream
 */
record BuildScope(Graph graph, Context context, String prefix, String path, String part, Declarations declarations, double deviation, double residualDeviation, Lora lora) implements Scope {

  @Override
  public Scope child(String name) {
    return at(name, part);
  }

  BuildScope at(String name, String part) {
    return new BuildScope(graph, context, prefix, full(name), part, declarations, deviation, residualDeviation, lora);
  }

  @Override
  public Tensor parameter(String name, Parameter.Initial initial, boolean decay, Axis... axes) {
    return declare(new Parameter(full(name), part, Shape.of(axes), initial, decay, lora.used()), axes);
  }

  private Tensor declare(Parameter parameter, Axis... axes) {
    declarations.declare(parameter);
    return graph.variable(prefix + parameter.name(), DType.F32, axes);
  }

  @Override
  public Tensor weight(String name, Axis out, Axis in) {
    return adapted(name, parameter(name, new Parameter.Initial.Normal(deviation), true, out, in), out, in);
  }

  @Override
  public Tensor residualWeight(String name, Axis out, Axis in) {
    return adapted(name, parameter(name, new Parameter.Initial.Normal(residualDeviation), true, out, in), out, in);
  }

  /** W + scale · B A. A starts with the variance of a linear layer's usual start and B at zero, so that training begins at the base model. */
  private Tensor adapted(String name, Tensor weight, Axis out, Axis in) {
    String parameter = full(name);
    if (!lora.adapts(parameter)) return weight;
    Axis rank = Axis.of("rank", lora.rank());
    Tensor a = declare(new Parameter(Lora.a(parameter), Lora.PART, Shape.of(rank, in), new Parameter.Initial.Normal(1 / Math.sqrt(3.0 * in.size())), true), rank, in);
    Tensor b = declare(new Parameter(Lora.b(parameter), Lora.PART, Shape.of(out, rank), new Parameter.Initial.Constant(0), true), out, rank);
    return graph.add(weight, graph.scale(graph.matmul(b, a), lora.scale()));
  }

  private String full(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
