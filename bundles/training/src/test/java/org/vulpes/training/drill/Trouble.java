package org.vulpes.training.drill;

/** When drills get into trouble, and how: a system property, which all class loaders see alike. */
public final class Trouble {
  private static final String KEY = "drill.trouble";
  private static final String ALWAYS = "always";
  private static final String THROWS = "throws";
  private static final String NAN = "nan";

  private Trouble() {}

  /** From now on everything that a run asks throws, while it is tried out too. */
  public static void always() {
    System.setProperty(KEY, ALWAYS);
  }

  /** From now on whatever is asked at a step throws. */
  public static void throwing() {
    System.setProperty(KEY, THROWS);
  }

  /** From now on what comes out is not a number. */
  public static void givingNaN() {
    System.setProperty(KEY, NAN);
  }

  public static void over() {
    System.clearProperty(KEY);
  }

  public static boolean fromTheBeginning() {
    return ALWAYS.equals(System.getProperty(KEY));
  }

  public static boolean notANumber() {
    return NAN.equals(System.getProperty(KEY));
  }

  /** @throws IllegalStateException when it is time */
  public static void now(String where) {
    if (THROWS.equals(System.getProperty(KEY))) throw new IllegalStateException("trouble in " + where);
  }
}
