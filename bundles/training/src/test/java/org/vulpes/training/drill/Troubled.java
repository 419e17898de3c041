package org.vulpes.training.drill;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.Executable;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Scope;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Fills any slot with what the stock plugin makes, until trouble begins: then whatever a run asks of it at a step throws, and what it adds to a graph is not a number. A
 * device's programs throw.
 */
public final class Troubled implements Plugin<Object> {
  /** System property: "now" from when on there is trouble, "always" when everything that it is asked throws. */
  public static final String TROUBLE = "drill.trouble";
  private static final List<String> ASKED_AT_A_STEP = List.of("next", "weights", "factor", "hyper", "prepare", "run");

  @Override
  @SuppressWarnings("unchecked")
  public Object create(Options options) {
    return troubled(((Map<String, Supplier<Object>>) System.getProperties().get(Relay.STOCK)).get(options.text(Relay.SLOT)).get());
  }

  private static Object troubled(Object stock) {
    return Proxy.newProxyInstance(Troubled.class.getClassLoader(), stock.getClass().getInterfaces(), new Passing(stock));
  }

  private record Passing(Object stock) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      String trouble = System.getProperty(TROUBLE, "");
      boolean program = stock instanceof Device;
      if (trouble.equals("always") || trouble.equals("now") && ASKED_AT_A_STEP.contains(method.getName()) && !program) throw new IllegalStateException("trouble in " + method.getName());
      Object result;
      try {
        result = method.invoke(stock, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
      if (result instanceof Device || result instanceof Executable) return troubled(result);
      return trouble.equals("now") && result instanceof Tensor t ? ((Scope) arguments[0]).graph().scale(t, Double.NaN) : result;
    }
  }
}
