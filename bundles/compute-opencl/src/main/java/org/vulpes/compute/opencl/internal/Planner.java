package org.vulpes.compute.opencl.internal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.compute.Operand;
import org.vulpes.compute.Program;
import org.vulpes.compute.UnsupportedKernel;

/**
 * From tasks to launches: gives every value a layout and a place, and puts conversions between where a task wants an operand otherwise than it lies. Bindings have one
 * layout at the beginning and the end of a program (their home), which they keep from run to run.
 */
final class Planner {
  /** Each round decides layouts that the round before has wished for. */
  private static final int ROUNDS = 4;

  /**
   * What a program became.
   *
   * @param homes the layout of each binding at the beginning and the end
   * @param wishes layouts that tasks would like bindings without a home to have
   * @param written bindings whose content changes
   */
  record Plan(List<Planned> launches, long arenaBytes, Set<Place.Kept> kept, Laid[] homes, Map<Integer, Laid> wishes, Set<Integer> written) {}

  private final Program program;
  private final ClFacts facts;
  private final Laid[] homes;
  private final Map<Integer, Laid> wishes = new LinkedHashMap<>();
  private final Set<Integer> written = new LinkedHashSet<>();
  private final Map<Value, Map<Laid, Place>> places = new HashMap<>();
  private final Map<Value, Laid> primary = new HashMap<>();
  private final Map<Place.Kept, Place.Kept> kept = new LinkedHashMap<>();
  private final List<Planned> launches = new ArrayList<>();
  private final List<Place.Block> blocks = new ArrayList<>();
  private Launches writer;

  private Planner(Program program, ClFacts facts, Laid[] homes) {
    this.program = program;
    this.facts = facts;
    this.homes = homes;
  }

  /** Plans until nothing is wished for any more. @param homes of the bindings; null where a binding has none yet: it is given the one that tasks wish for, if any do */
  static Plan settled(Program program, List<Task> tasks, ClFacts facts, Laid[] homes) {
    Plan plan = null;
    for (int round = 0; round < ROUNDS && (plan == null || !plan.wishes().isEmpty()); round++) {
      plan = plan(program, tasks, facts, homes);
      plan.wishes().forEach((binding, wish) -> homes[binding] = wish);
    }
    return plan;
  }

  /** @param homes of the bindings; null where a binding has none yet: it then lies in rows, and {@link Plan#wishes} may tell a better one */
  private static Plan plan(Program program, List<Task> tasks, ClFacts facts, Laid[] homes) {
    var all = homes.clone();
    for (int i = 0; i < all.length; i++) if (all[i] == null) all[i] = Laid.ROWS;
    var planner = new Planner(program, facts, all);
    for (Task t : tasks) planner.plan(t, homes);
    long arena = Arenas.place(planner.blocks, facts.alignment());
    return new Plan(List.copyOf(planner.launches), arena, planner.kept.keySet(), all, planner.wishes, planner.written);
  }

  private void plan(Task task, Laid[] decided) {
    writer = new Launches(facts, task, launches, task.steps.stream().map(s -> s.call).toList());
    Failures.in(task.entry, () -> {
      Laid alike = alike(task);
      var named = new HashMap<String, List<Place>>();
      for (int s = 0; s < task.steps.size(); s++) {
        for (int i = 0; i < task.steps.get(s).inputs.size(); i++) input(task, task.entry.match().get(s), i, task.steps.get(s).inputs.get(i), alike, named, decided);
      }
      var back = new ArrayList<Runnable>();
      for (int s = 0; s < task.steps.size(); s++) {
        List<String> results = task.entry.match().get(s).results();
        for (int i = 0; i < results.size(); i++) output(task, task.steps.get(s), results.get(i), alike, named, back, decided);
      }
      for (KernelText.Scratch s : task.entry.scratch()) named.put(s.name(), List.of(block(s.bytes().whole(task))));
      for (KernelText.Packed p : task.entry.packed()) named.put(p.name(), List.of(packed(task, p, named)));
      writer.write(task.entry.commands(), named);
      back.forEach(Runnable::run);
      return null;
    });
  }

