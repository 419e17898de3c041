package org.vulpes.training.drill;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.compute.KernelFamily;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * Fills any slot with what the stock plugin makes, behind a class of its own bundle: whoever keeps the product keeps the bundle's class loader. Kernels come as they are,
 * because a device takes its own alone; with those it is the plugin that must not be kept.
 */
public final class Relay implements Plugin<Object> {
  /** Key, among the system properties, of a map that makes a stock product for each slot. */
  public static final String STOCK = "drill.stock";

  @Override
  @SuppressWarnings("unchecked")
  public Object create(Options options) {
    Object stock = ((Map<String, Supplier<Object>>) System.getProperties().get(STOCK)).get(slot(options)).get();
    if (stock instanceof KernelFamily) return stock;
    var contracts = stock.getClass().getInterfaces();
    return Proxy.newProxyInstance(Relay.class.getClassLoader(), contracts, new Passing(stock));
  }

  /** The slot for which these options are: their path without the plugin's name. */
  static String slot(Options options) {
    return options.path().substring(0, options.path().lastIndexOf('.'));
  }

  private record Passing(Object stock) implements InvocationHandler {
    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      try {
        return method.invoke(stock, arguments);
      } catch (InvocationTargetException e) {
        throw e.getCause();
      }
    }
  }
}
