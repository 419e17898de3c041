package org.vulpes.corpus.conversations;

import java.util.ArrayList;
import java.util.List;
import org.vulpes.corpus.ChatTemplate;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Document.Part;
import org.vulpes.corpus.Message;

/** Writes examples by a template. @param system put before conversations that have no system message; empty: nothing */
record Writer(ChatTemplate template, String system) {

  /** @throws org.vulpes.slot.InvalidInput for an example that cannot be learned from: half a sentence that follows its place */
  Document document(String id, String domain, Sample sample) {
    return Document.of(id, domain, switch (sample) {
      case Sample.Talk t -> template.write(framed(t.messages()));
      case Sample.Pair p -> {
        var parts = new ArrayList<>(template.write(answered(p.asked(), p.chosen())));
        parts.add(Part.worseRow());
        parts.addAll(template.write(answered(p.asked(), p.rejected())));
        yield parts;
      }
      case Sample.Labelled l -> {
        var parts = new ArrayList<Part>();
        if (!l.good()) parts.add(Part.bad());
        parts.addAll(template.write(answered(l.asked(), l.answer())));
        yield parts;
      }
    });
  }

  /** Turns of the assistant before the last are part of the question: only what the pair or label is about is learned. */
  private List<Message> answered(List<Message> asked, String answer) {
    var out = new ArrayList<>(framed(asked));
    out.add(new Message(Message.ASSISTANT, answer));
    return out;
  }

  private List<Message> framed(List<Message> messages) {
    if (system.isEmpty() || messages.stream().anyMatch(m -> m.role().equals(Message.SYSTEM))) return messages;
    var out = new ArrayList<Message>();
    out.add(new Message(Message.SYSTEM, system));
    out.addAll(messages);
    return out;
  }
}
