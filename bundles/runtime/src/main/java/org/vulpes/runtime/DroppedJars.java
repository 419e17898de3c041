package org.vulpes.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.SwapRequest;

/**
 * Swaps in what is dropped into the folder {@code plugins} of a run that is going: a jar that offers something for a slot takes that slot over, as {@code swap} would. Looks
 * twice a second, because the notices of an operating system cost handles and differ; a file counts once it no longer grows.
 */
final class DroppedJars implements AutoCloseable {
  private static final long MILLISECONDS = 500;

  private record Seen(long size, FileTime modified) {}

  private final RunSwaps run;
  private final LiveSwaps live;
  private final Map<Path, Seen> looked = new HashMap<>();
  private final Map<Path, Seen> taken = new HashMap<>();
  private final Set<String> contents = new HashSet<>();
  private final Thread thread;

  DroppedJars(RunSwaps run, LiveSwaps live) {
    this.run = run;
    this.live = live;
    try {
      // People copy into it; where it is missing, that gives a file of its name.
      Files.createDirectories(folder());
    } catch (IOException e) {
      run.host.said("jars that are dropped into " + folder() + " are not seen: it cannot be made (" + Reason.of(e) + ")");
    }
    // What lies there when the run begins was swapped in before, or was meant for a session that is over.
    for (Path jar : InstalledCandidates.jars(folder())) taken.put(jar, seen(jar));
    thread = Thread.ofPlatform().daemon().name("vulpes-plugins").inheritInheritableThreadLocals(false).start(this::watch);
  }

  private Path folder() {
    return Preparation.jars(run.host.folder());
  }

  private void watch() {
    try {
      while (run.open()) {
        Thread.sleep(MILLISECONDS);
        for (Path jar : InstalledCandidates.jars(folder())) {
          Seen now = seen(jar);
          if (now == null || now.equals(taken.get(jar))) continue;
          if (!now.equals(looked.put(jar, now))) continue;
          taken.put(jar, now);
          take(jar);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (InvalidInput e) {
      if (run.open()) run.host.said("the folder 'plugins' of the run is not watched any more: " + e.getMessage());
    }
  }

  private static Seen seen(Path jar) {
    try {
      var a = Files.readAttributes(jar, BasicFileAttributes.class);
      return new Seen(a.size(), a.lastModifiedTime());
    } catch (IOException e) {
      return null;
    }
  }

  private void take(Path jar) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(jar);
    } catch (IOException e) {
      run.host.said(jar.getFileName() + " cannot be read and is not used: " + Reason.of(e));
      return;
    }
    if (Preparation.kept(jar) || !contents.add(Sha256.of(bytes))) return;
    List<JarText.Offer> offers = JarText.offers(bytes);
    var fitting = offers.stream().filter(o -> run.filled.slot(o.slot()) != null).toList();
    if (fitting.isEmpty()) {
      run.host.said(jar.getFileName() + " is not used: it offers " + (offers.isEmpty() ? "nothing for any slot" : "something for " + offers.getFirst().slot() + " only, which cannot be exchanged in this run"));
      return;
    }
    for (JarText.Offer o : fitting) {
      try {
        live.swap(new SwapRequest(o.slot(), o.use(), List.of(), false), s -> { });
      } catch (InvalidInput e) {
        if (run.open()) run.host.said(jar.getFileName() + " is not used: " + e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
