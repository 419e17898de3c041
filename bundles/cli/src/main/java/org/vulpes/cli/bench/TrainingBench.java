package org.vulpes.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.vulpes.slot.Catalogue;
import org.vulpes.training.SpeedProbe;

/** Training steps of one shape, ours and the peer's in turns: each a step of forward, backward, clip to 1.0 and AdamW in fp32. */
public final class TrainingBench {
  private static final int LEAST_WARM_STEPS = 3;

  private final Catalogue catalogue;
  private final Turns turns;
  private final BooleanSupplier stop;
  private final Consumer<String> say;

  /**
   * How long things are measured.
   *
   * @param seconds of a turn, at least one step
   * @param warmUp seconds that ours runs before: the JVM compiles meanwhile
   * @param modes of the peer by name, each with the mode of torch.compile; empty: eager
   */
  public record Turns(int rounds, double seconds, double warmUp, Map<String, String> modes) {}

  /**
   * What one of our devices reached, and the peer beside it in the same rounds.
   *
   * @param device as it was asked for
   * @param speed tokens/s of each side, "vulpes" first
   * @param ratio ours over each of the peer's, from round to round
   * @param share of the FMA peak by side
   * @param memory the most that our device held, over parameters, gradients and both moments
   * @param failures of the peer by mode, in its words
   */
  public record Row(String shape, String device, long parameters, Map<String, Spread> speed, Map<String, Spread> ratio, Map<String, Double> share, double memory,
      Map<String, String> failures) {}

  /** The name of our own column. */
  public static final String OURS = "vulpes";

  public TrainingBench(Catalogue catalogue, Turns turns, BooleanSupplier stop, Consumer<String> say) {
    this.catalogue = catalogue;
    this.turns = turns;
    this.stop = stop;
    this.say = say;
  }

  /** A side that can be asked for so many steps. @param stepSeconds of a warm step */
  private record Side(String name, Steps steps, double stepSeconds) {}

  private interface Steps {
    /** @return seconds of all of them together */
    double take(int count);
  }

  /** A row for each device. @param peak FLOP/s @param peer empty: ours alone */
  public List<Row> run(BenchShape shape, List<BenchDevice> devices, double peak, Optional<Peer> peer) {
    var failures = new TreeMap<String, String>();
    var opened = new ArrayList<String>();
    var probes = new LinkedHashMap<String, SpeedProbe>();
    try {
      var sides = new ArrayList<Side>();
      for (BenchDevice d : devices) {
        say.accept(shape.name() + ": warming up " + d.text());
        SpeedProbe probe = SpeedProbe.open(d.in(shape.config()), catalogue, shape.vocabulary());
        probes.put(d.text(), probe);
        checkSame(shape, d.text(), probe.model().parameters().stream().mapToLong(p -> p.shape().length()).sum());
        sides.add(ours(d.text(), probe));
      }
      peer.ifPresent(p -> turns.modes.forEach((name, compile) -> {
        say.accept(shape.name() + ": the peer makes its model, " + name);
        try {
          sides.add(theirs(p, shape, name, compile));
          opened.add(name);
        } catch (Peer.Failed e) {
          failures.put(name, e.getMessage());
        }
      }));
      return measure(shape, peak, sides, probes, failures);
    } finally {
      for (String name : opened) close(peer.get(), name);
      probes.values().forEach(SpeedProbe::close);
    }
  }

  private static void close(Peer peer, String name) {
    try {
      peer.ask(Map.of("do", "close", "name", name));
    } catch (Peer.Failed e) {
      // It has ended, and its memory with it; why stands among the failures.
    }
  }

  private Side ours(String name, SpeedProbe probe) {
    double last = 0;
    long end = System.nanoTime() + (long) (turns.warmUp * 1e9);
    for (int i = 0; i < LEAST_WARM_STEPS || System.nanoTime() < end; i++) last = step(probe);
    return new Side(name, count -> {
      double sum = 0;
      for (int i = 0; i < count; i++) sum += step(probe);
      return sum;
    }, last);
  }

  private double step(SpeedProbe probe) {
    if (stop.getAsBoolean()) throw new Stopped();
    return probe.step();
  }

  private Side theirs(Peer peer, BenchShape shape, String name, String compile) {
    var request = new HashMap<String, Object>(shape.numbers());
    request.putAll(Map.of("do", "open", "name", name, "compile", compile));
    checkSame(shape, name, peer.ask(request).get("parameters").asLong());
    Steps steps = count -> seconds(peer.ask(Map.of("do", "steps", "name", name, "count", count)));
    return new Side(name, steps, steps.take(LEAST_WARM_STEPS) / LEAST_WARM_STEPS);
  }

  private static double seconds(JsonNode answer) {
    double sum = 0;
    for (JsonNode s : answer.get("seconds")) sum += s.asDouble();
    return sum;
  }

  private static void checkSame(BenchShape shape, String side, long parameters) {
    if (parameters != shape.parameters()) {
      throw new IllegalStateException(side + "'s model of shape " + shape.name() + " has " + parameters + " parameters, not " + shape.parameters() + ": it is not the same work");
    }
  }

  private List<Row> measure(BenchShape shape, double peak, List<Side> sides, Map<String, SpeedProbe> probes, TreeMap<String, String> failures) {
    var speeds = new LinkedHashMap<String, List<Double>>();
    for (Side s : sides) speeds.put(s.name, new ArrayList<>());
    for (int round = 0; round < turns.rounds; round++) {
      say.accept(shape.name() + ": round " + (round + 1) + " of " + turns.rounds);
      for (Side s : sides) {
        if (!speeds.containsKey(s.name)) continue;
        int count = (int) Math.max(1, Math.min(10_000, Math.round(turns.seconds / s.stepSeconds)));
        try {
          speeds.get(s.name).add(count * (double) shape.tokens() / s.steps.take(count));
        } catch (Peer.Failed e) {
          speeds.remove(s.name);
          failures.put(s.name, e.getMessage());
        }
      }
    }
    return probes.entrySet().stream().map(e -> row(shape, peak, e.getKey(), e.getValue().peakBytes() / (16.0 * shape.parameters()), speeds, probes.keySet(), failures)).toList();
  }

  /** @param ours the names of all our devices: the other sides are the peer's */
  private static Row row(BenchShape shape, double peak, String device, double memory, Map<String, List<Double>> speeds, Set<String> ours, TreeMap<String, String> failures) {
    var speed = new LinkedHashMap<String, Spread>();
    var ratio = new LinkedHashMap<String, Spread>();
    var share = new LinkedHashMap<String, Double>();
    List<Double> own = speeds.get(device);
    speeds.forEach((name, values) -> {
      if (ours.contains(name) && !name.equals(device)) return;
      String side = name.equals(device) ? OURS : name;
      Spread s = Spread.of(values);
      speed.put(side, s);
      share.put(side, s.median() * shape.flopsPerToken() / peak);
      if (side.equals(OURS)) return;
      var ratios = new ArrayList<Double>();
      for (int i = 0; i < own.size(); i++) ratios.add(own.get(i) / values.get(i));
      ratio.put(side, Spread.of(ratios));
    });
    return new Row(shape.name(), device, shape.parameters(), speed, ratio, share, memory, failures);
  }
}
