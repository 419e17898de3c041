package org.vulpes.runtime;

import com.typesafe.config.Config;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.GroundLost;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.PlannedSwap;
import org.vulpes.slot.Plugin;
import org.vulpes.slot.Position;
import org.vulpes.slot.RunHost;
import org.vulpes.slot.RunSlots;
import org.vulpes.slot.Slot;
import org.vulpes.slot.Snapshot;
import org.vulpes.slot.SwapFailed;

/**
 * The slots of one run, on its training thread: what fills them, the handover between two steps, probation and rewind. What can be done beside the loop
 * ({@link Preparation}, {@link LiveSwaps}) is done there.
 */
final class RunSwaps implements RunSlots {
  private static final int PACE_STEPS = 10;

  final RunHost host;
  final SwapSettings settings;
  final Preparation preparation;
  final Candidates candidates;
  /** Where people's swaps meet the loop. */
  final Boundary boundary = new Boundary();
  /** Where the preparation of a swap that is due at a step of its own reads the state; apart from the other, because the loop serves it while it waits. */
  private final Boundary reads = new Boundary();
  private final Consumer<RunSwaps> closed;
  final Filled filled;
  private final SwapSchedule schedule = new SwapSchedule();
  private volatile CompletableFuture<Attempt> ahead;
  private volatile long generation;
  private volatile Position position = new Position(0, 0, 0, Double.NaN);
  private Probation probation;
  /** What the conditions had seen when it began. */
  private Snapshot seen;
  private final Pace pace = new Pace(PACE_STEPS);
  private long tokensBefore;
  private String mark = "";
  private volatile LiveSwaps live;
  private ControlSocket socket;
  private DroppedJars dropped;
  private volatile boolean open = true;
  private boolean finished;

  RunSwaps(RunHost host, Catalogue catalogue, Candidates candidates, Consumer<RunSwaps> closed) {
    this.host = host;
    this.candidates = candidates;
    this.closed = closed;
    settings = SwapSettings.of(host.config());
    preparation = new Preparation(host, catalogue, candidates, settings);
    filled = new Filled(host, catalogue, candidates, preparation);
  }

  @Override
  @SuppressWarnings("unchecked")
  public <T> T fill(String slot) {
    Held h = filled.begin(slot);
    return (T) ((Plugin<?>) h.candidate().plugin()).create(Preparation.options(h.config(), slot, h.occupant().use()));
  }

  @Override
  public void hold(String slot) {
    filled.begin(slot);
  }

  @Override
  public Config config() {
    return filled.config();
  }

  @Override
  public Catalogue plugins() {
    return filled;
  }

  @Override
  public void stays(String slot, String why) {
    filled.stays(slot, why);
  }

  @Override
  public void stays(String slot, String use, String why) {
    filled.stays(slot, use, why);
  }

  @Override
  public void shows(String slot, Catalogue.Entry plugin, String options) {
    filled.shows(slot, plugin, options);
  }

  @Override
  public void offer(Slot<?> slot) {
    filled.offer(slot);
  }

  @Override
  public void begin(Position at) {
    position = at;
    tokensBefore = at.tokens();
    schedule.fill(PlannedSwap.of(host.config(), filled.slots().keySet(), preparation.reference()), host.resumedSwaps(), SwapLine.after(host.past(), at), at);
    schedule.restore(host.resumedConditions());
    for (SwapSchedule.Due due : schedule.past()) preparation.again(due.past().occupant()).close();
    live = new LiveSwaps(this, host.past(), at);
    try {
      socket = ControlSocket.open(live);
    } catch (IOException e) {
      host.said("this run cannot be reached from other terminals: " + Reason.sentence(Reason.of(e)));
    }
    // A swap by hand would make a trial another arm than the one that was planned.
    if (candidates.installs() && host.planned().isEmpty()) dropped = new DroppedJars(this, live);
    lookAhead();
  }

  LiveSwaps live() {
    return live;
  }

