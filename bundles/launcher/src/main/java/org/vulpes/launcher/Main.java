package org.vulpes.launcher;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts the house, runs the command line on the main thread, stops the house and ends with the command's exit code.
 *
 * <p>Launcher and bundles meet in services of JDK types only:
 * <ul>
 *   <li>{@code ToIntFunction<String[]>} with {@code vulpes.main=true} runs the command line and gives the exit code;
 *   <li>{@code Runnable} with {@code vulpes.stop=true} asks a running command to end soon (Ctrl-C);
 *   <li>{@code Supplier<List<String>>} with {@code vulpes.refusals=true} says in sentences which bundles cannot be used and why.
 * </ul>
 */
public final class Main {
  /** The distribution does not work (sysexits EX_SOFTWARE); wrong input is the command's business. */
  static final int BROKEN = 70;
  /** How long Ctrl-C waits for the command to write its checkpoint before the framework is stopped under it. */
  private static final int STOP_SECONDS = 20;

  private Main() {}

  public static void main(String[] args) {
    eraseIncubatorWarning();
    Path home = Path.of(System.getProperty("vulpes.home", ".")).toAbsolutePath().normalize();
    System.setProperty("vulpes.home", home.toString());
    if (!Files.isDirectory(home.resolve("bundle"))) {
      System.err.println("vulpes: " + home + " holds no folder 'bundle'; start Vulpes through bin/vulpes of its distribution.");
      System.exit(BROKEN);
    }
    int code;
    try {
      code = inHouse(home, args);
    } catch (House.Broken e) {
      System.err.println("vulpes: " + e.getMessage());
      code = BROKEN;
    }
    System.out.flush();
    System.exit(code);
  }

  private static int inHouse(Path home, String[] args) {
    try (var cache = Cache.open(home); var house = House.open(home, cache.folder())) {
      var done = new CountDownLatch(1);
      Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(house, cache, done), "vulpes-stop"));
      try {
        return args.length > 0 && args[0].equals("--bundles") ? house.list(System.out) : run(house, args);
      } catch (House.Broken e) {
        throw e;
      } catch (RuntimeException | Error e) {
        // Users' mistakes are told by the command itself; this is ours, and its trace is what a report needs.
        System.err.println("vulpes: An error in Vulpes itself; please report it with the lines below.");
        e.printStackTrace();
        return BROKEN;
      } finally {
        done.countDown();
      }
    }
  }

  private static int run(House house, String[] args) {
    house.refusals().forEach(s -> System.err.println("vulpes: " + s));
    return house.command().applyAsInt(args);
  }

  /** The shutdown hook. After a signal the JVM ends with the signal's exit code (Ctrl-C: 130), whatever the command returns. */
  private static void stop(House house, Cache cache, CountDownLatch done) {
    if (done.getCount() == 0) return;
    house.stopRequest().ifPresent(request -> {
      try {
        request.run();
        if (!done.await(STOP_SECONDS, TimeUnit.SECONDS)) {
          System.err.println("vulpes: The command did not end within " + STOP_SECONDS + " s; stopping without it.");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    house.close();
    cache.close();
  }

  /**
   * The JVM prints "Using incubator modules" before this class runs and has no switch against it. bin/vulpes says whether standard error
   * is a terminal; there the line is taken back, elsewhere it stays.
   */
  private static void eraseIncubatorWarning() {
    boolean incubating = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    if (incubating && Boolean.getBoolean("vulpes.terminal")) System.err.print("\033[1A\033[2K\r");
  }
}
