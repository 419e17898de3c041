package org.vulpes.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Occupant;
import org.vulpes.slot.Position;
import org.vulpes.slot.RunControl;
import org.vulpes.slot.SwapRequest;

/**
 * What goes over a run's socket: one line of JSON asks ({@code {"ask": "status"}}, {@code {"ask": "plugins"}}, {@code {"ask": "swap", "slot": …, "use": …, "set": […], "force": …}}), lines of JSON
 * answer: {@code {"said": …}} any number of times, then {@code {"status": …}}, {@code {"plugins": […], "refusals": […]}}, {@code {"stays": true|false}} or {@code {"wrong": …}}.
 */
final class ControlLines {
  /** A request is a few hundred bytes; options may hold a list or two. */
  private static final int MOST_BYTES = 1 << 16;
  private static final ObjectMapper JSON = new ObjectMapper();

  private ControlLines() {}

  static ObjectNode object() {
    return JSON.createObjectNode();
  }

  static void write(WritableByteChannel to, ObjectNode line) throws IOException {
    var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
    while (bytes.hasRemaining()) to.write(bytes);
  }

  /** The next line; null at the end. @throws IOException when it is too long or no JSON object */
  static JsonNode read(InputStream from) throws IOException {
    var line = new java.io.ByteArrayOutputStream();
    for (int b = from.read(); b != '\n'; b = from.read()) {
      if (b < 0) return null;
      if (line.size() == MOST_BYTES) throw new IOException("a line is longer than " + MOST_BYTES + " bytes");
      line.write(b);
    }
    try {
      JsonNode n = JSON.readTree(line.toByteArray());
      if (n != null && n.isObject()) return n;
    } catch (JsonProcessingException e) {
      // Said below.
    }
    throw new IOException("a line is no JSON object");
  }

  static ObjectNode request(SwapRequest r) {
    ObjectNode n = object().put("ask", "swap").put("slot", r.slot()).put("use", r.use()).put("force", r.force());
    r.set().forEach(n.putArray("set")::add);
    return n;
  }

  static SwapRequest request(JsonNode n) {
    var set = new ArrayList<String>();
    for (JsonNode s : n.path("set")) set.add(s.asText());
    return new SwapRequest(n.path("slot").asText(), n.path("use").asText(), set, n.path("force").asBoolean());
  }

  static ObjectNode status(String name, RunControl.Status s) {
    ObjectNode n = object().put("name", name).put("step", s.at().step()).put("tokens", s.at().tokens()).put("total", s.at().totalTokens()).put("retired", s.retired()).put("alive", s.alive());
    if (Double.isFinite(s.at().loss())) n.put("loss", s.at().loss());
    if (Double.isFinite(s.tokensPerSecond())) n.put("tokens-per-second", s.tokensPerSecond());
    var slots = n.putArray("slots");
    for (Occupant o : s.slots()) {
      slots.addObject().put("slot", o.slot()).put("kind", o.kind()).put("use", o.use()).put("bundle", o.bundle()).put("version", o.version()).put("sha256", o.sha256()).put("options", o.options())
          .put("since", o.since());
    }
    var stays = n.putObject("stays");
    s.stays().forEach(stays::put);
    return object().set("status", n);
  }

  static RunControl.Status status(JsonNode n) {
    List<Occupant> slots = new ArrayList<>();
    for (JsonNode o : n.path("slots")) {
      slots.add(new Occupant(o.path("slot").asText(), o.path("kind").asText(), o.path("use").asText(), o.path("bundle").asText(), o.path("version").asText(), o.path("sha256").asText(),
          o.path("options").asText(), o.path("since").asLong()));
    }
    var stays = new TreeMap<String, String>();
    n.path("stays").properties().forEach(e -> stays.put(e.getKey(), e.getValue().asText()));
    return new RunControl.Status(new Position(n.path("step").asLong(), n.path("tokens").asLong(), n.path("total").asLong(), n.path("loss").asDouble(Double.NaN)),
        n.path("tokens-per-second").asDouble(Double.NaN), slots, stays, n.path("retired").asInt(), n.path("alive").asInt());
  }

  static ObjectNode installed(RunControl.Installed i) {
    ObjectNode n = object();
    var plugins = n.putArray("plugins");
    for (Catalogue.Entry e : i.entries()) {
      plugins.addObject().put("slot", e.slot()).put("use", e.use()).put("bundle", e.bundle()).put("version", e.version()).put("sha256", e.sha256());
    }
    i.refusals().forEach(n.putArray("refusals")::add);
    return n;
  }

  static RunControl.Installed installed(JsonNode n) {
    var entries = new ArrayList<Catalogue.Entry>();
    for (JsonNode e : n.path("plugins")) {
      entries.add(new Catalogue.Entry(e.path("slot").asText(), e.path("use").asText(), e.path("bundle").asText(), e.path("version").asText(), e.path("sha256").asText()));
    }
    var refusals = new ArrayList<String>();
    for (JsonNode r : n.path("refusals")) refusals.add(r.asText());
    return new RunControl.Installed(entries, refusals);
  }

  static InvalidInput ended() {
    return new InvalidInput("The run has ended meanwhile, or its process was ended.");
  }
}
