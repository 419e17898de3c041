package org.vulpes.training.drill;

import java.util.concurrent.locks.LockSupport;

/** When drills get into trouble, and how: a system property, which all class loaders see alike. */
public final class Trouble {
  private static final String KEY = "drill.trouble";
  private static final String ALWAYS = "always";
  private static final String THROWS = "throws";
  private static final String ONCE = "once";
  private static final String NAN = "nan";
  private static final String SLOW = "slow";
  private static final String STRANGE = "strange";

  private Trouble() {}

  /** From now on everything that a run asks throws, while it is tried out too. */
  public static void always() {
    System.setProperty(KEY, ALWAYS);
  }

  /** From now on whatever is asked at a step throws. */
  public static void throwing() {
    System.setProperty(KEY, THROWS);
  }

  /** The next that is asked at a step throws, and no other. */
  public static void once() {
    System.setProperty(KEY, ONCE);
  }

  /** From now on what comes out is not a number. */
  public static void givingNaN() {
    System.setProperty(KEY, NAN);
  }

  /** From now on whatever is asked takes as long as the trouble lasts. */
  public static void slow() {
    System.setProperty(KEY, SLOW);
  }

  /** From now on no state is understood. */
  public static void strange() {
    System.setProperty(KEY, STRANGE);
  }

  public static void over() {
    System.clearProperty(KEY);
  }

  public static boolean fromTheBeginning() {
    return ALWAYS.equals(System.getProperty(KEY));
  }

  public static boolean notUnderstood() {
    return STRANGE.equals(System.getProperty(KEY));
  }

  public static void sit() {
    while (SLOW.equals(System.getProperty(KEY))) LockSupport.parkNanos(1_000_000);
  }

  public static boolean notANumber() {
    return NAN.equals(System.getProperty(KEY));
  }

  /** @throws IllegalStateException when it is time */
  public static void now(String where) {
    if (THROWS.equals(System.getProperty(KEY))) throw new IllegalStateException("trouble in " + where);
  }

  /** @throws IllegalStateException when it is time, and then no more */
  public static void passing(String where) {
    if (!ONCE.equals(System.getProperty(KEY))) return;
    over();
    throw new IllegalStateException("trouble in " + where);
  }
}
