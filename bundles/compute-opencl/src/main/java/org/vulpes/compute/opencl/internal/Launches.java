package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.vulpes.compute.DType;
import org.vulpes.compute.KernelCall;
import org.vulpes.compute.opencl.internal.KernelText.Argument;
import org.vulpes.compute.opencl.internal.KernelText.Command;
import org.vulpes.compute.opencl.internal.KernelText.Launch;
import org.vulpes.compute.opencl.internal.KernelText.Local;
import org.vulpes.compute.opencl.internal.KernelText.Memory;
import org.vulpes.compute.opencl.internal.KernelText.Repeat;
import org.vulpes.compute.opencl.internal.KernelText.Scalar;

/** Writes a task's commands down as launches. */
final class Launches {
  /** Groups above it gave wrong barriers with some NVIDIA drivers (Aparapi issue 156). */
  private static final long MOST_IN_GROUP = 256;

  private final ClFacts facts;
  private final Task task;
  private final List<Planned> out;
  private final List<KernelCall> calls;

  Launches(ClFacts facts, Task task, List<Planned> out, List<KernelCall> calls) {
    this.facts = facts;
    this.task = task;
    this.out = out;
    this.calls = calls;
  }

  /** @param places of everything that arguments may name */
  void write(List<Command> commands, Map<String, List<Place>> places) {
    for (Command c : commands) {
      switch (c) {
        case Launch l -> launch(l, places);
        case Repeat r -> {
          if (r.when() != null && !r.when().holds(task)) continue;
          if (r.times() == null) {
            write(r.commands(), places);
            continue;
          }
          long outer = task.repetition(), times = r.times().whole(task);
          for (long i = 0; i < times; i++) {
            task.repetition(i);
            write(r.commands(), places);
          }
          task.repetition(outer);
        }
      }
    }
  }

  private void launch(Launch l, Map<String, List<Place>> places) {
    var arguments = new ArrayList<Object>();
    var written = new HashSet<Place>();
    for (Argument a : l.arguments()) {
      arguments.add(switch (a) {
        case Memory m -> {
          Place p = place(m, places);
          if (task.entry.writes(m.name())) written.add(p);
          yield p;
        }
        case Scalar s -> scalar(s, task);
        case Local b -> new Planned.LocalBytes(b.bytes().whole(task));
      });
    }
    long[] local = sizes(l.local(), task), global = sizes(l.global(), task);
    add(new Planned(source(l.program(), task), l.kernel(), List.copyOf(arguments), written, global, local, calls, task.entry.describe(), l.place()));
  }

  private void add(Planned p) {
    long group = 1, all = 1;
    for (int d = 0; d < p.local().length; d++) {
      if (p.local()[d] < 1) throw new IllegalArgumentException("a local size is " + p.local()[d]);
      if (p.global()[d] < 0) throw new IllegalArgumentException("a global size is " + p.global()[d]);
      group *= p.local()[d];
      p.global()[d] = (p.global()[d] + p.local()[d] - 1) / p.local()[d] * p.local()[d];
      all *= p.global()[d];
    }
    if (group > Math.min(MOST_IN_GROUP, facts.maxGroup())) {
      throw new IllegalArgumentException("a work-group of " + group + " is more than " + Math.min(MOST_IN_GROUP, facts.maxGroup()) + ", the most here");
    }
    if (all == 0) return;
    for (Object a : p.arguments()) if (a instanceof Place.Block b) b.usedBy(out.size());
    out.add(p);
  }

  private static Place place(Memory m, Map<String, List<Place>> places, Task task) {
    List<Place> known = places.get(m.name());
    if (known == null) throw new IllegalArgumentException("'" + m.name() + "' is no operand that this entry has memory for; there are " + new TreeMap<>(places).keySet());
    int at = m.index() == null ? 0 : Math.toIntExact(m.index().whole(task));
    if (at >= known.size()) throw new IllegalArgumentException("'" + m.name() + "' has " + known.size() + " operands, not one of number " + at);
    return known.get(at);
  }

  private Place place(Memory m, Map<String, List<Place>> places) {
    return place(m, places, task);
  }

  private static Object scalar(Scalar s, Expression.Scope scope) {
    return switch (s.kind()) {
      case INT -> (Object) Math.toIntExact(s.value().whole(scope));
      case LONG -> s.value().whole(scope);
      case FLOAT -> (float) s.value().number(scope).doubleValue();
    };
  }

  private static long[] sizes(List<Expression> all, Expression.Scope scope) {
    return all.stream().mapToLong(e -> e.whole(scope)).toArray();
  }

  /** The program with its macros set. */
  static Planned.Source source(KernelText.ProgramText p, Expression.Scope scope) {
    var options = new StringBuilder(p.options());
    new TreeMap<>(p.define()).forEach((name, value) -> options.append(options.isEmpty() ? "" : " ").append("-D").append(name).append('=').append(value.number(scope)));
    return new Planned.Source(p.name(), p.source(), options.toString());
  }

  static long layoutBytes(Laid laid, long length) {
    return laid.layout().bytes().whole(sizes(laid, length, null));
  }

  /** @param facts null where only sizes are asked for */
  private static Expression.Scope sizes(Laid laid, long length, ClFacts facts) {
    return new Expression.Scope() {
      @Override
      public Number name(String name) {
        Number n = switch (name) {
          case "rows" -> length / laid.columns();
          case "columns" -> (long) laid.columns();
          default -> facts == null ? null : Task.fact(facts, name);
        };
        if (n == null) throw new IllegalArgumentException("layout " + laid.layout().name() + ": there is no '" + name + "'; there are rows and columns");
        return n;
      }

      @Override
      public Number operand(String function, String operand, int index, long argument) {
        throw new IllegalArgumentException("layout " + laid.layout().name() + ": there are no operands here");
      }
    };
  }

  /** One of the layouts is rows, the other is not. */
  void convert(Place from, Laid laidFrom, Place to, Laid laidTo, long length, DType type) {
    if (type == DType.BF16) throw new IllegalArgumentException("values in BF16 lie in rows only");
    add(conversion(facts, from, laidFrom, to, laidTo, length));
  }

  static Planned conversion(ClFacts facts, Place from, Laid laidFrom, Place to, Laid laidTo, long length) {
    Laid laid = laidFrom.rows() ? laidTo : laidFrom;
    Launch l = laidFrom.rows() ? laid.layout().fromRows() : laid.layout().toRows();
    var scope = sizes(laid, length, facts);
    var arguments = new ArrayList<Object>();
    for (Argument a : l.arguments()) {
      arguments.add(switch (a) {
        case Memory m -> switch (m.name()) {
          case "to" -> to;
          case "from" -> from;
          default -> throw new IllegalArgumentException("layout " + laid.layout().name() + ": there are 'to' and 'from', not '" + m.name() + "'");
        };
        case Scalar s -> scalar(s, scope);
        case Local b -> new Planned.LocalBytes(b.bytes().whole(scope));
      });
    }
    long[] local = sizes(l.local(), scope), global = sizes(l.global(), scope);
    for (int d = 0; d < local.length; d++) global[d] = (global[d] + local[d] - 1) / local[d] * local[d];
    return new Planned(source(l.program(), scope), l.kernel(), List.copyOf(arguments), Set.of(to), global, local, List.of(), "layout " + laid.layout().name() + (laidFrom.rows() ? "" : " to rows"), l.place());
  }
}
