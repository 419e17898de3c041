package org.vulpes.interchange;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.vulpes.compute.Device;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Sampling;
import org.vulpes.interchange.ParityReport.Check;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;

/**
 * Compares a model with the numbers another implementation computed: a folder with {@code config.json}, {@code model.safetensors} and
 * {@code expected.json}. Logits, losses, hidden states, gradients of the mean loss, and a greedy continuation.
 */
public final class Parity {

  /**
   * The largest errors that pass.
   *
   * @param logits absolute
   * @param nll absolute, of one token
   * @param loss absolute
   * @param hidden L2 of the difference over L2 of the vector
   * @param gradient relative for norms; for single entries absolute over the norm of their tensor
   */
  public record Tolerances(double logits, double nll, double loss, double hidden, double gradient) {
    /** Ten times what plain float32 implementations reach; the smallest mistake that matters moves logits by 1.8e-4. */
    public static Tolerances float32() {
      return new Tolerances(1e-4, 1e-4, 1e-5, 2e-5, 1e-4);
    }

    /** What float64 reaches against logits rounded to float32 and other numbers printed with nine digits. */
    public static Tolerances float64() {
      return new Tolerances(1e-6, 2e-7, 1e-7, 1e-7, 1e-7);
    }
  }

  private final Expected expected;
  private final Tolerances tolerances;
  private final List<Check> checks = new ArrayList<>();

  private Parity(Expected expected, Tolerances tolerances) {
    this.expected = expected;
    this.tolerances = tolerances;
  }

  /** @throws InvalidInput when a file is missing or damaged, or the model cannot be built here */
  public static ParityReport run(Path folder, Catalogue catalogue, Device device, Tolerances tolerances) {
    Expected expected = Expected.read(folder.resolve("expected.json"));
    try (var model = HuggingFaceFolder.open(folder, catalogue)) {
      var parity = new Parity(expected, tolerances);
      parity.checkInput(folder, model);
      try (var pass = new ParityPass(model.decoder(), model.weights(), device, expected.ids())) {
        parity.forward(pass);
        parity.gradients(pass, model.named());
      }
      if (expected.greedy() != null) parity.greedy(model, device);
      return new ParityReport(folder.toString(), device.info().id(), parity.checks);
    }
  }

  private void checkInput(Path folder, HuggingFaceFolder model) {
    int vocabulary = model.decoder().vocabulary();
    for (int[] row : expected.ids()) {
      for (int id : row) {
        if (id >= vocabulary) throw new InvalidInput(folder.resolve("expected.json") + ": input_ids holds " + id + ", but vocab_size is " + vocabulary + ".");
      }
    }
    for (double[][] row : expected.logits()) {
      for (double[] logits : row) {
        if (logits.length != vocabulary) throw new InvalidInput(folder.resolve("expected.json") + ": logits must have vocab_size = " + vocabulary + " columns.");
      }
    }
    if (!expected.gradients().keySet().equals(Set.copyOf(model.named().fileNames()))) {
      throw new InvalidInput(folder.resolve("expected.json") + ": gradients must name the tensors of model.safetensors, each once.");
    }
    model.named().fileNames().forEach(name -> {
      if (!Arrays.equals(expected.gradients().get(name).shape(), model.named().fileShape(name))) {
        throw new InvalidInput(folder.resolve("expected.json") + ": the gradient of " + name + " has another shape than the tensor.");
      }
    });
  }

  private void forward(ParityPass pass) {
    int time = expected.ids()[0].length;
    int vocabulary = pass.vocabulary();
    var hidden = new Worst();
    expected.hidden().forEach((stage, want) -> {
      double[] all = pass.hidden(stage);
      if (all == null || want.length != pass.width()) throw new InvalidInput("hidden_row0_last of expected.json names '" + stage + "', which the model has not in this width.");
      double[] have = Arrays.copyOfRange(all, (time - 1) * want.length, time * want.length);
      double difference = 0;
      for (int i = 0; i < want.length; i++) difference = Math.hypot(difference, have[i] - want[i]);
      hidden.see(difference / norm(want), "%s", stage);
    });
    checks.add(hidden.check("hidden", tolerances.hidden()));

    var logits = new Worst();
    double[] found = pass.logits();
    for (int row = 0; row < expected.logits().length; row++) {
      for (int p = 0; p < expected.logits()[row].length; p++) {
        int position = expected.firstPosition() + p;
        for (int v = 0; v < vocabulary; v++) {
          logits.see(found[(row * time + position) * vocabulary + v] - expected.logits()[row][p][v], "row %d, position %d, token %d", row, position, v);
        }
      }
    }
    checks.add(logits.check("logits", tolerances.logits()));

    var nll = new Worst();
    double[] terms = pass.nll();
    for (int row = 0; row < expected.nll().length; row++) {
      for (int t = 0; t < time - 1; t++) {
        nll.see(terms[row * time + t] - expected.nll()[row][t], "row %d, position %d", row, t);
      }
    }
    checks.add(nll.check("token_nll", tolerances.nll()));
    var loss = new Worst();
    loss.see(pass.loss() - expected.loss(), "%s instead of %s", pass.loss(), expected.loss());
    checks.add(loss.check("loss", tolerances.loss()));
  }

  private void gradients(ParityPass pass, NamedTensors tensors) {
    var norms = new Worst();
    var samples = new Worst();
    double total = 0;
    // A gradient that vanishes exactly (a key bias without positions) has no relative error; it is measured against all gradients.
    double least = 1e-6 * expected.gradientNorm();
    for (String name : tensors.fileNames()) {
      double[] have = tensors.toFile(name, pass::gradient);
      Expected.Gradient want = expected.gradients().get(name);
      double scale = Math.max(want.norm(), least);
      double length = norm(have);
      total = Math.hypot(total, length);
      norms.see((length - want.norm()) / scale, "%s", name);
      for (int i = 0; i < want.indices().length; i++) {
        int index = want.indices()[i];
        samples.see((have[index] - want.values()[i]) / scale, "%s, element %d", name, index);
      }
    }
    checks.add(norms.check("gradient l2", tolerances.gradient()));
    checks.add(samples.check("gradient sample", tolerances.gradient()));
    var all = new Worst();
    all.see(total / expected.gradientNorm() - 1, "%s instead of %s", total, expected.gradientNorm());
    checks.add(all.check("grad_total_l2", tolerances.gradient()));
  }

  private void greedy(HuggingFaceFolder model, Device device) {
    try (var generator = Generator.open(model.decoder(), device, model.weights())) {
      int[] want = expected.greedy().continuation();
      int[] have = generator.generate(expected.greedy().prompt(), 0, Sampling.greedy(), Ending.length(want.length));
      int same = Arrays.mismatch(want, have);
      checks.add(new Check("greedy", same < 0 ? 0 : want.length - same, 0, same < 0 ? want.length + " tokens" : "token " + same + " is " + have[same] + " instead of " + want[same]));
    }
  }

  private static double norm(double[] x) {
    double sum = 0;
    for (double v : x) sum += v * v;
    return Math.sqrt(sum);
  }

  /** The largest error seen, and where; what is not a number counts as infinite. */
  private static final class Worst {
    private double error;
    private String where = "";

    void see(double difference, String where, Object... values) {
      double e = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.abs(difference);
      if (e > error || this.where.isEmpty()) {
        error = Math.max(e, error);
        this.where = String.format(Locale.ROOT, where, values);
      }
    }

    Check check(String quantity, double tolerance) {
      return new Check(quantity, error, tolerance, where);
    }
  }
}
