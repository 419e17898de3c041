package org.vulpes.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.vulpes.compute.Device;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.StopWatch;
import org.vulpes.slot.InvalidInput;
import org.vulpes.tokenizer.Tokenizer;
import org.vulpes.training.ModelFolder;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "generate", sortOptions = false, description = "Lets a trained model write on from prompts: as it is drawn for one, all at once for several.",
    footer = {"", "Examples:", "  ./vulpes generate runs/quickstart/trials/fox-s1 --prompt \"The committee\" --tokens 100",
        "  ./vulpes generate runs/quickstart/trials/fox-s1 --prompts prompts.txt --samples 4 --json"})
final class GenerateCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final VulpesCommand.Session session;

  @Parameters(paramLabel = "MODEL", description = "A trial's folder, one of its checkpoints, or a Hugging Face folder.")
  private Path folder;

  @ArgGroup
  private Prompts prompts = new Prompts();

  private static final class Prompts {
    @Option(names = "--prompt", paramLabel = "TEXT", description = "What the text begins with; may be given several times; left out: a new text.")
    private List<String> texts = new ArrayList<>();

    @Option(names = "--prompts", paramLabel = "FILE", description = "A prompt a line.")
    private Path file;
  }

  @Option(names = "--samples", defaultValue = "1", description = "Continuations of each prompt (default: ${DEFAULT-VALUE}).")
  private int samples;

  @Option(names = "--json", description = "A line of JSON for each continuation, with its tokens and their log-probabilities.")
  private boolean json;

  @Mixin
  private GenerationOptions options;

  @Option(names = {"-h", "--help"}, usageHelp = true, description = "Show this help.")
  private boolean help;

  GenerateCommand(VulpesCommand.Session session) {
    this.session = session;
  }

  @Override
  public Integer call() throws IOException {
    if (samples < 1) throw new InvalidInput("--samples must be at least 1, but is " + samples + ".");
    options.tokens();
    List<String> texts = texts();
    try (var model = ModelFolder.open(folder, session.catalogue()); Device on = options.open(model, session.catalogue());
        var generator = Generator.open(model.decoder(), on, model.weights())) {
      Tokenizer tokenizer = model.tokenizer();
      Ending ending = options.ending(tokenizer);
      var starts = new ArrayList<Prompt>();
      for (int i = 0; i < texts.size(); i++) starts.add(new Prompt(GenerationOptions.start(tokenizer, texts.get(i)), samples, options.seed + i));
      if (texts.size() * samples == 1 && !json) stream(generator, texts.getFirst(), starts, ending);
      else all(generator.generate(starts, options.sampling(), ending, (p, s, id) -> {}), texts, ending, tokenizer);
    }
    return 0;
  }

  private List<String> texts() throws IOException {
    if (prompts.file == null) return prompts.texts.isEmpty() ? List.of("") : prompts.texts;
    if (!Files.isReadable(prompts.file)) throw new InvalidInput("--prompts: there is no readable file " + prompts.file + "; check the path.");
    var lines = Files.readAllLines(prompts.file).stream().filter(l -> !l.isEmpty()).toList();
    if (lines.isEmpty()) throw new InvalidInput("--prompts: " + prompts.file + " has no lines; write a prompt on each.");
    return lines;
  }

  /** Bytes rather than text: a character may be spread over several tokens. */
  private void stream(Generator generator, String text, List<Prompt> start, Ending ending) {
    PrintStream out = session.console().out;
    out.print(text);
    var watch = new StopWatch(ending);
    generator.generate(start, options.sampling(), ending, (p, s, id) -> {
      out.writeBytes(watch.add(ending.tokenizer().bytes(id)));
      out.flush();
    });
    out.writeBytes(watch.rest());
    out.println();
  }

  private void all(List<Continuation> found, List<String> texts, Ending ending, Tokenizer tokenizer) throws IOException {
    PrintStream out = session.console().out;
    for (Continuation c : found) {
      String text = ending.text(c.tokens(), tokenizer);
      if (json) {
        var line = new LinkedHashMap<String, Object>();
        line.put("prompt", texts.get(c.prompt()));
        line.put("sample", c.sample());
        line.put("text", text);
        line.put("end", c.end().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
        line.put("tokens", c.tokens());
        line.put("log-probabilities", c.logProbabilities());
        out.println(JSON.writeValueAsString(line));
      } else {
        out.println("--- prompt " + (c.prompt() + 1) + (samples > 1 ? ", sample " + (c.sample() + 1) : ""));
        out.println(texts.get(c.prompt()) + text);
      }
    }
  }
}