  /** The layout that the entry's alike operands get: that of a binding's home, else that of the first that lies already. */
  private Laid alike(Task task) {
    Laid found = Laid.ROWS;
    for (String name : task.entry.alike()) {
      for (Step.Use u : task.operands.getOrDefault(name, List.of())) {
        Laid lies = u.value().bound() && u.value().whole ? homes[u.value().binding] : u.value().bound() ? Laid.ROWS
            : primary.getOrDefault(u.value(), u.value().previous == null ? null : primary.get(u.value().previous));
        if (lies == null || !dense(lies, u.value())) continue;
        if (!lies.rows() && u.columns() != lies.columns()) return Laid.ROWS;
        if (found.rows()) found = lies;
      }
    }
    return found;
  }

  /** How a value lies before the task. */
  private Laid lies(Value v) {
    Laid known = primary.get(v);
    return known != null ? known : v.bound() && v.whole ? homes[v.binding] : Laid.ROWS;
  }

  private Laid wanted(Task task, String name, Step.Use u, Laid alike) {
    if (task.entry.alike().contains(name)) return alike;
    if (task.entry.asIs().contains(name)) return dense(lies(u.value()), u.value()) ? lies(u.value()) : Laid.ROWS;
    return Laid.of(task.entry.layouts().get(name), u.columns());
  }

  private void input(Task task, KernelText.Statement statement, int number, Step.Use own, Laid alike, Map<String, List<Place>> named, Laid[] decided) {
    int fixed = statement.inputs().size() - (statement.variadic() ? 1 : 0);
    boolean variadic = number >= fixed;
    String name = statement.inputs().get(Math.min(number, fixed));
    if (!variadic && named.containsKey(name) || task.entry.unwritten().contains(name) || madeWithin(task, own.value())) return;
    Step.Use u = variadic ? own : task.use(name, 0);
    Laid wanted = wanted(task, name, u, alike);
    wish(u.value(), wanted, decided);
    named.computeIfAbsent(name, _ -> new ArrayList<>()).add(place(u, wanted));
  }

  private static boolean madeWithin(Task task, Value v) {
    return task.steps.stream().anyMatch(s -> s.outputs.stream().anyMatch(o -> o.value() == v));
  }

  private void wish(Value v, Laid wanted, Laid[] decided) {
    if (!v.bound() || !v.whole || wanted.rows() || wanted.rounds() || decided[v.binding] != null) return;
    // Padded layouts do not fit into the memory that the caller has asked for.
    if (bytes(wanted, v) <= v.length * v.type.bytes()) wishes.putIfAbsent(v.binding, wanted);
  }

  /** Whether nothing but the elements is there: kernels that take a layout as it comes count elements, and know nothing of padding. */
  private boolean dense(Laid laid, Value v) {
    return bytes(laid, v) == v.length * v.type.bytes();
  }

  /** What a value takes in a layout, padding included. */
  static long bytes(Laid laid, Value v) {
    return laid.rows() ? v.length * v.type.bytes() : Launches.layoutBytes(laid, v.length);
  }

  private void output(Task task, Step step, String name, Laid alike, Map<String, List<Place>> named, List<Runnable> back, Laid[] decided) {
    Step.Use u = task.use(name, 0);
    Value v = u.value();
    if (task.entry.unwritten().contains(name)) return;
    Laid wanted = wanted(task, name, u, alike);
    wish(v, wanted, decided);
    Value base = v.previous;
    String over = task.entry.inPlace().get(name);
    if (v.bound()) {
      written.add(v.binding);
      Laid home = v.whole ? homes[v.binding] : Laid.ROWS;
      Place there = bound(v);
      if (home.equals(wanted)) {
        keep(v, home, there);
        named.put(name, List.of(there));
        return;
      }
      // In the memory of an operand: its converted copy holds what is added to.
      Place.Block apart = over != null && named.get(over) != null && named.get(over).getFirst() instanceof Place.Block b ? b
          : step.call.accumulate() ? convertedApart(new Step.Use(base, u.shape()), wanted) : block(bytes(wanted, v));
      named.put(name, List.of(apart));
      back.add(() -> {
        convert(apart, wanted, there, home, v);
        keep(v, home, there);
      });
      return;
    }
    Place place;
    if (step.call.accumulate()) {
      place = base.bound() || madeWithin(task, base) && !named.containsKey(nameOf(task, base)) ? convertedApart(new Step.Use(base, u.shape()), wanted) : place(new Step.Use(base, u.shape()), wanted);
    } else if (over != null && named.get(over) != null && named.get(over).getFirst() instanceof Place.Block b) {
      place = b;
    } else if (!task.entry.fused() && base != null && !base.bound() && places.get(base).get(wanted) instanceof Place.Block b && b.bytes >= bytes(wanted, v)) {
      place = b;
    } else {
      place = block(bytes(wanted, v));
    }
    keep(v, wanted, place);
    named.put(name, List.of(place));
  }

