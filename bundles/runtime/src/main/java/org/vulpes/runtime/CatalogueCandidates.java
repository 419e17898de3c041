package org.vulpes.runtime;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Plugin;

/** Candidates where no framework runs: what the catalogue offers is all there is, and nothing is ever taken away. */
record CatalogueCandidates(Catalogue catalogue) implements Candidates {
  private record Offered(Catalogue.Entry entry, Plugin<?> plugin) implements Candidate {
    @Override
    public Config defaults() {
      return ConfigFactory.empty();
    }

    @Override
    public byte[] jar() {
      return null;
    }

    @Override
    public void close() {}
  }

  @Override
  public Candidate configured(String slot, String use) {
    Plugin<?> plugin = catalogue.plugin(slot, use);
    var entry = catalogue.entries().stream().filter(e -> e.slot().equals(slot) && e.use().equals(use)).findFirst().orElse(new Catalogue.Entry(slot, use, "", "", ""));
    return new Offered(entry, plugin);
  }

  @Override
  public Candidate newest(String slot, String use, Path run, Consumer<String> said) {
    return configured(slot, use);
  }

  @Override
  public boolean installs() {
    return false;
  }

  @Override
  public Candidate again(Occupant before, byte[] jar) {
    return configured(before.slot(), before.use());
  }

  @Override
  public int[] retired() {
    return new int[2];
  }
}
