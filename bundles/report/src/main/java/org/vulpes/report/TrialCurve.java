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

/**
 * What a drawing needs of one trial's {@code metrics.jsonl}, read line by line into a fixed number of bins, however long the run. The trial may
 * be running: a last line that is not whole yet is left out.
 *
 * @param loss mean training loss by bin of the token budget, nats per token; NaN where no step ended
 * @param rate mean learning rate by bin; NaN where no step ended
 * @param evaluations bits per byte by tokens
 * @param steps with a finite loss
 */
record TrialCurve(double[] loss, double[] rate, SortedMap<Long, Double> evaluations, long steps) {
  private static final ObjectMapper JSON = new ObjectMapper();
  static final int BINS = 80;

  /** @param tokens of the whole budget; later tokens count to the last bin */
  static TrialCurve read(Path file, long tokens) {
    double[] loss = new double[BINS];
    double[] rate = new double[BINS];
    long[] lossCount = new long[BINS];
    long[] rateCount = new long[BINS];
    var evaluations = new TreeMap<Long, Double>();
    long steps = 0;
    if (Files.exists(file)) {
      var decoder = StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPLACE).onUnmappableCharacter(CodingErrorAction.REPLACE);
      try (var lines = new BufferedReader(new java.io.InputStreamReader(Files.newInputStream(file), decoder))) {
        for (String line; (line = lines.readLine()) != null; ) {
          JsonNode n;
          try {
            n = JSON.readTree(line);
          } catch (JsonProcessingException e) {
            // Half a line of a run that is going on, or was killed: the rest is good.
            continue;
          }
          long at = n.path("tokens").asLong(-1);
          if (at < 0) continue;
          double bits = n.path("bits-per-byte").asDouble(Double.NaN);
          if (Double.isFinite(bits)) evaluations.put(at, bits);
          int bin = bin(at, tokens);
          double l = n.path("loss").asDouble(Double.NaN);
          if (Double.isFinite(l)) {
            loss[bin] += l;
            lossCount[bin]++;
            steps++;
          }
          double r = n.path("learning-rate").asDouble(Double.NaN);
          if (Double.isFinite(r)) {
            rate[bin] += r;
            rateCount[bin]++;
          }
        }
      } catch (IOException e) {
        throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
      }
    }
    for (int i = 0; i < BINS; i++) {
      loss[i] = lossCount[i] == 0 ? Double.NaN : loss[i] / lossCount[i];
      rate[i] = rateCount[i] == 0 ? Double.NaN : rate[i] / rateCount[i];
    }
    return new TrialCurve(loss, rate, evaluations, steps);
  }

  /** A step that ends exactly on a boundary taught the bin before it. */
  private static int bin(long at, long tokens) {
    return (int) Math.clamp(Math.ceil((double) at / Math.max(1, tokens) * BINS) - 1, 0, BINS - 1);
  }

  /** Tokens at the middle of a bin. */
  static double middle(int bin, long tokens) {
    return (bin + 0.5) * tokens / BINS;
  }
}