  /** Prepares what is due next, beside the loop. */
  private void lookAhead() {
    SwapSchedule.Due due = schedule.next();
    if (due == null) return;
    var future = new CompletableFuture<Attempt>();
    ahead = future;
    Thread.ofPlatform().daemon().name("vulpes-swap-ahead").start(() -> {
      try {
        future.complete(prepare(due, () -> reads.call(() -> filled.slot(due.slot()).save())));
      } catch (Throwable e) {
        future.completeExceptionally(e instanceof GroundLost ? e : new InvalidInput(Reason.of(e)));
      }
    });
  }

  private Attempt prepare(SwapSchedule.Due due, java.util.function.Supplier<Snapshot> state) {
    long of = generation;
    Slot<?> slot = filled.slot(due.slot());
    if (due.past() != null) return preparation.prepare(slot, due.past().id(), "replay", preparation.again(due.past().occupant()), due.past().occupant().over(filled.config()), state, of);
    Candidate candidate = candidates.configured(due.slot(), due.use());
    return preparation.prepare(slot, due.id(), "config", candidate, due.planned().over(filled.config()), state, of);
  }

  long generation() {
    return generation;
  }

  Position position() {
    return position;
  }

  double tokensPerSecond() {
    return pace.tokensPerSecond();
  }

  boolean open() {
    return open;
  }

  @Override
  public String between(Position at) {
    position = at;
    reads.meet();
    var done = new HashSet<String>();
    for (SwapSchedule.Due due = schedule.reached(at); due != null; due = schedule.reached(at)) {
      if (!done.add(due.slot())) {
        schedule.take(due);
        throw failedSwap(due, at, "the slot is exchanged at this very step already; give its swaps steps of their own");
      }
      takeOver(due, at);
    }
    // After those that have a step of their own: one by hand that comes to the same step is done in the same order when the run is resumed.
    boundary.meet();
    String out = mark;
    mark = "";
    return out;
  }

  /** A swap whose step has come: the loop waits until it is done. */
  private void takeOver(SwapSchedule.Due due, Position at) {
    if (probation != null) conclude(true, "cut short by the swap of '" + due.slot() + "' that is due at this step", at);
    boolean asPlanned = due == schedule.next();
    schedule.take(due);
    var future = ahead;
    ahead = null;
    if (!asPlanned && future != null) future.thenAccept(RunSwaps::letGo);
    long begin = System.nanoTime();
    Attempt attempt;
    try {
      attempt = asPlanned && future != null ? await(future) : null;
      if (attempt == null || attempt.generation() != generation) {
        if (attempt != null) letGo(attempt);
        attempt = prepare(due, () -> filled.slot(due.slot()).save());
      }
      for (Runnable piece : attempt.handover().groundwork()) piece.run();
      if (attempt.rewindable()) host.makeRoom();
    } catch (GroundLost e) {
      throw e;
    } catch (RuntimeException e) {
      throw failedSwap(due, at, Reason.of(e));
    }
    Probation p;
    try {
      p = handOver(attempt, at);
    } catch (RuntimeException | Error e) {
      letGo(attempt);
      if (e instanceof GroundLost lost) throw lost;
      throw failedSwap(due, at, Reason.of(e));
    }
    Map<String, Object> line = SwapLine.of("done", attempt.id(), attempt.origin(), due.slot(), at.step());
    line.put("from", SwapLine.occupant(p.before.occupant()));
    line.put("to", SwapLine.occupant(filled.held(due.slot()).occupant()));
    line.put("pause-us", (System.nanoTime() - begin) / 1000);
    line.put("handover-us", p.moveNanos / 1000);
    SwapLine.travelled(line, p.travelled);
    host.journal(line);
    p.journaled = true;
    host.said("after step " + at.step() + ": " + due.slot() + " is " + filled.held(due.slot()).occupant().told() + " now, "
        + (due.past() != null ? "as it was before the run was resumed" : "as configured") + "; " + p.travelled);
    if (due.past() == null) {
      schedule.done(due);
      p.attempt.handover().settle();
      p.before.candidate().close();
      probation = null;
    } else {
      p.verdict.thenAccept(v -> afterReplay(p, v));
    }
    lookAhead();
  }

