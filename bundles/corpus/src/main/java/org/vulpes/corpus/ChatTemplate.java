package org.vulpes.corpus;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.corpus.Document.Part;
import org.vulpes.corpus.internal.Encoding;
import org.vulpes.corpus.internal.Marks;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.tokenizer.Tokenizer;

/**
 * How a conversation is written as text and control tokens: one line for each role, in which {@code {content}} stands for the message and {@code {end}} for the tokenizer's end of text. What an
 * assistant says is learned, with the control tokens that follow it at once; everything else is only seen. Control tokens are real special tokens: a message that writes them out does not get them.
 */
public final class ChatTemplate {
  private static final String CONTENT = "{content}";
  private static final String END = "{end}";
  private static final List<String> ROLES = List.of(Message.SYSTEM, Message.USER, Message.ASSISTANT);
  private static final Map<String, ChatTemplate> KNOWN = new TreeMap<>(Map.of(
      "chatml", new ChatTemplate(Map.of(Message.SYSTEM, "<|im_start|>system\n{content}<|im_end|>\n", Message.USER, "<|im_start|>user\n{content}<|im_end|>\n",
          Message.ASSISTANT, "<|im_start|>assistant\n{content}<|im_end|>\n"), List.of("<|im_start|>", "<|im_end|>")),
      "llama3", new ChatTemplate(Map.of(Message.SYSTEM, "<|start_header_id|>system<|end_header_id|>\n\n{content}<|eot_id|>", Message.USER,
          "<|start_header_id|>user<|end_header_id|>\n\n{content}<|eot_id|>", Message.ASSISTANT, "<|start_header_id|>assistant<|end_header_id|>\n\n{content}<|eot_id|>"),
          List.of("<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>")),
      "zephyr", new ChatTemplate(Map.of(Message.SYSTEM, "<|system|>\n{content}{end}\n", Message.USER, "<|user|>\n{content}{end}\n", Message.ASSISTANT, "<|assistant|>\n{content}{end}\n"), List.of()),
      "alpaca", new ChatTemplate(Map.of(Message.SYSTEM, "{content}\n\n", Message.USER, "### Instruction:\n{content}\n\n", Message.ASSISTANT, "### Response:\n{content}{end}\n\n"), List.of()),
      "plain", new ChatTemplate(Map.of(Message.SYSTEM, "{content}\n", Message.USER, "{content}\n", Message.ASSISTANT, "{content}{end}\n"), List.of())));

  /** One piece of a role's line: text, a control token, the content, the end of text. */
  private record Piece(Kind kind, String text) {
    enum Kind { TEXT, CONTROL, CONTENT }
  }

  private final Map<String, List<Piece>> lines = new TreeMap<>();
  private final Map<String, String> written;
  private final List<String> controls;

  private ChatTemplate(Map<String, String> written, List<String> controls) {
    this.written = new TreeMap<>(written);
    this.controls = List.copyOf(controls);
    written.forEach((role, line) -> lines.put(role, pieces(line, controls)));
  }

  /**
   * @param options of the block that holds {@code template}: nothing (chatml), the name of a known one, or a block with a line for {@code system}, {@code user} and {@code assistant}, and the list {@code controls}
   * @throws InvalidInput when a role has no line, or a line no place for the message
   */
  public static ChatTemplate read(Options options) {
    if (!options.has("template")) return KNOWN.get("chatml");
    if (options.config().getValue("template").valueType() == com.typesafe.config.ConfigValueType.STRING) {
      return KNOWN.get(options.choice("template", KNOWN.keySet().toArray(String[]::new)));
    }
    Options block = options.block("template");
    var lines = new TreeMap<String, String>();
    for (String role : ROLES) {
      if (!block.has(role)) throw block.wrong(role, "is missing: a template has a line for " + String.join(", ", ROLES) + ", each with {content} where the message stands");
      lines.put(role, block.text(role));
      if (lines.get(role).split("\\{content\\}", -1).length != 2) throw block.wrong(role, "must have {content} once, where the message stands");
    }
    for (String key : block.keys()) {
      if (!ROLES.contains(key) && !key.equals("controls")) throw block.wrong(key, "is not part of a template; it has " + String.join(", ", ROLES) + " and controls");
    }
    var template = new ChatTemplate(lines, block.texts("controls"));
    if (template.ending().isEmpty()) {
      throw block.wrong(Message.ASSISTANT, "does not say how an answer ends; let {content} be followed by {end} or by one of the controls");
    }
    return template;
  }

  /** @throws InvalidInput when there is none of this name */
  public static ChatTemplate named(String name) {
    ChatTemplate known = KNOWN.get(name);
    if (known == null) throw new InvalidInput("There is no chat template '" + name + "'; known are " + String.join(", ", KNOWN.keySet()) + ".");
    return known;
  }

