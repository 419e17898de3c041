package org.vulpes.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.Consumer;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.SwapRequest;

/** A run in another process, through its socket. */
final class RemoteRun implements RunControl {
  private final Path folder;

  private RemoteRun(Path folder) {
    this.folder = folder;
  }

  /**
   * @param given a run's folder, or that of a study of which one trial is training
   * @throws InvalidInput when nobody trains there, or somebody else does
   */
  static RemoteRun at(Path given) {
    if (!Files.isDirectory(given)) throw new InvalidInput(given + " does not exist; give the folder of a run that is going, as in runs/quickstart/trials/fox-s1.");
    if (Files.exists(given.resolve("config.conf")) || !Files.isDirectory(given.resolve("trials"))) {
      if (!reachable(given)) {
        throw new InvalidInput(Files.exists(given.resolve("config.conf")) ? nobody(given) : given + " holds no run; give the folder of a run that is going, as in runs/quickstart/trials/fox-s1.");
      }
      return new RemoteRun(given);
    }
    var going = new ArrayList<Path>();
    try (var trials = Files.list(given.resolve("trials"))) {
      for (Path t : trials.sorted().toList()) if (reachable(t)) going.add(t);
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + given + ": " + e.getMessage() + ".", e);
    }
    if (going.isEmpty()) throw new InvalidInput("No trial of " + given + " is training; `vulpes run` with its file goes on with it.");
    if (going.size() > 1) throw new InvalidInput("Several trials of " + given + " are training: " + String.join(", ", going.stream().map(Path::toString).toList()) + "; give the folder of one.");
    return new RemoteRun(going.getFirst());
  }

  /** Why nobody answers there, as the end of the journal tells. */
  private static String nobody(Path run) {
    JsonNode last = lastLine(run.resolve("journal.jsonl"));
    String end = last.path("event").asText().equals("end") ? last.path("status").asText() : "";
    return switch (end) {
      case "finished" -> run + " has finished, at step " + last.path("step").asLong() + ": nothing can be exchanged in it any more; `vulpes fork " + run + " at STEP --set …` begins a sibling from one of its checkpoints.";
      case "diverged" -> run + " has ended, at step " + last.path("step").asLong() + ", as it diverged: nothing can be exchanged in it any more; `vulpes fork " + run + " at STEP --set …` begins a sibling from a checkpoint before.";
      default -> "Nobody is training in " + run + ": the run was stopped or killed; `vulpes run` with its file goes on with it.";
    };
  }

  private static JsonNode lastLine(Path journal) {
    try (var lines = Files.lines(journal)) {
      String last = lines.reduce("{}", (before, line) -> line);
      return ControlLines.read(new ByteArrayInputStream((last + "\n").getBytes(StandardCharsets.UTF_8)));
    } catch (IOException | UncheckedIOException e) {
      // Killed in the middle of a line, or never begun.
      return ControlLines.object();
    }
  }

  private static boolean reachable(Path run) {
    Path control = run.resolve(ControlPlace.FOLDER);
    if (!Files.isDirectory(control)) return false;
    try {
      if (!Files.isReadable(control) || !Files.isExecutable(control)) {
        throw new InvalidInput("The run in " + run + " belongs to " + Files.getOwner(control).getName() + "; only its owner may reach it.");
      }
      Path socket = ControlPlace.find(run);
      return socket != null && ControlPlace.answers(socket);
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public String name() {
    return folder.getFileName().toString();
  }

  @Override
  public Path folder() {
    return folder;
  }

  @Override
  public Status status() {
    return ControlLines.status(ask(ControlLines.object().put("ask", "status"), s -> { }).path("status"));
  }

  @Override
  public Installed installed() {
    return ControlLines.installed(ask(ControlLines.object().put("ask", "plugins"), s -> { }));
  }

  @Override
  public boolean swap(SwapRequest request, Consumer<String> said) {
    return ask(ControlLines.request(request), said).path("stays").asBoolean();
  }

  private JsonNode ask(ObjectNode question, Consumer<String> said) {
    try {
      Path socket = ControlPlace.find(folder);
      if (socket == null) throw ControlLines.ended();
      try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
        ControlLines.write(channel, question);
        var in = new java.io.BufferedInputStream(Channels.newInputStream(channel));
        for (JsonNode n = ControlLines.read(in); n != null; n = ControlLines.read(in)) {
          if (n.has("wrong")) throw new InvalidInput(n.path("wrong").asText());
          if (!n.has("said")) return n;
          said.accept(n.path("said").asText());
        }
      }
      throw ControlLines.ended();
    } catch (IOException e) {
      throw ControlLines.ended();
    }
  }
}
