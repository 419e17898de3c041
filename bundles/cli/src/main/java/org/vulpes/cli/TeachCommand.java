package org.vulpes.cli;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValueType;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.LongStream;
import org.vulpes.compute.Device;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;
import org.vulpes.study.RunTexts;
import org.vulpes.study.Stopped;
import org.vulpes.training.ModelFolder;
import org.vulpes.training.TeacherPass;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "teach", sortOptions = false,
    description = {"Lets a teacher read the text that a study's runs will be taught, in their order, and stores what it predicts: once, for every student that objective.distill.teacher points there.",
        "Stored are the likeliest tokens of each learned position and the rest as one, compressed, one file a seed; a run refuses them when its tokenizer, text, or sequences are others."},
    footer = {"", "Example:", "  ./vulpes teach experiments/distill.conf --teacher runs/pocket-8M/trials/run-s1 --out runs/pocket-8M/said --top 64"})
final class TeachCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Mixin
  private ConfigArguments config;

  @Option(names = "--teacher", required = true, paramLabel = "MODEL", description = "A run's folder, one of its checkpoints, or a Hugging Face folder with the students' tokenizer.")
  private Path teacher;

  @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the files go: seed-1.logits, …")
  private Path out;

  @Option(names = "--arm", description = "Of a study: whose text, lessons and budget are read (default: what all arms have in common).")
  private String arm;

  @Option(names = "--seeds", split = ",", description = "Which seeds (default: those of the study, or training.seed).")
  private List<Long> seeds = new ArrayList<>();

  @Option(names = "--top", defaultValue = "64", description = "Likeliest tokens of each position that are stored; 0: all (default: ${DEFAULT-VALUE}).")
  private int top;

  @Option(names = "--temperature", defaultValue = "1", description = "Of the softmax; what lies beyond the stored tokens is known at this one alone (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(names = "--bits", defaultValue = "16", description = "Of each stored logarithm, 16 or 32; 16 keep a probability to 0.4 %% or better (default: ${DEFAULT-VALUE}).")
  private int bits;

  @Option(names = "--device", description = "Where the teacher runs: jvm, reference, opencl:0, …; as it was trained when left out.")
  private String device;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  TeachCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    if (bits != 16 && bits != 32) throw new InvalidInput("--bits must be 16 or 32, but is " + bits + ".");
    if (!(temperature >= 1e-3 && temperature <= 1e3)) throw new InvalidInput("--temperature must be from 0.001 to 1000, but is " + temperature + ".");
    Config root = config.load(session.catalogue());
    Config students = students(root);
    try (var progress = new StudyProgress(session.console()); var model = ModelFolder.open(teacher, session.catalogue())) {
      var store = new RunTexts(students, session.catalogue(), progress, session.stop()).of(students, session.catalogue());
      progress.preparingDone();
      try (Device on = GenerationOptions.open(model, session.catalogue(), device);
          var pass = new TeacherPass(students, store, model, new TeacherPass.Settings(top, temperature, bits), on, session.catalogue())) {
        for (long seed : seeds.isEmpty() ? seeds(root) : seeds) {
          long began = System.nanoTime();
          var written = pass.write(seed, out, share -> {
            if (session.stop().getAsBoolean()) throw new Stopped("Stopped; files that were finished stay, the one that was not is gone.");
            progress.preparing("seed " + seed, share);
          });
          progress.preparingDone();
          session.console().out.println(String.format(Locale.ROOT, "%s: %,d sequences, %,d positions, %,.1f MB (%.1f bytes a position); the teacher took %.2e FLOPs, %s", written.file(), written.rows(),
              written.positions(), written.bytes() / 1e6, (double) written.bytes() / written.positions(), written.flops(), PlanText.duration((System.nanoTime() - began) * 1e-9)));
        }
      }
    }
    session.console().out.println("Students read them with objective { use = distill, distill.teacher = \"" + out + "\" }.");
    return 0;
  }

  /** The configuration whose text is read. */
  private Config students(Config root) {
    Config common = root.withoutPath("study");
    if (arm == null) return common;
    Options arms = Options.at(root, "study").block("arms");
    if (!arms.keys().contains(arm)) throw new InvalidInput("--arm: the study has no arm '" + arm + "'; it has " + String.join(", ", arms.keys()) + "." + Spelling.hint(arm, arms.keys()));
    return arms.block(ConfigUtil.joinPath(arm)).config().withFallback(common).resolve();
  }

  private static List<Long> seeds(Config root) {
    Options study = Options.at(root, "study");
    if (study.block("arms").keys().isEmpty()) return List.of(Options.at(root, "training").whole("seed", 0, Long.MAX_VALUE));
    if (study.config().getValue("seeds").valueType() == ConfigValueType.LIST) return study.wholes("seeds", 0, Long.MAX_VALUE);
    return LongStream.rangeClosed(1, study.whole("seeds", 1, 10_000)).boxed().toList();
  }
}