  /** Frees what was prepared and is not used. */
  private static void letGo(Attempt attempt) {
    attempt.handover().drop();
    attempt.candidate().close();
  }

  /** The run is over, and what a swap waited for has not come. */
  private void unmet(SwapSchedule.Due due, Position at) {
    Map<String, Object> line = SwapLine.of("unmet", due.id(), "config", due.slot(), at.step());
    line.put("reason", "at no step was it true that " + due.planned().at());
    host.journal(line);
    host.said("the swap of " + due.what() + " has not come: at no step was it true that " + due.planned().at());
    schedule.take(due);
  }

  private SwapFailed failedSwap(SwapSchedule.Due due, Position at, String reason) {
    Map<String, Object> line = SwapLine.of("failed", due.id(), due.past() == null ? "config" : "replay", due.slot(), at.step());
    line.put("reason", reason);
    host.journal(line);
    return new SwapFailed((due.past() == null ? due.planned().place() + "the swap of " : "The swap of ") + due.what() + " failed at step " + at.step() + ": " + Reason.sentence(reason)
        + (due.past() == null ? "" : " It was done by hand before the run was resumed, so the run cannot go on as it was."));
  }

  private void afterReplay(Probation p, Probation.Verdict v) {
    if (v.stays()) {
      live.replaced(p.before);
      p.before.candidate().close();
    } else {
      host.journal(rewound(p, v));
      host.said(rewoundSentence(p, v));
      p.attempt.candidate().close();
    }
  }

  private Attempt await(CompletableFuture<Attempt> future) {
    while (!future.isDone()) {
      reads.meet();
      LockSupport.parkNanos(50_000);
    }
    try {
      return future.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw e.getCause() instanceof RuntimeException r ? r : e;
    }
  }

  /** The handover itself, on the training thread: the old one's state goes into the new one, one field moves. @throws RuntimeException when it is refused; nothing has changed then */
  Probation handOver(Attempt attempt, Position at) {
    String slot = attempt.occupant().slot();
    long begin = System.nanoTime();
    RunHost.Kept kept = attempt.rewindable() ? host.keep() : null;
    long keptAt = System.nanoTime();
    Slot.Travelled travelled = attempt.handover().move();
    long moved = System.nanoTime();
    Held before = filled.held(slot);
    Occupant o = attempt.occupant();
    filled.put(new Held(attempt.candidate(), new Occupant(slot, o.kind(), o.use(), o.bundle(), o.version(), o.sha256(), o.options(), at.step()), attempt.config(), attempt.candidate().jar()));
    generation++;
    mark = mark.isEmpty() ? slot + " = " + o.use() : mark + ", " + slot + " = " + o.use();
    seen = schedule.save();
    var p = new Probation(attempt, kept, before, at, settings.probationSteps(), travelled, pace.tokensPerSecond(), moved - keptAt, keptAt - begin);
    probation = p;
    return p;
  }

  @Override
  public void stepped(Position at, long nanos) {
    position = at;
    long taught = at.tokens() - tokensBefore;
    tokensBefore = at.tokens();
    pace.stepped(at.tokens(), taught, nanos);
    schedule.stepped(at.loss());
    if (probation == null) return;
    probation.stepped(at, taught, nanos);
    if (probation.over(at)) conclude(true, "", at);
  }

  @Override
  public boolean failed(String reason) {
    if (probation == null) return false;
    Probation p = probation;
    while (!p.journaled) Thread.onSpinWait();
    Position at = position;
    try {
      p.attempt.handover().moveBack();
      p.kept.bringBack();
      schedule.restore(seen);
      p.attempt.handover().drop();
    } catch (RuntimeException | Error e) {
      throw broken(p, reason, Reason.of(e), at);
    }
    filled.put(p.before);
    generation++;
    position = p.from;
    tokensBefore = p.from.tokens();
    mark = "";
    probation = null;
    p.end(false, reason, at);
    if (ahead == null) lookAhead();
    return true;
  }

