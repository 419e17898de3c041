package org.vulpes.cli;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.List;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Sampling;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.training.ModelFolder;
import picocli.CommandLine.Option;

/** How text is drawn and where: what {@code generate} and {@code chat} have in common. */
final class GenerationOptions {
  @Option(names = "--tokens", defaultValue = "100", description = "Most tokens to add (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(names = "--temperature", defaultValue = "0.8", description = "0: always the likeliest token (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--top-k", defaultValue = "40", description = "Draw among so many likeliest tokens; 0: all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(names = "--top-p", defaultValue = "1", description = "Draw among the likeliest tokens that together have this probability (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(names = "--min-p", defaultValue = "0", description = "Draw among tokens with this share of the likeliest one's probability (default: ${DEFAULT-VALUE}).")
  private double minP;

  @Option(names = "--repetition-penalty", defaultValue = "1", description = "Above 1: tokens that were there already become less likely (default: ${DEFAULT-VALUE}).")
  private double repetitionPenalty;

  @Option(names = "--stop", paramLabel = "TEXT", description = "End before this text; may be given several times. \\n is a line's end.")
  private List<String> stops = new ArrayList<>();

  @Option(names = "--seed", defaultValue = "1", description = "The same seed gives the same text (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(names = "--device", description = "Where to run: jvm, reference, opencl:0, …; as the run was trained when left out.")
  private String device;

  int tokens() {
    if (tokens < 1) throw new InvalidInput("--tokens must be at least 1, but is " + tokens + ".");
    return tokens;
  }

  Sampling sampling() {
    return new Sampling(temperature, topK, topP, minP, repetitionPenalty);
  }

  Ending ending(Tokenizer tokenizer, String... more) {
    var all = new ArrayList<>(List.of(more));
    for (String s : stops) all.add(s.replace("\\n", "\n"));
    return Ending.text(tokens(), tokenizer, all);
  }

  Device open(ModelFolder model, Catalogue catalogue) {
    return open(model, catalogue, device);
  }

  /** @param device null: as the model was trained */
  static Device open(ModelFolder model, Catalogue catalogue, String device) {
    Config config = device == null ? model.config() : ConfigFile.lay(List.of("device=" + device), model.config(), catalogue.reference());
    DeviceProvider provider = catalogue.create(config.resolve(), "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("device = " + config.getString("device.use") + " cannot be used here: " + why);
    });
    return provider.open(0);
  }

  /** The tokens of a text that begins anew. */
  static int[] start(Tokenizer tokenizer, String text) {
    int[] ids = tokenizer.encode(text);
    var start = new int[ids.length + 1];
    start[0] = tokenizer.endOfText();
    System.arraycopy(ids, 0, start, 1, ids.length);
    return start;
  }
}
