package org.vulpes.runtime;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import jdk.net.ExtendedSocketOptions;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.RunControl;

/** Lets the owner of a run reach it from another terminal. */
final class ControlSocket implements AutoCloseable {
  private final RunControl run;
  private final ControlPlace.Listening place;
  private final Set<SocketChannel> connected = ConcurrentHashMap.newKeySet();
  private final Thread listener;

  /** @throws IOException when it cannot be reached from other terminals, with the reason */
  static ControlSocket open(RunControl run) throws IOException {
    try {
      return new ControlSocket(run, ControlPlace.listen(run.folder()));
    } catch (UnsupportedOperationException e) {
      throw new IOException("this system has no sockets, or files, that only their owner can open", e);
    }
  }

  private ControlSocket(RunControl run, ControlPlace.Listening place) {
    this.run = run;
    this.place = place;
    listener = Thread.ofPlatform().daemon().name("vulpes-control").inheritInheritableThreadLocals(false).start(this::listen);
  }

  private void listen() {
    while (place.channel().isOpen()) {
      try {
        SocketChannel caller = place.channel().accept();
        connected.add(caller);
        Thread.ofVirtual().name("vulpes-control-answer").start(() -> answer(caller));
      } catch (IOException e) {
        // Closed, or one caller less.
      }
    }
  }

  private void answer(SocketChannel caller) {
    try (caller) {
      // The folder keeps everybody out but its owner and root; the kernel tells who calls.
      String owner = Files.getOwner(place.socket()).getName();
      String who = caller.supportedOptions().contains(ExtendedSocketOptions.SO_PEERCRED) ? caller.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName() : owner;
      if (!who.equals(owner)) {
        ControlLines.write(caller, ControlLines.object().put("wrong", "This run belongs to " + owner + "; only its owner may reach it, not " + who + "."));
        return;
      }
      JsonNode asked = ControlLines.read(Channels.newInputStream(caller));
      if (asked != null) ControlLines.write(caller, reply(asked, caller));
    } catch (IOException e) {
      // The caller has gone; what it asked for goes on.
    } finally {
      connected.remove(caller);
    }
  }

  private ObjectNode reply(JsonNode asked, SocketChannel caller) {
    try {
      return switch (asked.path("ask").asText()) {
        case "status" -> ControlLines.status(run.name(), run.status());
        case "plugins" -> ControlLines.installed(run.installed());
        case "swap" -> ControlLines.object().put("stays", run.swap(ControlLines.request(asked), s -> say(caller, s)));
        default -> ControlLines.object().put("wrong", "The run does not understand '" + asked.path("ask").asText() + "'; it is of another release of Vulpes.");
      };
    } catch (InvalidInput e) {
      return ControlLines.object().put("wrong", e.getMessage());
    } catch (RuntimeException e) {
      return ControlLines.object().put("wrong", "The run could not do it: " + Reason.sentence(Reason.of(e)));
    }
  }

  private static void say(SocketChannel caller, String sentence) {
    try {
      ControlLines.write(caller, ControlLines.object().put("said", sentence));
    } catch (IOException e) {
      // The caller has gone; what it asked for goes on.
    }
  }

  @Override
  public void close() {
    try {
      place.close();
      listener.join();
      for (SocketChannel c : connected) c.close();
    } catch (IOException e) {
      // The next process that trains here takes away what is left.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
