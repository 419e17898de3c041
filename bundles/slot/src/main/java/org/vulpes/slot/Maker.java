package org.vulpes.slot;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import java.util.List;
import java.util.function.Supplier;

/**
 * Makes candidates for a slot; one may be tried out while another takes over.
 *
 * @param config the run's configuration as it reads once the candidate has taken over
 */
public record Maker<T>(String slot, String use, Plugin<T> plugin, Config config) implements Supplier<T> {

  /** A fresh one. @throws InvalidInput when an option is out of range, with its place */
  @Override
  public T get() {
    return plugin.create(Options.at(config, slot + "." + ConfigUtil.joinPath(use)));
  }

  /** The plugins of another catalogue, but for the candidate's place, which is the candidate's: for what is assembled out of several slots, such as a model. */
  public Catalogue over(Catalogue others) {
    return new Catalogue() {
      @Override
      public List<Entry> entries() {
        return others.entries();
      }

      @Override
      public List<String> refusals() {
        return others.refusals();
      }

      @Override
      @SuppressWarnings("unchecked")
      public <P> Plugin<P> plugin(String s, String u) {
        return s.equals(slot) && u.equals(use) ? (Plugin<P>) plugin : others.plugin(s, u);
      }

      @Override
      public List<Entry> beneath(Class<?> user) {
        return others.beneath(user);
      }

      @Override
      public Config reference() {
        return others.reference();
      }
    };
  }
}
