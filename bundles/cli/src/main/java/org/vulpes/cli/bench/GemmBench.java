package org.vulpes.cli.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.KernelFamily;
import org.vulpes.graph.operations.MatMul;
import org.vulpes.training.KernelProbe;

/**
 * The matrix products of a shape alone, ours and those of the peer's libraries in turns. The jvm device packs its operands in every call, as the libraries do; an OpenCL
 * device has them as they lie in a step, where a weight is packed once after every update.
 */
public final class GemmBench {
  private final int rounds;
  private final double seconds;
  private final double warmUp;
  private final BooleanSupplier stop;

  /** @param speed FLOP/s of each side, "vulpes" first; of the best product of a turn, median over rounds @param ratio of ours to the best other; null: none */
  public record Row(String shape, String device, BenchShape.Product product, Map<String, Spread> speed, Double ratio, double share) {}

  /** @param seconds of a turn @param warmUp seconds of each product before: the JVM compiles its form meanwhile */
  public GemmBench(int rounds, double seconds, double warmUp, BooleanSupplier stop) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.warmUp = warmUp;
    this.stop = stop;
  }

  private interface Turn {
    /** @return seconds of the fastest product */
    double take(double seconds);
  }

  /** @param name of the device, for the table @param peak FLOP/s */
  public Row run(String shape, String name, BenchShape.Product p, Device device, KernelFamily kernels, double peak, Optional<Peer> peer) {
    boolean transposeA = p.transposition().charAt(0) == 'T';
    boolean transposeB = p.transposition().charAt(1) == 'T';
    var a = transposeA ? KernelProbe.Input.of(p.k(), p.m()) : KernelProbe.Input.of(p.m(), p.k());
    var b = transposeB ? KernelProbe.Input.of(p.n(), p.k()) : KernelProbe.Input.of(p.k(), p.n());
    try (var probe = new KernelProbe(device, List.of(kernels), new MatMul(transposeA, transposeB), false, a, b)) {
      var sides = new LinkedHashMap<String, Turn>();
      sides.put(TrainingBench.OURS, s -> ours(probe, s));
      peer.ifPresent(q -> {
        if (q.mkl()) sides.put("mkl", s -> theirs(q, p, "mkl", s));
        if (q.openBlas().isPresent()) sides.put("openblas", s -> theirs(q, p, "openblas", s));
      });
      sides.forEach((side, turn) -> turn.take(side.equals(TrainingBench.OURS) ? warmUp : seconds));
      var speeds = new LinkedHashMap<String, List<Double>>();
      for (int r = 0; r < rounds; r++) {
        sides.forEach((side, turn) -> speeds.computeIfAbsent(side, n -> new ArrayList<>()).add(p.flops() / turn.take(seconds)));
      }
      var speed = new LinkedHashMap<String, Spread>();
      speeds.forEach((side, values) -> speed.put(side, Spread.of(values)));
      double own = speed.get(TrainingBench.OURS).median();
      var other = speed.entrySet().stream().filter(e -> !e.getKey().equals(TrainingBench.OURS)).mapToDouble(e -> e.getValue().median()).max();
      return new Row(shape, name, p, speed, other.isPresent() ? own / other.getAsDouble() : null, own / peak);
    }
  }

  private double ours(KernelProbe probe, double seconds) {
    if (stop.getAsBoolean()) throw new Stopped();
    double best = Double.MAX_VALUE;
    long end = System.nanoTime() + (long) (seconds * 1e9);
    do {
      long begin = System.nanoTime();
      probe.run();
      best = Math.min(best, (System.nanoTime() - begin) * 1e-9);
    } while (System.nanoTime() < end);
    return best;
  }

  private static double theirs(Peer peer, BenchShape.Product p, String library, double seconds) {
    JsonNode answer = peer.ask(Map.of("do", "gemm", "case", p.transposition(), "m", p.m(), "n", p.n(), "k", p.k(), "library", library, "seconds", seconds));
    double best = Double.MAX_VALUE;
    for (JsonNode s : answer.get("seconds")) best = Math.min(best, s.asDouble());
    return best;
  }
}
