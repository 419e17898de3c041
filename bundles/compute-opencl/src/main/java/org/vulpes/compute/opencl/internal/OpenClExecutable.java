package org.vulpes.compute.opencl.internal;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.vulpes.compute.Executable;
import org.vulpes.compute.Program;

/**
 * A program as a flat list of launches whose arguments are set. It is planned anew when another program has given a binding another layout, and tied to memory anew
 * when the device's arena has moved.
 */
final class OpenClExecutable implements Executable {
  private final OpenClDevice device;
  private final Choice choice;
  private final Program program;
  private final OpenClBuffer[] bindings;
  private Planner.Plan plan;
  private final List<ClLaunch> launches = new ArrayList<>();
  private final Map<Place.Kept, KeptCopies.Copy> copies = new HashMap<>();
  private final Map<KeptCopies.Copy, List<ClLaunch>> packing = new LinkedHashMap<>();
  private Submission submission;
  private final List<Long> subBuffers = new ArrayList<>();
  /** Sizes of the launches: one for all, as closing one costs a handshake with every thread. */
  private Arena ranges;
  private Profile profile;
  private long generation = -1;
  private boolean open = true;

  OpenClExecutable(OpenClDevice device, Choice choice, Program program, OpenClBuffer[] bindings) {
    this.device = device;
    this.choice = choice;
    this.program = program;
    this.bindings = bindings;
    try {
      plan();
      tie();
    } catch (RuntimeException e) {
      untie();
      throw e;
    }
  }

  @Override
  public void run() {
    if (!open) throw new IllegalStateException("The executable of program '" + program.name() + "' is closed.");
    for (int i = 0; i < bindings.length; i++) {
      if (!bindings[i].open()) {
        throw new IllegalStateException("Program '" + program.name() + "' cannot run: the buffer of '" + program.bindings().get(i).name() + "' is closed.");
      }
    }
    device.guard("run program '" + program.name() + "'", this::launch);
  }

  private void launch() {
    if (homesMoved()) {
      untie();
      plan();
    }
    // Before there is an arena: laying a buffer out anew needs as much memory again for a moment.
    for (int i = 0; i < bindings.length; i++) if (!bindings[i].laid().equals(plan.homes()[i])) device.lay(bindings[i], plan.homes()[i]);
    device.arena(plan.arenaBytes());
    if (launches.isEmpty() || generation != device.generation()) {
      untie();
      tie();
    }
    var stale = packing.keySet().stream().filter(KeptCopies.Copy::stale).toList();
    boolean noting = profile != null && device.profile().noting();
    long from = System.nanoTime();
    if (noting) {
      profile.run(stale.stream().flatMap(c -> packing.get(c).stream()).toList(), launches);
    } else {
      Set<ClLaunch> fresh = packing.entrySet().stream().filter(e -> !stale.contains(e.getKey())).flatMap(e -> e.getValue().stream()).collect(Collectors.toSet());
      submission.run(fresh);
    }
    stale.forEach(KeptCopies.Copy::made);
    for (int b : plan.written()) bindings[b].changed();
    if (profile != null && !noting) device.profile().ran(program.name(), from, System.nanoTime());
  }

  private boolean homesMoved() {
    for (int i = 0; i < bindings.length; i++) if (bindings[i].home() != null && !Objects.equals(bindings[i].home(), plan.homes()[i])) return true;
    return false;
  }

  private void plan() {
    List<Task> tasks = Fusion.tasks(program, choice, device.context().facts, device.tuning());
    var homes = new Laid[bindings.length];
    for (int i = 0; i < homes.length; i++) homes[i] = bindings[i].home();
    plan = Planner.settled(program, tasks, device.context().facts, homes);
    for (int i = 0; i < homes.length; i++) if (homes[i] != null) bindings[i].home(homes[i]);
  }