  private static List<Piece> pieces(String line, List<String> controls) {
    var marks = new ArrayList<>(controls);
    marks.add(CONTENT);
    marks.add(END);
    // The longest first, so that one which begins like another is not cut.
    marks.sort(Comparator.comparingInt(String::length).reversed());
    var out = new ArrayList<Piece>();
    int from = 0;
    for (int i = 0; i < line.length(); ) {
      int at = i;
      String mark = marks.stream().filter(m -> line.startsWith(m, at)).findFirst().orElse(null);
      if (mark == null) {
        i++;
        continue;
      }
      if (i > from) out.add(new Piece(Piece.Kind.TEXT, line.substring(from, i)));
      out.add(mark.equals(CONTENT) ? new Piece(Piece.Kind.CONTENT, "") : new Piece(Piece.Kind.CONTROL, mark.equals(END) ? "" : mark));
      i += mark.length();
      from = i;
    }
    if (from < line.length()) out.add(new Piece(Piece.Kind.TEXT, line.substring(from)));
    return out;
  }

  /** Special tokens that it uses beside the end of text, as they are written. */
  public List<String> controls() {
    return controls;
  }

  /** Changes whenever the same conversation would be written otherwise. */
  public String fingerprint() {
    return written + " " + controls;
  }

  /** The control tokens that follow an answer; an empty one is the end of text. */
  public List<String> ending() {
    var line = lines.get(Message.ASSISTANT);
    var out = new ArrayList<String>();
    for (int i = content(line) + 1; i < line.size() && line.get(i).kind() == Piece.Kind.CONTROL; i++) out.add(line.get(i).text());
    return out;
  }

  private static int content(List<Piece> line) {
    for (int i = 0; i < line.size(); i++) if (line.get(i).kind() == Piece.Kind.CONTENT) return i;
    throw new IllegalStateException("A template without a place for the message was let in.");
  }

  /**
   * A whole conversation; it ends where its last answer ends.
   *
   * @throws InvalidInput when a role is none of those, nobody answers, or an answer is empty: half a sentence that follows the conversation's name
   */
  public List<Part> write(List<Message> messages) {
    var out = new ArrayList<Part>();
    int end = 0;
    for (Message m : messages) {
      var line = lines.get(m.role());
      if (line == null) throw new InvalidInput("has a message of role '" + m.role() + "'; roles are " + String.join(", ", ROLES));
      boolean assistant = m.role().equals(Message.ASSISTANT);
      if (assistant && m.content().isBlank()) throw new InvalidInput("has an empty answer");
      int content = content(line);
      boolean learned = false;
      for (int i = 0; i < line.size(); i++) {
        Piece p = line.get(i);
        learned = assistant && (i == content || learned && p.kind() == Piece.Kind.CONTROL);
        out.add(switch (p.kind()) {
          case TEXT -> Part.seen(p.text());
          case CONTROL -> Part.control(p.text(), learned);
          case CONTENT -> learned ? Part.answer(m.content()) : Part.seen(m.content());
        });
        if (learned) end = out.size();
      }
    }
    if (end == 0) throw new InvalidInput("has no assistant turn, so that there is nothing to learn");
    return joined(out.subList(0, end));
  }

  /** What a model is asked: the messages, and the frame up to where its answer begins. */
  public List<Part> ask(List<Message> messages) {
    var out = new ArrayList<Part>();
    var all = new ArrayList<>(messages);
    all.add(new Message(Message.ASSISTANT, ""));
    for (Message m : all) {
      for (Piece p : lines.get(m.role())) {
        if (p.kind() == Piece.Kind.CONTENT && m == all.getLast()) return joined(out);
        out.add(switch (p.kind()) {
          case TEXT -> Part.seen(p.text());
          case CONTROL -> Part.control(p.text(), false);
          case CONTENT -> Part.seen(m.content());
        });
      }
    }
    return joined(out);
  }

  /** {@link #ask} as ids, the end of text before them, as every text begins in training. @throws InvalidInput when the tokenizer lacks a control token */
  public int[] askIds(List<Message> messages, Tokenizer tokenizer) {
    int[] marked = Encoding.of(Document.of("a question", "", ask(messages)), tokenizer).ids();
    int[] out = new int[marked.length + 1];
    out[0] = tokenizer.endOfText();
    for (int i = 0; i < marked.length; i++) out[i + 1] = marked[i] & Marks.ID;
    return out;
  }

  /** Neighbouring texts of one kind are one text: they are encoded together. */
  private static List<Part> joined(List<Part> parts) {
    var out = new ArrayList<Part>();
    for (Part p : parts) {
      if (p.kind() == Part.Kind.TEXT && p.text().isEmpty()) continue;
      Part last = out.isEmpty() ? null : out.getLast();
      if (last != null && last.kind() == Part.Kind.TEXT && p.kind() == Part.Kind.TEXT && last.learned() == p.learned()) {
        out.set(out.size() - 1, new Part(Part.Kind.TEXT, last.text() + p.text(), p.learned()));
      } else {
        out.add(p);
      }
    }
    return out;
  }
}
