package org.vulpes.training.drill;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.function.Supplier;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Fills any slot with what the stock plugin makes, behind a class of its own bundle: whoever keeps the product keeps the bundle's class loader. */
public final class Relay implements Plugin<Object> {
  /** Key, among the system properties, of a map that makes a stock product for each slot. */
  public static final String STOCK = "drill.stock";
  /** Option that tells the slot. */
  public static final String SLOT = "slot";

  @Override
  @SuppressWarnings("unchecked")
  public Object create(Options options) {
    Object stock = ((Map<String, Supplier<Object>>) System.getProperties().get(STOCK)).get(options.text(SLOT)).get();
    var contracts = stock.getClass().getInterfaces();
    return Proxy.newProxyInstance(Relay.class.getClassLoader(), contracts, new Passing(stock));
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
