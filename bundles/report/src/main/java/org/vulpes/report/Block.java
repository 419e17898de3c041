package org.vulpes.report;

import java.util.List;

/** A piece of the report before it is Markdown or HTML. All texts are plain: whoever writes them escapes them. */
sealed interface Block {

  record Section(String title, List<Block> blocks) implements Block {}

  /** @param lead set off in front of the text; may be empty */
  record Paragraph(String lead, String text) implements Block {}

  /** What must not be missed: the study is exploratory, unfinished, has lost trials. */
  record Warning(String lead, String text) implements Block {}

  record Answers(List<Answer> answers) implements Block {}

  /** @param kind a word that a style can match, "better" @param verdict in words */
  record Answer(String kind, String verdict, String sentence) {}

  record Grid(String caption, Table table) implements Block {}

  /** Drawings that show the same in one or more ways, of which a screen shows the one that is chosen and paper all. */
  record Figure(String caption, List<View> views) implements Block {}

  record View(String label, List<Drawing> drawings) {}

  /** Shown letter by letter. */
  record Code(String language, String text) implements Block {}

  /** Folded away until it is asked for. */
  record Fold(String summary, List<Block> blocks) implements Block {}
}