  @Override
  public void lost(String reason) {
    if (probation == null) return;
    while (!probation.journaled) Thread.onSpinWait();
    conclude(false, reason, position);
  }

  /** What the run is now nobody can tell: it ends, and whoever waits for the swap hears why. */
  private InvalidInput broken(Probation p, String reason, String why, Position at) {
    String swap = "the swap of '" + p.attempt.occupant().slot() + "' to " + p.attempt.occupant().told();
    var ended = new InvalidInput("The run ended after step " + at.step() + ": " + swap + " failed (" + reason + "), and the run could not be rewound to step " + p.from.step() + " (" + why
        + "). The same command goes on from its last checkpoint, without that swap.");
    probation = null;
    try {
      Map<String, Object> line = SwapLine.of("broken", p.attempt.id(), p.attempt.origin(), p.attempt.occupant().slot(), p.from.step());
      line.put("reason", reason);
      line.put("rewind", why);
      host.journal(line);
    } finally {
      p.verdict.completeExceptionally(ended);
      p.before.candidate().close();
    }
    return ended;
  }

  /** On the training thread, before a swap by hand takes over: one that was done again on resume may still be on probation. */
  void makeWay() {
    if (probation == null) return;
    while (!probation.journaled) Thread.onSpinWait();
    conclude(true, "cut short by another swap", position);
  }

  private void conclude(boolean stays, String reason, Position at) {
    Probation p = probation;
    probation = null;
    try {
      p.attempt.handover().settle();
    } finally {
      p.end(stays, reason, at);
    }
  }

  static Map<String, Object> rewound(Probation p, Probation.Verdict v) {
    var line = SwapLine.of("rewound", p.attempt.id(), p.attempt.origin(), p.attempt.occupant().slot(), p.from.step());
    line.put("reason", v.reason());
    line.put("void-steps", List.of(p.from.step() + 1, v.at().step()));
    line.put("void-losses", v.losses().stream().map(x -> Double.isFinite(x) ? x : String.valueOf(x)).toList());
    line.put("to", SwapLine.occupant(p.before.occupant()));
    return line;
  }

  static String rewoundSentence(Probation p, Probation.Verdict v) {
    long steps = v.at().step() - p.from.step();
    return "rewound to step " + p.from.step() + ": " + Reason.sentence(v.reason()) + " " + p.attempt.occupant().slot() + " is " + p.before.occupant().told() + " again; "
        + (steps == 0 ? "no step is lost" : steps + (steps == 1 ? " step is" : " steps are") + " void");
  }

  @Override
  public boolean onProbation() {
    return probation != null;
  }

  @Override
  public void endProbation(Position at) {
    boolean over = at.tokens() >= at.totalTokens();
    if (over) schedule.unmet().forEach(due -> unmet(due, at));
    if (probation != null) {
      while (!probation.journaled) Thread.onSpinWait();
      conclude(true, "cut short by the end of the run", at);
    }
    // No step comes any more before which somebody could be met: who asks now must not wait for the last evaluation.
    if (over) abandon();
  }

  @Override
  public Snapshot save() {
    return schedule.save();
  }

  @Override
  public List<Occupant> occupants() {
    return filled.occupants();
  }

  @Override
  public List<Integer> plannedDone() {
    return schedule.done();
  }

  @Override
  public void close() {
    if (finished) return;
    finished = true;
    abandon();
    if (dropped != null) dropped.close();
    try {
      // A run that ends by an exception: whoever waits for the probation need not wait for more.
      if (probation != null) conclude(true, "cut short by the end of the run", position);
    } finally {
      if (live != null) live.close();
      // After the answers to those who wait.
      if (socket != null) socket.close();
    }
    if (ahead != null) ahead.thenAccept(RunSwaps::letGo);
    filled.close();
    closed.accept(this);
  }

  /** Nobody outside reaches the run any more. */
  void abandon() {
    open = false;
    boundary.close();
    reads.close();
  }
}
