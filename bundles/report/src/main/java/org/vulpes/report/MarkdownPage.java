package org.vulpes.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report as Markdown, with its drawings as files beside it. */
final class MarkdownPage {
  static final String FOLDER = "report";

  private final StringBuilder out = new StringBuilder();
  private final Map<String, String> drawings = new LinkedHashMap<>();

  MarkdownPage(String title, String question, List<Block> blocks) {
    out.append("# ").append(Markdown.text(title)).append("\n\n");
    if (!question.isBlank()) out.append("**").append(Markdown.text(question)).append("**\n\n");
    blocks.forEach(this::block);
  }

  String text() {
    return out.toString();
  }

  /** File name and content of each drawing that the text refers to. */
  Map<String, String> drawings() {
    return drawings;
  }

  private void block(Block block) {
    switch (block) {
      case Block.Section s -> {
        out.append("## ").append(Markdown.text(s.title())).append("\n\n");
        s.blocks().forEach(this::block);
      }
      case Block.Paragraph p -> out.append(lead(p.lead())).append(Markdown.text(p.text())).append("\n\n");
      case Block.Warning w -> out.append("> ").append(lead(w.lead())).append(Markdown.text(w.text())).append("\n\n");
      case Block.Answers a -> {
        for (var answer : a.answers()) out.append("- ").append(Markdown.text(answer.sentence())).append('\n');
        out.append('\n');
      }
      case Block.Grid g -> {
        if (!g.caption().isBlank()) out.append(Markdown.text(g.caption())).append("\n\n");
        out.append(g.table().markdown()).append('\n');
      }
      case Block.Figure f -> figure(f);
      case Block.Code c -> out.append(Markdown.block(c.language(), c.text())).append('\n');
      case Block.Fold f -> {
        out.append("<details><summary>").append(Html.text(f.summary())).append("</summary>\n\n");
        f.blocks().forEach(this::block);
        out.append("</details>\n\n");
      }
    }
  }

  private void figure(Block.Figure f) {
    for (var view : f.views()) {
      if (f.views().size() > 1) out.append(Markdown.text(view.label())).append(":\n\n");
      for (Drawing d : view.drawings()) {
        drawings.put(d.name() + ".svg", d.file());
        out.append("![").append(Markdown.text(d.title() + ". " + d.description())).append("](" + FOLDER + "/").append(d.name()).append(".svg)\n");
      }
      out.append('\n');
    }
    if (!f.caption().isBlank()) out.append(Markdown.text(f.caption())).append("\n\n");
  }

  private static String lead(String lead) {
    return lead.isBlank() ? "" : "**" + Markdown.text(lead) + "** ";
  }
}
