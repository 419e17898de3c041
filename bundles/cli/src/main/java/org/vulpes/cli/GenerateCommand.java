package org.vulpes.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Sampling;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.TrainedModel;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "generate", sortOptions = false, description = "Lets a trained model write on from a prompt.",
    footer = {"", "Example:", "  ./vulpes generate runs/quickstart/trials/fox-s1 --prompt \"The committee\" --tokens 100"})
final class GenerateCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "RUN", description = "A trial's folder.")
  private Path folder;

  @Option(names = "--prompt", defaultValue = "", description = "What the text begins with; empty: a new text.")
  private String prompt;

  @Option(names = "--tokens", defaultValue = "100", description = "Most tokens to add (default: ${DEFAULT-VALUE}).")
  private int tokens;

  @Option(names = "--temperature", defaultValue = "0.8", description = "0: always the likeliest token (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--top-k", defaultValue = "40", description = "Draw among so many likeliest tokens; 0: all (default: ${DEFAULT-VALUE}).")
  private int topK;

  @Option(names = "--top-p", defaultValue = "1", description = "Draw among the likeliest tokens that together have this probability (default: ${DEFAULT-VALUE}).")
  private double topP;

  @Option(names = "--seed", defaultValue = "1", description = "The same seed gives the same text (default: ${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--device", description = "Where to run: jvm or reference; as the run was trained when left out.")
  private String device;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  GenerateCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (tokens < 1) throw new InvalidInput("--tokens must be at least 1, but is " + tokens + ".");
    var model = TrainedModel.open(folder, session.catalogue());
    Config config = device == null ? model.config() : model.config().withValue("device.use", ConfigValueFactory.fromAnyRef(device)).withFallback(session.catalogue().reference());
    DeviceProvider provider = session.catalogue().create(config, "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("device = " + config.getString("device.use") + " cannot be used here: " + why);
    });
    var tokenizer = model.tokenizer();
    int[] ids = tokenizer.encode(prompt);
    var start = new int[ids.length + 1];
    start[0] = tokenizer.endOfText();
    System.arraycopy(ids, 0, start, 1, ids.length);
    var out = session.console().out;
    try (Device on = provider.open(0); var file = SafetensorsFile.open(model.weights()); var generator = Generator.open(model.decoder(), on, file)) {
      out.print(prompt);
      // Bytes rather than text: a character may be spread over several tokens.
      generator.generate(start, tokens, new Sampling(temperature, topK, topP, seed, tokenizer.endOfText()), id -> {
        out.writeBytes(tokenizer.bytes(id));
        out.flush();
      });
      out.println();
    }
    return 0;
  }
}
