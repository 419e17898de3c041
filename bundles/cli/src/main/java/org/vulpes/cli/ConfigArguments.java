package org.vulpes.cli;

import com.typesafe.config.Config;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The file and the overrides that name a study or a single run. */
final class ConfigArguments {
  @Parameters(paramLabel = "FILE", description = "A study, or a single run's configuration (HOCON).")
  Path file;

  @Option(names = "--set", paramLabel = "KEY=VALUE", description = "Lay a value over the file; may be repeated.")
  List<String> overrides = new ArrayList<>();

  Config load(Catalogue catalogue) {
    return ConfigFile.load(file, overrides, catalogue.reference());
  }

  /** The study's name: the file's without its ending. */
  String name() {
    String n = file.getFileName().toString();
    return n.endsWith(".conf") ? n.substring(0, n.length() - 5) : n;
  }
}
