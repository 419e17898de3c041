package org.vulpes.report;

import java.util.List;

/**
 * The report as one HTML file: style and drawings inside, no script, nothing fetched (its own policy forbids both), so that it can be mailed,
 * archived and opened from disk, and no text of a study can do more than be read. It is well-formed XML too.
 */
final class HtmlPage {
  /** Letters from which on a row's name is broken into lines. */
  private static final int LONG = 26;
  /** Columns above which a printed table may break its numbers. */
  private static final int MANY = 9;

  private final StringBuilder out = new StringBuilder();
  private int figures;

  HtmlPage(String title, String question, String footer, List<Block> blocks) {
    out.append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n")
        .append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n<meta name=\"color-scheme\" content=\"light dark\"/>\n")
        .append("<meta name=\"generator\" content=\"Vulpes\"/>\n<title>").append(Html.text(title)).append(" – study report</title>\n<style>\n").append(Stylesheet.page())
        .append("</style>\n</head>\n<body>\n<header>\n<p class=\"name\">Study <b>").append(Html.text(title)).append("</b></p>\n<h1>")
        .append(Html.text(question.isBlank() ? title : question)).append("</h1>\n</header>\n<main>\n");
    blocks.forEach(this::block);
    out.append("</main>\n<footer><p>").append(Html.text(footer)).append("</p></footer>\n</body>\n</html>\n");
  }

  String text() {
    return out.toString();
  }

  private void block(Block block) {
    switch (block) {
      case Block.Section s -> {
        String id = "section-" + s.title().toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        out.append("<section aria-labelledby=\"").append(id).append("\">\n<h2 id=\"").append(id).append("\">").append(Html.text(s.title())).append("</h2>\n");
        s.blocks().forEach(this::block);
        out.append("</section>\n");
      }
      case Block.Paragraph p -> out.append("<p>").append(lead(p.lead())).append(Html.text(p.text())).append("</p>\n");
      case Block.Warning w -> out.append("<p class=\"warning\" role=\"note\">").append(lead(w.lead())).append(Html.text(w.text())).append("</p>\n");
      case Block.Answers a -> {
        out.append("<ul class=\"answers\">\n");
        for (var answer : a.answers()) {
          out.append("<li class=\"").append(Html.text(answer.kind())).append("\"><span class=\"verdict\">").append(Html.text(answer.verdict())).append("</span> ")
              .append(Html.text(answer.sentence())).append("</li>\n");
        }
        out.append("</ul>\n");
      }
      case Block.Grid g -> grid(g);
      case Block.Figure f -> figure(f);
      case Block.Code c -> out.append("<pre tabindex=\"0\"><code>").append(Html.text(c.text().replace("\r\n", "\n"))).append("</code></pre>\n");
      case Block.Fold f -> {
        out.append("<details>\n<summary>").append(Html.text(f.summary())).append("</summary>\n");
        f.blocks().forEach(this::block);
        out.append("</details>\n");
      }
    }
  }

  private static String lead(String lead) {
    return lead.isBlank() ? "" : "<strong>" + Html.text(lead) + "</strong> ";
  }

  private void grid(Block.Grid g) {
    Table t = g.table();
    // A table that is wider than the screen scrolls by itself, by keyboard too.
    out.append("<div class=\"scroll\" tabindex=\"0\"><table").append(t.headings().size() > MANY ? " class=\"many\">\n" : ">\n");
    if (!g.caption().isBlank()) out.append("<caption><span>").append(Html.text(g.caption())).append("</span></caption>\n");
    out.append("<thead><tr>");
    for (int i = 0; i < t.headings().size(); i++) {
      String heading = t.headings().get(i).strip().replace(" %", "\u00a0%");
      String classes = ((t.left(i) ? "" : "number ") + (heading.length() > LONG ? "long" : "")).strip();
      out.append("<th scope=\"col\"").append(classes.isEmpty() ? ">" : " class=\"" + classes + "\">").append(Html.text(heading)).append("</th>");
    }
    out.append("</tr></thead>\n<tbody>\n");
    for (var row : t.rows()) {
      out.append("<tr><th scope=\"row\"").append(row.getFirst().length() > LONG ? " class=\"long\">" : ">").append(Html.text(row.getFirst())).append("</th>");
      for (int i = 1; i < row.size(); i++) out.append("<td").append(side(t, i, row.get(i))).append('>').append(Html.text(row.get(i))).append("</td>");
      out.append("</tr>\n");
    }
    out.append("</tbody>\n</table></div>\n");
  }

  private static String side(Table t, int column, String text) {
    return !t.left(column) ? " class=\"number\"" : text.matches("[0-9a-f]{40,}") ? " class=\"hash\"" : "";
  }

  /** Views are switched by radio buttons and style alone. */
  private void figure(Block.Figure f) {
    int number = ++figures;
    boolean choice = f.views().size() > 1;
    out.append("<figure").append(choice ? " class=\"choice\"" : "").append(">\n");
    for (int i = 0; choice && i < f.views().size(); i++) {
      String id = "view-" + number + "-" + (i + 1);
      out.append("<input type=\"radio\" name=\"view-").append(number).append("\" id=\"").append(id).append('"').append(i == 0 ? " checked=\"checked\"" : "").append("/><label for=\"").append(id).append("\">")
          .append(Html.text(f.views().get(i).label())).append("</label>\n");
    }
    for (var view : f.views()) {
      out.append("<div class=\"view\">\n");
      if (choice) out.append("<p class=\"label\">").append(Html.text(view.label())).append("</p>\n");
      out.append("<div class=\"drawings\">\n");
      for (Drawing d : view.drawings()) {
        out.append(d.inline(d.narrow() == null ? "" : "wide")).append('\n');
        if (d.narrow() != null) out.append(d.narrow().inline("narrow")).append('\n');
      }
      out.append("</div>\n</div>\n");
    }
    if (!f.caption().isBlank()) out.append("<figcaption>").append(Html.text(f.caption())).append("</figcaption>\n");
    out.append("</figure>\n");
  }
}
