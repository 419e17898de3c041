package org.vulpes.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.StopWatch;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.training.ModelFolder;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "chat", sortOptions = false, description = {"Talks with a trained model: a line of yours, an answer, and so on; an empty line or Ctrl-D ends it.",
    "The model sees the whole conversation, each turn after its mark. A conversation that no longer fits loses its oldest turns."},
    footer = {"", "Example:", "  ./vulpes chat runs/sft/trials/fox-s1 --user \"Q: \" --assistant \"A: \""})
final class ChatCommand implements Callable<Integer> {
  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "MODEL", description = "A trial's folder, one of its checkpoints, or a Hugging Face folder.")
  private Path folder;

  @Option(names = "--system", defaultValue = "", description = "A text that stands before the conversation.")
  private String system;

  @Option(names = "--user", defaultValue = "User: ", description = "The mark before your turns (default: \"${DEFAULT-VALUE}\").")
  private String user;

  @Option(names = "--assistant", defaultValue = "Assistant: ", description = "The mark before the model's turns (default: \"${DEFAULT-VALUE}\").")
  private String assistant;

  @Mixin
  private GenerationOptions options;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  ChatCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    options.tokens();
    PrintStream out = session.console().out;
    try (var model = ModelFolder.open(folder, session.catalogue()); Device on = options.open(model, session.catalogue());
        var generator = Generator.open(model.decoder(), on, model.weights())) {
      Tokenizer tokenizer = model.tokenizer();
      // The next turn's mark ends an answer, also where the model would go on by itself.
      Ending ending = options.ending(tokenizer, "\n" + user.strip());
      var turns = new Turns(system, tokenizer, (int) Math.min(Integer.MAX_VALUE, (long) model.decoder().longest() - options.tokens()));
      var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (int turn = 0; ; turn++) {
        out.print("> ");
        out.flush();
        String line = in.readLine();
        if (line == null || line.isBlank()) break;
        turns.add(user + line + "\n" + assistant.stripTrailing());
        turns.add(answer(generator, turns.tokens(), turn, ending) + "\n");
      }
      out.println();
    }
    return 0;
  }

  private String answer(Generator generator, int[] conversation, int turn, Ending ending) {
    PrintStream out = session.console().out;
    var watch = new StopWatch(ending);
    var written = generator.generate(List.of(new Prompt(conversation, 1, options.seed + turn)), options.sampling(), ending, (p, s, id) -> {
      out.writeBytes(watch.add(ending.tokenizer().bytes(id)));
      out.flush();
    });
    out.writeBytes(watch.rest());
    out.println();
    return ending.text(written.getFirst().tokens(), ending.tokenizer());
  }

  /** The conversation as one text. */
  private static final class Turns {
    private final String system;
    private final Tokenizer tokenizer;
    private final int most;
    private final List<String> said = new java.util.ArrayList<>();

    /** @param most tokens that the model can take besides an answer */
    Turns(String system, Tokenizer tokenizer, int most) {
      this.system = system.isEmpty() ? "" : system + "\n";
      this.tokenizer = tokenizer;
      this.most = most;
    }

    void add(String turn) {
      said.add(turn);
    }

    int[] tokens() {
      while (true) {
        int[] ids = GenerationOptions.start(tokenizer, system + String.join("", said));
        if (ids.length <= most) return ids;
        if (said.size() < 3) throw new InvalidInput("What you said has " + ids.length + " tokens, but the model can take " + most + " beside an answer; say less, or lower --tokens.");
        said.subList(0, 2).clear();
      }
    }
  }
}
