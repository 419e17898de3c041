package org.vulpes.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import org.vulpes.slot.InvalidInput;
import org.vulpes.study.Metric;

/**
 * What a drawing needs of one trial's {@code metrics.jsonl}, read line by line into a fixed number of bins, however long the run. The trial may
 * be running: a last line that is not whole yet is left out.
 *
 * @param loss mean training loss by bin of the token budget, nats per token; NaN where no step ended
 * @param rate mean learning rate by bin; NaN where no step ended
 * @param evaluations bits per byte by tokens
 * @param metric what the study compares, by tokens, where it is a number of an evaluation; from before the first step on
 * @param reward mean reward of what the policy wrote in a bin; NaN where nothing was judged
 * @param judged samples that rewards judged
 * @param contained samples that they could not judge, by how they failed
 * @param decoderDifference the most by which a log-probability that the decoder saw differs from the training program's; NaN where nothing was written
 * @param flops spent by tokens, where the file tells; at least one point in every bin that has a step, if every step tells
 * @param seconds worked by tokens, where the file tells
 * @param steps with a finite loss
 */
record TrialCurve(double[] loss, double[] rate, SortedMap<Long, Double> evaluations, SortedMap<Long, Double> metric, double[] reward, long judged, SortedMap<String, Long> contained, double decoderDifference, TreeMap<Long, Double> flops, TreeMap<Long, Double> seconds, long steps) {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int BINS = 80;

  /** @param tokens of the whole budget; later tokens count to the last bin */
  static TrialCurve read(Path file, long tokens, Metric compared) {
    var reading = new Reading(tokens, compared);
    if (Files.exists(file)) {
      var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
      try (var lines = new BufferedReader(new java.io.InputStreamReader(Files.newInputStream(file), decoder))) {
        for (String line; (line = lines.readLine()) != null; ) {
          try {
            reading.line(JSON.readTree(line));
          } catch (JsonProcessingException e) {
            // Half a line of a run that is going on, or was killed: the rest is good.
          }
        }
      } catch (IOException e) {
        throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
      }
    }
    return reading.curve();
  }

  /** Sums as the lines come. */
  private static final class Reading {
    private final long tokens;
    private final Mean[] loss = means();
    private final Mean[] rate = means();
    private static final String CONTAINED = "contained.";
    private final Mean[] reward = means();
    private final TreeMap<String, Long> contained = new TreeMap<>();
    private long judged;
    private double decoderDifference = Double.NaN;
    private final Metric compared;
    private final TreeMap<Long, Double> metric = new TreeMap<>();
    private final TreeMap<Long, Double> evaluations = new TreeMap<>();
    private final TreeMap<Long, Double> flops = new TreeMap<>();
    private final TreeMap<Long, Double> seconds = new TreeMap<>();
    private int flopsBin = -1;
    private long steps;

    Reading(long tokens, Metric compared) {
      this.tokens = tokens;
      this.compared = compared;
    }

    private static Mean[] means() {
      var out = new Mean[BINS];
      java.util.Arrays.setAll(out, i -> new Mean());
      return out;
    }

    void line(JsonNode n) {
      long at = n.path("tokens").asLong(-1);
      if (at < 0) return;
      int bin = bin(at, tokens);
      double bits = n.path("bits-per-byte").asDouble(Double.NaN);
      if (Double.isFinite(bits)) evaluations.put(at, bits);
      if (loss[bin].add(n.path("loss").asDouble(Double.NaN))) steps++;
      double worth = n.path("evaluations").path(compared.evaluation()).path(compared.metric()).asDouble(Double.NaN);
      if (Double.isFinite(worth)) metric.put(at, worth);
      reward[bin].add(n.path("statistics").path("reward").asDouble(Double.NaN));
      double decoder = n.path("statistics").path("decoder-difference").asDouble(Double.NaN);
      if (!(decoderDifference >= decoder) && Double.isFinite(decoder)) decoderDifference = decoder;
      judged += n.path("statistics").path("samples").asLong();
      n.path("statistics").properties().stream().filter(e -> e.getKey().startsWith(CONTAINED)).forEach(e -> contained.merge(e.getKey().substring(CONTAINED.length()), e.getValue().asLong(), Long::sum));
      rate[bin].add(n.path("learning-rate").asDouble(Double.NaN));
      double work = n.path("flops").asDouble(Double.NaN);
      if (Double.isFinite(work) && (bin != flopsBin || Double.isFinite(bits))) {
        flops.put(at, work);
        flopsBin = bin;
      }
      double clock = n.path("seconds").asDouble(Double.NaN);
      if (Double.isFinite(clock)) seconds.put(at, clock);
    }

    TrialCurve curve() {
      flops.putIfAbsent(0L, 0.0);
      seconds.putIfAbsent(0L, 0.0);
      return new TrialCurve(values(loss), values(rate), evaluations, metric, values(reward), judged, contained, decoderDifference, flops, seconds, steps);
    }

    private static double[] values(Mean[] means) {
      return java.util.Arrays.stream(means).mapToDouble(m -> m.count == 0 ? Double.NaN : m.sum / m.count).toArray();
    }
  }

  private static final class Mean {
    private double sum;
    private long count;

    boolean add(double x) {
      if (!Double.isFinite(x)) return false;
      sum += x;
      count++;
      return true;
    }
  }

  /** A step that ends exactly on a boundary taught the bin before it. */
  private static int bin(long at, long tokens) {
    return (int) Math.clamp(Math.ceil((double) at / Math.max(1, tokens) * BINS) - 1, 0, BINS - 1);
  }

  /** Tokens at the middle of a bin. */
  static double middle(int bin, long tokens) {
    return (bin + 0.5) * tokens / BINS;
  }

  /** A quantity that grows with tokens, at a count of them: on the straight line between the counts around it; NaN past the last. */
  static double at(TreeMap<Long, Double> known, double tokens) {
    var below = known.floorEntry((long) Math.floor(tokens));
    var above = known.ceilingEntry((long) Math.ceil(tokens));
    if (below == null || above == null) return Double.NaN;
    if (above.getKey().equals(below.getKey())) return below.getValue();
    double share = (tokens - below.getKey()) / (above.getKey() - below.getKey());
    return below.getValue() + share * (above.getValue() - below.getValue());
  }
}
