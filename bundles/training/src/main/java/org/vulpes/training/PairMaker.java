package org.vulpes.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.Config;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.DoubleConsumer;
import java.util.function.Function;
import org.vulpes.compute.Device;
import org.vulpes.corpus.ChatTemplate;
import org.vulpes.corpus.MadeFile;
import org.vulpes.corpus.Message;
import org.vulpes.generation.Continuation;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Sample;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Random64;
import org.vulpes.tokenizer.Tokenizer;

/** Lets policies answer problems, judges the answers by rewards, and writes what is better and what worse as lines of JSON that {@code corpus = conversations} reads. */
public final class PairMaker {
  /** Problems that are answered at once. */
  private static final int AT_ONCE = 32;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PairSettings settings;
  private final Catalogue catalogue;
  private int lines;
  private int alike;
  private int empty;
  private double sum;
  private int judged;
  private final TreeMap<String, Integer> contained = new TreeMap<>();

  private record Answer(int model, String text, double reward) {}

  /**
   * @param there whether the file was made before by the same recipe
   * @param lines pairs, or labelled answers
   * @param alike problems whose answers had no difference to learn from
   * @param empty answers without text, which are left out
   * @param meanReward of all judged answers
   * @param contained failures of rewards, with the samples that they spoiled
   */
  public record Made(boolean there, int lines, int alike, int empty, double meanReward, Map<String, Integer> contained) {}

  /** @param config with blocks {@code pairs}, {@code problems} and {@code reward} @throws InvalidInput when it does not fit together */
  public PairMaker(Config config, Catalogue catalogue) {
    this.catalogue = catalogue;
    settings = PairSettings.of(config, catalogue);
  }