  private static String nameOf(Task task, Value v) {
    for (var e : task.operands.entrySet()) for (Step.Use u : e.getValue()) if (u.value() == v) return e.getKey();
    return null;
  }

  private Place bound(Value v) {
    long unit = v.type.bytes();
    if (v.whole) return new Place.Bound(v.binding, 0, 0);
    if (v.offset * unit % facts.alignment() != 0) {
      throw new UnsupportedKernel("Program '" + program.name() + "', binding '" + program.bindings().get(v.binding).name() + "': " + facts.id() + " reads parts of a buffer at multiples of "
          + facts.alignment() + " bytes only, not at " + v.offset * unit + ".");
    }
    return new Place.Bound(v.binding, v.offset * unit, v.length * unit);
  }

  private void keep(Value v, Laid laid, Place place) {
    primary.put(v, laid);
    var all = new HashMap<Laid, Place>();
    all.put(laid, place);
    places.put(v, all);
  }

  private Place.Block block(long bytes) {
    var b = new Place.Block(Math.max(1, bytes));
    blocks.add(b);
    return b;
  }

  /** Where a value lies in the wanted layout; converts it where it does not. */
  private Place place(Step.Use u, Laid wanted) {
    Value v = u.value();
    if (!places.containsKey(v)) {
      // Only a binding can be read before it was written.
      keep(v, v.whole ? homes[v.binding] : Laid.ROWS, bound(v));
    }
    Place there = places.get(v).get(wanted);
    if (there != null) return there;
    Place.Block copy = convertedApart(u, wanted);
    // Kept for those who want it again, unless keeping it undoes what a layout that rounds is for: the other copy would lie there from the forward pass until the backward one.
    if (!primary.get(v).rounds()) places.get(v).put(wanted, copy);
    return copy;
  }

  /** A fresh copy of a value in a layout. */
  private Place.Block convertedApart(Step.Use u, Laid wanted) {
    Value v = u.value();
    if (!places.containsKey(v)) keep(v, v.whole ? homes[v.binding] : Laid.ROWS, bound(v));
    Laid from = primary.get(v);
    Place there = places.get(v).get(from);
    Place.Block copy = block(bytes(wanted, v));
    convert(there, from, copy, wanted, v);
    return copy;
  }

  private void convert(Place from, Laid laidFrom, Place to, Laid laidTo, Value v) {
    if (laidFrom.rows() || laidTo.rows()) {
      writer.convert(from, laidFrom, to, laidTo, v.length, v.type);
      return;
    }
    Place.Block between = block(v.length * v.type.bytes());
    writer.convert(from, laidFrom, between, Laid.ROWS, v.length, v.type);
    writer.convert(between, Laid.ROWS, to, laidTo, v.length, v.type);
  }

  private Place packed(Task task, KernelText.Packed p, Map<String, List<Place>> named) {
    Step.Use u = task.use(p.of(), 0);
    long bytes = p.bytes().whole(task);
    Place from = named.get(p.of()) == null ? null : named.get(p.of()).getFirst();
    if (from == null) throw new IllegalArgumentException("'" + p.name() + "' is of '" + p.of() + "', which is no operand");
    Value v = u.value();
    var own = new HashMap<String, List<Place>>();
    own.put(p.of(), List.of(from));
    // A weight as it was when the program began: the copy lasts until the weight changes.
    if (from instanceof Place.Bound b && v.previous == null && !written.contains(b.binding()) && v.whole) {
      var draft = Place.Kept.of("draft", b.binding(), bytes);
      own.put(p.name(), List.of(draft));
      var making = new ArrayList<Planned>();
      new Launches(facts, task, making, List.of()).write(p.commands(), own);
      // Copies are alike when they are made alike: what an entry makes may depend on anything about its call.
      var fresh = Place.Kept.of(List.of(bytes, homes[b.binding()], making.stream().map(Planned::form).toList()), b.binding(), bytes);
      Place.Kept known = kept.putIfAbsent(fresh, fresh);
      if (known != null) return known;
      for (Planned l : making) fresh.launches().add(l.with(draft, fresh));
      return fresh;
    }
    Place.Block inline = block(bytes);
    own.put(p.name(), List.of(inline));
    writer.write(p.commands(), own);
    return inline;
  }
}
