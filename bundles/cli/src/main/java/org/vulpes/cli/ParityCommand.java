package org.vulpes.cli;

import com.typesafe.config.Config;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.interchange.Parity;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "parity", sortOptions = false,
    description = {"Holds a model against expected numbers: logits, losses, hidden states, gradients, greedy continuation. Prints the largest error of each.",
        "The folder holds config.json and model.safetensors in Hugging Face's layout, and expected.json."},
    footer = {"", "Example:", "  ./vulpes parity golden/fox-1 --device reference", "", "Exit code 1 when a quantity is outside its tolerance."})
final class ParityCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "FOLDER", description = "config.json, model.safetensors, expected.json.")
  private Path folder;

  @Option(names = "--device", defaultValue = "jvm", description = "Where to run: jvm, reference, or opencl:0, opencl:gpu, … (default: ${DEFAULT-VALUE}).")
  private String device;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ParityCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    for (String name : List.of("config.json", "model.safetensors", "expected.json")) {
      if (!Files.isRegularFile(folder.resolve(name))) {
        throw new InvalidInput(folder + " holds no file " + name + "; give a folder with config.json, model.safetensors and expected.json.");
      }
    }
    Config config = ConfigFile.device(device, session.catalogue().reference());
    DeviceProvider provider = session.catalogue().create(config, "device");
    provider.refusal().ifPresent(why -> {
      throw new InvalidInput("--device " + device + " cannot be used here: " + why);
    });
    try (Device on = provider.open(0)) {
      var report = Parity.run(folder, session.catalogue(), on, device.equals("reference") ? Parity.Tolerances.float64() : Parity.Tolerances.float32());
      session.console().out.println(report);
      return report.passed() ? 0 : VulpesCommand.NO;
    }
  }
}
