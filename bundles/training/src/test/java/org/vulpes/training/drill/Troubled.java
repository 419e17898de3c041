package org.vulpes.training.drill;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Scope;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Objective;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Snapshot;

/**
 * Fills any slot with what the stock plugin makes, until {@link Trouble} begins: then whatever a run asks of it at a step throws, or gives what is not a number: a factor, a number
 * for the optimizer's program, a tensor that it adds to a graph, the loss that a device's program leaves.
 */
public final class Troubled implements Plugin<Object> {
  private static final List<String> ASKED_AT_A_STEP = List.of("next", "weights", "factor", "hyper", "prepare", "run", "build", "apply");
  private static final String LOSS = "loss";

  @Override
  @SuppressWarnings("unchecked")
  public Object create(Options options) {
    return troubled(((Map<String, Supplier<Object>>) System.getProperties().get(Relay.STOCK)).get(Relay.slot(options)).get(), null);
  }

  /** @param loss of the program, when it is one that has one */
  private static Object troubled(Object stock, Buffer loss) {
    return Proxy.newProxyInstance(Troubled.class.getClassLoader(), stock.getClass().getInterfaces(), new Passing(stock, loss));
  }

  private record Passing(Object stock, Buffer loss) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      String name = method.getName();
      if (Trouble.fromTheBeginning()) throw new IllegalStateException("trouble in " + name);
      Trouble.sit();
      if (Trouble.notUnderstood() && name.equals("restore")) ((Snapshot) arguments[0]).expect("elaborate", 7);
      // A device prepares programs beside the loop; what it is asked at a step is to run them.
      if (ASKED_AT_A_STEP.contains(name) && !(stock instanceof Device)) Trouble.now(name);
      Object result;
      try {
        result = method.invoke(stock, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      if (result instanceof Device || result instanceof Executable) return troubled(result, name.equals("prepare") ? (Buffer) ((Map<?, ?>) arguments[1]).get(LOSS) : null);
      // Moments by one name could not be told apart in a checkpoint.
      if (Trouble.notUnderstood() && name.equals("moments")) return List.of("m", "m");
      if (!Trouble.notANumber()) return result;
      if (loss != null && name.equals("run")) loss.write(0, new double[] {Double.NaN}, 0, 1);
      if (result instanceof Double && name.equals("factor")) return Double.NaN;
      if (result instanceof double[] hyper) Arrays.fill(hyper, Double.NaN);
      if (result instanceof Objective.Loss l) return new Objective.Loss(((BatchGraph) arguments[0]).graph().scale(l.scalar(), Double.NaN), l.statistics());
      return result instanceof Tensor t ? ((Scope) arguments[0]).graph().scale(t, Double.NaN) : result;
    }
  }
}
