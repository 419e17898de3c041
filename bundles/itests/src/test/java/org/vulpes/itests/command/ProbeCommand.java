package org.vulpes.itests.command;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigResolveOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.ToIntFunction;
import org.osgi.framework.BundleActivator;
import org.osgi.framework.BundleContext;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;

/** A command line that tells how it was called; the tests put it into a distribution as a bundle of its own that outranks the real one. */
public final class ProbeCommand implements BundleActivator {
  @Override
  public void start(BundleContext context) {
    var stop = new CountDownLatch(1);
    Dictionary<String, Object> main = new Hashtable<>(Map.of("vulpes.main", true, "service.ranking", 1000));
    ToIntFunction<String[]> command = args -> run(context, args, stop);
    context.registerService(ToIntFunction.class, command, main);
    Runnable request = stop::countDown;
    context.registerService(Runnable.class, request, new Hashtable<>(Map.of("vulpes.stop", true, "service.ranking", 1000)));
  }

  private static int run(BundleContext context, String[] args, CountDownLatch stop) {
    System.out.println("arguments " + String.join("|", args));
    System.out.println("folder " + System.getProperty("user.dir"));
    System.out.println("home " + System.getProperty("vulpes.home"));
    System.out.println("flags " + String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
    if (args.length > 0 && args[0].equals("plugins")) {
      Catalogue catalogue = context.getService(context.getServiceReference(Catalogue.class));
      catalogue.entries().forEach(e -> System.out.println("entry " + e.slot() + " " + e.use() + " of " + e.bundle()));
      Config defaults = catalogue.reference().resolve(ConfigResolveOptions.noSystem());
      catalogue.entries().stream().map(e -> e.slot() + "." + e.use()).filter(p -> !defaults.hasPathOrNull(p)).forEach(p -> System.out.println("without-defaults " + p));
      catalogue.refusals().forEach(r -> System.out.println("refusal " + r));
    }
    if (args.length > 0 && args[0].equals("check")) {
      Catalogue catalogue = context.getService(context.getServiceReference(Catalogue.class));
      for (int i = 1; i < args.length; i++) {
        try {
          ConfigFile.load(Path.of(args[i]), List.of(), catalogue.reference());
          System.out.println("legal " + args[i]);
        } catch (InvalidInput e) {
          System.out.println("illegal " + e.getMessage());
        }
      }
    }
    if (args.length > 0 && args[0].equals("throw")) throw new IllegalStateException("on purpose");
    if (args.length > 0 && args[0].equals("wait")) {
      try {
        System.out.println("waiting");
        stop.await();
        System.out.println("stopped cleanly");
      } catch (InterruptedException e) {
        return 1;
      }
    }
    return 7;
  }

  @Override
  public void stop(BundleContext context) {
    System.out.println("bundle stopped");
  }
}
