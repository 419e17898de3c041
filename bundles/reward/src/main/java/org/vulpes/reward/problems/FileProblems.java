package org.vulpes.reward.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Problem;
import org.vulpes.reward.Problems;
import org.vulpes.slot.Fills;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Random64;

/** Problems of a JSONL file: GSM8K, MAWPS, IFEval, one's own. All fields of a line are the problem's facts. */
@Component
@Fills(slot = "problems", use = "files")
public final class FileProblems implements Plugin<Problems> {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern FIELD = Pattern.compile("\\{([A-Za-z0-9_-]+)}");

  @Override
  public Problems create(Options options) {
    if (!options.has("training")) throw options.wrong("training", "is missing; it must be the path of a JSONL file");
    String prompt = options.text("prompt"), answer = options.text("answer");
    int most = options.integer("held-out", 1, 1_000_000);
    double share = options.number("held-out-share", 1e-6, 0.9);
    List<Problem> training = read(options.file("training"), prompt, answer), held;
    if (options.has("test")) {
      held = read(options.file("test"), prompt, answer);
    } else {
      held = training.stream().filter(p -> Random64.of(0, "held-out", p.prompt()).uniform(0) < share).toList();
      training = training.stream().filter(p -> Random64.of(0, "held-out", p.prompt()).uniform(0) >= share).toList();
    }
    if (training.isEmpty() || held.isEmpty()) throw options.wrong("training", "leaves " + training.size() + " problems for training and " + held.size() + " held out; both need at least one");
    return new Listed(training, held.subList(0, Math.min(most, held.size())), options.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE));
  }

  private record Listed(List<Problem> training, List<Problem> held, long seed) implements Problems {
    /** Every problem once, then all again in another order. */
    @Override
    public Problem training(long index) {
      long round = index / training.size();
      return training.get(shuffled(Random64.of(seed, "round", Long.toString(round)), (int) (index % training.size()), training.size()));
    }

    /** Where {@code at} goes in a permutation of 0 … size−1, without writing it down: a Feistel network over the next power of four, walked until it lands inside. */
    private static int shuffled(Random64 random, int at, int size) {
      int half = 1;
      while (1L << 2 * half < size) half++;
      int mask = (1 << half) - 1;
      int x = at;
      do {
        int left = x >> half, right = x & mask;
        for (int round = 0; round < 4; round++) {
          int next = left ^ (int) (random.bits((long) round << 32 | right) & mask);
          left = right;
          right = next;
        }
        x = left << half | right;
      } while (x >= size);
      return x;
    }

    @Override
    public int heldOut() {
      return held.size();
    }

    @Override
    public Problem heldOut(int index) {
      return held.get(index);
    }
  }

  private static List<Problem> read(Path file, String prompt, String answer) {
    List<String> lines;
    try {
      lines = Files.readAllLines(file);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read the problems in " + file + " (" + e.getClass().getSimpleName() + "); check the path.", e);
    }
    var out = new ArrayList<Problem>();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).isBlank()) continue;
      String place = file + ":" + (i + 1);
      Map<String, Object> facts;
      try {
        facts = JSON.readValue(lines.get(i), new TypeReference<>() {});
      } catch (JsonProcessingException e) {
        throw new InvalidInput(place + ": is not an object { … } in JSON (" + e.getOriginalMessage().lines().findFirst().orElse("") + ").", e);
      }
      facts.values().removeIf(java.util.Objects::isNull);
      String solution = filled(answer, facts, place);
      out.add(new Problem(Integer.toString(i), filled(prompt, facts, place), solution, solution, facts));
    }
    return out;
  }

  private static String filled(String template, Map<String, Object> facts, String place) {
    return FIELD.matcher(template).replaceAll(m -> {
      Object value = facts.get(m.group(1));
      if (value == null) throw new InvalidInput(place + ": has no field '" + m.group(1) + "'; fields are " + String.join(", ", new java.util.TreeSet<>(facts.keySet())) + ".");
      return Matcher.quoteReplacement(value.toString());
    });
  }
}
