package org.vulpes.objective;

/**
 * A model beside the policy that an objective reads and that stays as it is.
 *
 * @param name "teacher", "reference": its variables in a graph are called {@code name.…}
 * @param source where it comes from: a run's folder, or {@link #INIT}
 */
public record Role(String name, String source) {
  /** The policy as it was when the run began. */
  public static final String INIT = "init";

  public boolean fromInit() {
    return source.equals(INIT);
  }
}