  private void tie() {
    long arena = device.arena(plan.arenaBytes());
    generation = device.generation();
    ranges = Arena.ofShared();
    var known = new HashMap<List<Long>, Long>();
    for (Place.Kept k : plan.kept()) copies.put(k, device.kept().use(k, bindings[k.binding()]));
    for (Place.Kept k : plan.kept()) {
      for (Planned p : k.launches()) packing.computeIfAbsent(copies.get(k), _ -> new ArrayList<>()).add(new ClLaunch(device, p, place -> memory(place, arena, known), ranges));
    }
    for (Planned p : plan.launches()) launches.add(new ClLaunch(device, p, place -> memory(place, arena, known), ranges));
    submission = submission(arena);
    if (device.profile() != null && profile == null) profile = new Profile(device, program.name());
  }

  /** Copies are made just before they are needed: at the beginning the device would wait for so many small launches to be put into the queue, later they fill gaps between others. */
  private Submission submission(long arena) {
    var works = new HashMap<ClLaunch, Order.Work>();
    Stream.concat(packing.values().stream().flatMap(List::stream), launches.stream()).forEach(l -> works.put(l, new Order.Work(accesses(l.planned, arena), l.planned.width())));
    List<Order.Work> program = launches.stream().map(works::get).toList();
    var before = new HashMap<Integer, List<ClLaunch>>();
    packing.values().forEach(p -> before.computeIfAbsent(Order.needed(p.stream().map(works::get).toList(), program), _ -> new ArrayList<>()).addAll(p));
    var all = new ArrayList<ClLaunch>();
    for (int i = 0; i <= launches.size(); i++) {
      all.addAll(before.getOrDefault(i, List.of()));
      if (i < launches.size()) all.add(launches.get(i));
    }
    return new Submission(device, all, all.stream().map(works::get).toList(), ranges);
  }

  private long memory(Place place, long arena, Map<List<Long>, Long> known) {
    return switch (place) {
      case Place.Bound b when b.length() == 0 -> bindings[b.binding()].memory();
      case Place.Bound b -> known.computeIfAbsent(List.of((long) b.binding(), b.offset(), b.length()), _ -> sub(bindings[b.binding()].memory(), b.offset(), b.length()));
      case Place.Block b -> known.computeIfAbsent(List.of(-1L, b.offset, b.bytes), _ -> sub(arena, b.offset, b.bytes));
      case Place.Kept k -> copies.get(k).memory;
    };
  }

  private List<Order.Access> accesses(Planned p, long arena) {
    var out = new ArrayList<Order.Access>();
    for (Object a : p.arguments()) {
      if (!(a instanceof Place place)) continue;
      boolean write = p.written().contains(place);
      out.add(switch (place) {
        case Place.Bound b when b.length() == 0 -> new Order.Access(bindings[b.binding()].memory(), 0, bindings[b.binding()].bytes(), write);
        case Place.Bound b -> new Order.Access(bindings[b.binding()].memory(), b.offset(), b.offset() + b.length(), write);
        case Place.Block b -> new Order.Access(arena, b.offset, b.offset + b.bytes, write);
        case Place.Kept k -> new Order.Access(copies.get(k).memory, 0, k.bytes(), write);
      });
    }
    return out;
  }

  private long sub(long of, long offset, long bytes) {
    long made = device.context().subBuffer(of, offset, bytes);
    subBuffers.add(made);
    return made;
  }

  private void untie() {
    packing.values().forEach(l -> l.forEach(ClLaunch::close));
    packing.clear();
    launches.forEach(ClLaunch::close);
    launches.clear();
    copies.values().forEach(device.kept()::release);
    copies.clear();
    subBuffers.forEach(device.context()::release);
    subBuffers.clear();
    if (ranges != null) ranges.close();
    ranges = null;
  }

  @Override
  public void close() {
    if (!open) return;
    open = false;
    if (profile != null) System.err.print(profile.table());
    untie();
    device.closed(this);
  }
}