  /**
   * @param file a file that was made by the same recipe and is whole stays as it is
   * @param devices on which a model runs; closed here
   * @throws InvalidInput when the file was made by another recipe, a policy lacks the template's tokens, or no line comes out
   */
  public Made write(Path file, Function<ModelFolder, Device> devices, DoubleConsumer progress) {
    String recipe = recipe();
    if (MadeFile.isThere(file, recipe)) return new Made(true, 0, 0, 0, 0, Map.of());
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      try {
        try (var out = Files.newBufferedWriter(temporary, StandardCharsets.UTF_8)) {
          answer(out, devices, progress);
        }
        if (lines == 0) {
          throw new InvalidInput("None of " + settings.count() + " problems gave " + (settings.labels() ? "an answer with text" : "two answers of which one is better by more than pairs.margin = " + settings.least())
              + "; take more samples, a higher temperature, or a reward that tells more answers apart.");
        }
        Durable.force(temporary);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        MadeFile.seal(file, recipe);
      } finally {
        Files.deleteIfExists(temporary);
      }
    } catch (IOException e) {
      throw Durable.failure(file, e);
    }
    return new Made(false, lines, alike, empty, sum / judged, contained);
  }

  private String recipe() {
    var text = new StringBuilder("pairs 1\n").append(settings.recipe());
    for (Path p : settings.models()) {
      try (var model = ModelFolder.open(p, catalogue)) {
        text.append('\n').append(TeacherPass.identity(model.weights())).append(' ').append(model.tokenizer().fingerprint());
      }
    }
    return text.toString();
  }

  private void answer(BufferedWriter out, Function<ModelFolder, Device> devices, DoubleConsumer progress) throws IOException {
    var open = new Closer();
    try {
      var policies = new ArrayList<Policy>();
      for (Path p : settings.models()) {
        ModelFolder model = open.add(ModelFolder.open(p, catalogue));
        Device device = open.add(devices.apply(model));
        policies.add(new Policy(model, open.add(Generator.open(model.decoder(), device, model.weights()))));
      }
      for (int from = 0; from < settings.count(); from += AT_ONCE) {
        progress.accept((double) from / settings.count());
        var problems = new ArrayList<Problem>();
        for (int i = from; i < Math.min(settings.count(), from + AT_ONCE); i++) problems.add(settings.problems().training(i));
        var answers = new ArrayList<List<Answer>>();
        problems.forEach(p -> answers.add(new ArrayList<>()));
        for (int m = 0; m < policies.size(); m++) judge(m, policies.get(m).write(problems, from, m), problems, answers);
        for (int i = 0; i < problems.size(); i++) {
          if (settings.labels()) labelled(out, problems.get(i), answers.get(i));
          else pair(out, problems.get(i), answers.get(i));
        }
      }
      progress.accept(1);
    } finally {
      open.close();
    }
  }

  /** Adds what was written to the answers of its problem; none that is empty or spoiled. */
  private void judge(int model, List<Written> written, List<Problem> problems, List<List<Answer>> answers) {
    var verdicts = settings.rewards().score(written.stream().map(Written::sample).toList());
    verdicts.contained().forEach((what, n) -> contained.merge(what, n, Integer::sum));
    for (int i = 0; i < written.size(); i++) {
      double reward = verdicts.totals()[i];
      String text = written.get(i).sample().text();
      if (Double.isNaN(reward)) continue;
      sum += reward;
      judged++;
      if (text.isBlank()) empty++;
      else answers.get(written.get(i).problem()).add(new Answer(model, text, reward));
    }
  }

  private void pair(BufferedWriter out, Problem p, List<Answer> answers) throws IOException {
    Answer best = null;
    Answer worst = null;
    for (Answer a : answers) {
      if (best == null || a.reward > best.reward) best = a;
      if (worst == null || a.reward < worst.reward) worst = a;
    }
    if (best == null || !(best.reward - worst.reward > settings.least())) {
      alike++;
      return;
    }
    line(out, p, Map.of("chosen", best.text, "rejected", worst.text, "chosen-reward", best.reward, "rejected-reward", worst.reward, "chosen-model", best.model, "rejected-model", worst.model));
  }

  private void labelled(BufferedWriter out, Problem p, List<Answer> answers) throws IOException {
    var seen = new HashSet<String>();
    for (Answer a : answers) {
      if (seen.add(a.text)) line(out, p, Map.of("completion", a.text, "label", a.reward >= settings.least(), "reward", a.reward, "model", a.model));
    }
  }

  private void line(BufferedWriter out, Problem p, Map<String, Object> rest) throws IOException {
    var line = new LinkedHashMap<String, Object>();
    line.put("prompt", p.prompt());
    line.putAll(new TreeMap<>(rest));
    out.write(JSON.writeValueAsString(line));
    out.write('\n');
    lines++;
  }

  /** @param problem its place among those that are answered together */
  private record Written(int problem, Sample sample) {}

  private final class Policy {
    private final ModelFolder model;
    private final Generator generator;

    Policy(ModelFolder model, Generator generator) {
      this.model = model;
      this.generator = generator;
    }

    List<Written> write(List<Problem> problems, int from, int number) {
      Tokenizer tokenizer = model.tokenizer();
      var prompts = new ArrayList<Prompt>();
      for (int i = 0; i < problems.size(); i++) {
        var asked = new ArrayList<Message>();
        if (!settings.system().isEmpty()) asked.add(new Message(Message.SYSTEM, settings.system()));
        asked.add(new Message(Message.USER, problems.get(i).prompt()));
        int[] ids = settings.template().askIds(asked, tokenizer);
        if (ids.length + settings.most() > model.decoder().longest()) {
          throw new InvalidInput("The question of problem " + problems.get(i).id() + " has " + ids.length + " tokens, and with pairs.new-tokens = " + settings.most() + " it is longer than the "
              + model.decoder().longest() + " that " + model.description() + " can take.");
        }
        prompts.add(new Prompt(ids, settings.samples() / settings.models().size(), Random64.of(settings.seed(), "pairs", Integer.toString(number), Integer.toString(from + i)).bits(0)));
      }
      var ending = new Ending(settings.most(), end(settings.template(), tokenizer), List.of(), tokenizer);
      var out = new ArrayList<Written>();
      for (Continuation c : generator.generate(prompts, settings.how(), ending, (p, s, token) -> {})) {
        boolean ended = c.end() != Continuation.End.LENGTH;
        out.add(new Written(c.prompt(), new Sample(problems.get(c.prompt()), ending.text(c.tokens(), tokenizer), c.tokens().length, ended, settings.most())));
      }
      return out;
    }

    /** The token that ends an answer. */
    private int end(ChatTemplate template, Tokenizer tokenizer) {
      String control = template.ending().getFirst();
      if (control.isEmpty()) return tokenizer.endOfText();
      OptionalInt id = tokenizer.special(control);
      return id.orElseThrow(() -> new InvalidInput("The policy " + model.description() + " does not know '" + control + "', with which the chat template ends an answer; give pairs.template the template that it was tuned with."));
    }
  }
}
