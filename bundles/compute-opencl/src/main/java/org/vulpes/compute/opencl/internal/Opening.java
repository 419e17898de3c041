package org.vulpes.compute.opencl.internal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.vulpes.compute.Device;
import org.vulpes.compute.KernelFamily;
import org.vulpes.slot.InvalidInput;

/** From what a configuration asks for to an open device, or to the sentence that says why not. */
public final class Opening {
  private Opening() {}

  /** A text, for those outside of this package. */
  public static final class Text {
    private final KernelText text;

    private Text(KernelText text) {
      this.text = text;
    }

    public String name() {
      return text.name();
    }

    /** The calls of one family by this text. */
    public KernelFamily family(String family) {
      return new OpenClKernels(family, text);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Text t && t.text.equals(text);
    }

    @Override
    public int hashCode() {
      return text.name().hashCode();
    }
  }

  /** @param files by name; null where there is none @throws InvalidInput with the place of a mistake */
  public static Text read(String origin, Function<String, byte[]> files) {
    return new Text(KernelTextReader.read(origin, files));
  }

  /** Every device by the name that a configuration gives it. */
  public static List<String> devices() {
    return ClPlatforms.devices().stream().map(ClFacts::id).toList();
  }

  /** @return the sentence that says why there is no such device; empty when there is */
  public static Optional<String> refusal(String wanted) {
    if (Cl.absence() != null) return Optional.of(Cl.absence());
    List<ClFacts> devices = ClPlatforms.devices();
    if (devices.isEmpty()) {
      String cache = PoclCache.refusal(System.getenv());
      if (cache != null) return Optional.of("There is no OpenCL device: " + cache + ".");
      return Optional.of("OpenCL's loader is installed, but no device: install a runtime (on Debian and Ubuntu for the processor: apt install pocl-opencl-icd; for a GPU its maker's driver).");
    }
    ClFacts facts = ClPlatforms.choose(devices, wanted);
    if (facts == null) return Optional.of("There is no OpenCL device '" + wanted + "'; there are " + String.join("; ", devices.stream().map(ClFacts::describe).toList()) + ".");
    String why = facts.refusal();
    if (why == null) why = PoclCache.refusal(facts, System.getenv());
    return Optional.ofNullable(why).map(w -> w + ".");
  }

  /**
   * How a device works.
   *
   * @param cache folder for built programs and tuned parameters; null: none
   * @param tuningSeconds that timing of parameters may take; 0: they stay at their defaults
   * @param throughAparapi whether Aparapi launches, and waits for each launch
   * @param bf16 whether products round their operands to bf16
   */
  public record How(Path cache, double tuningSeconds, boolean throughAparapi, boolean bf16) {
    public static final How PLAIN = new How(null, 0, false, false);
  }

  /**
   * @param wanted a number, {@code gpu}, {@code cpu} or a part of a name
   * @param texts kernels; those that refuse the device are left out
   * @throws InvalidInput when there is no such device, or no kernels for it
   */
  public static Device open(String wanted, List<Text> texts, How how) {
    return open(wanted, texts, how, facts -> new ClContext(facts, how.throughAparapi() || profiled()));
  }

  /** Whether somebody asks where the time goes. */
  static boolean profiled() {
    return Boolean.getBoolean("vulpes.profile");
  }

  /** @param driver opens a context on the device */
  static OpenClDevice open(String wanted, List<Text> texts, How how, Function<ClFacts, ClContext> driver) {
    refusal(wanted).ifPresent(why -> {
      throw new InvalidInput(why);
    });
    var precision = how.bf16 ? Precision.BF16 : Precision.FP32;
    ClFacts facts = ClPlatforms.choose(ClPlatforms.devices(), wanted).with(precision);
    var fitting = new ArrayList<KernelText>();
    for (Text t : texts) if (!fitting.contains(t.text) && t.text.refusal(facts) == null) fitting.add(t.text);
    if (fitting.isEmpty()) throw new InvalidInput("There are no kernels for " + facts.describe() + ": " + why(texts, facts));
    if (fitting.stream().noneMatch(t -> t.precisions().contains(precision))) {
      throw new InvalidInput("device.opencl.precision = " + precision + ": the kernels for " + facts.describe() + " (" + String.join(", ", fitting.stream().map(KernelText::name).toList())
          + ") multiply in another precision only; choose that one, or install kernels that have this.");
    }
    try {
      return new OpenClDevice(driver.apply(facts), fitting, how);
    } catch (ClFailure e) {
      throw new InvalidInput(facts.describe() + " cannot be opened (" + e.getMessage() + "): it is lost, or its driver gives it to nobody else; look into the system's log, or run on device = jvm.", e);
    }
  }

  private static String why(List<Text> texts, ClFacts facts) {
    if (texts.isEmpty()) return "no bundle of OpenCL kernels is installed.";
    return String.join("; ", texts.stream().map(t -> t.name() + ": " + t.text.refusal(facts)).toList()) + ".";
  }

  /** Files of a folder as {@link #read} wants them. */
  public static Function<String, byte[]> folder(Path folder) {
    return name -> {
      Path file = folder.resolve(name);
      try {
        return Files.isRegularFile(file) ? Files.readAllBytes(file) : null;
      } catch (java.io.IOException e) {
        throw new InvalidInput(file + " cannot be read: " + e.getMessage() + ".", e);
      }
    };
  }
}
