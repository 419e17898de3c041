package org.vulpes.corpus.packages;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void aSynsetBecomesADictionaryEntry() {
    String synset = "00000042 00 s 02 fox-like 0 all_red(p) 1 001 & 00000001 a 0000 | red as a fox;  \"a fox-like dog\"; \"it was all red\"  ";
    assertEquals("fox-like, all red: red as a fox; \"a fox-like dog\"; \"it was all red\"", WordNet.entry(synset));
    assertNull(WordNet.entry("  7 a line of the licence | with a bar  "));
    String eleven = "00000042 05 n 0b a 0 b 0 c 0 d 0 e 0 f 0 g 0 h 0 i 0 j 0 k 0 000 | letters";
    assertEquals("a, b, c, d, e, f, g, h, i, j, k: letters", WordNet.entry(eleven));
  }

  @Test
  void onlyEnglishPassagesPass() {
    assertTrue(Europarl.english("It is the intention of the committee that this report is debated by the House."));
    assertFalse(Europarl.english("Het is de bedoeling van de commissie dat over dit verslag wordt gedebatteerd."));
    assertEquals("We vote.\nThe sitting is closed.", Europarl.clean(", . We vote.   The sitting is closed.  "));
  }

  @Test
  void aCorrectionIsPutIntoItsExample() {
    assertEquals("He goes home & sleeps.", Grammar.sentence(" correction=\"goes|went\"", "He <marker>go</marker> home &amp; sleeps."));
    assertEquals("He goes home at noon.", Grammar.sentence("", "He <marker>goes</marker> home at noon."));
    assertNull(Grammar.sentence(" type=\"incorrect\"", "He <marker>go</marker> home at noon."));
    assertNull(Grammar.sentence(" correction=\"\"", "He <marker>go</marker> home at noon."));
  }

  @Test
  void javadocBecomesPlainParagraphs() {
    assertEquals("""
        Returns a new Map.Entry of a<b & c for the key, see the docs.

        First & foremost: x^2.

        Calls Map.get(Object).""",
        Markup.prose("""
             Returns a {@linkplain java.util.Map.Entry new {@code Map.Entry}} of {@code a<b & c}
             for <i>the key</i>, see <a href="x">the docs</a>.
             <pre>{@code not.prose(); }</pre>
             {@snippet lang=java :
               if (nor) { is(this); }
             }
             <ul><li>First &amp; foremost: x<sup>2</sup>.</ul>
             <p>Calls {@link java.util.Map#get(Object)}.{@inheritDoc}"""));
  }

  @Test
  void proseLeavesLicenceTagsStringsAndRepetitionsOut() {
    var file = new JavaFile("""
        /** Licensed to the Foundation under one or more licences of a kind. */
        package a;
        /**
         * Counts what was seen so far.
         *
         * @author nobody at all in particular
         */
        class A {
          String s = "/** this is no comment at all */";
          char c = '"';
          /** Adds one to what was counted. */ void a() {}
          /** Adds one to what was counted. */ void a(int i) {}
          /* An ordinary comment that is not for readers. */
          String t = \"""
              /** nor is this one here */ \""";
        }
        """);
    assertEquals("Counts what was seen so far.\n\nAdds one to what was counted.\n", file.prose());
  }

  @Test
  void codeIsTheWholeFileWithoutTheLicence() {
    assertEquals("package a;\nclass A {}\n", new JavaFile("/*\r\n * Copyright 2020 X\r\n */\r\n\r\npackage a;\r\nclass A {}\r\n").code());
    assertEquals("package a;\n", new JavaFile("// Copyright 2020 X\n// All rights reserved.\npackage a;").code());
    assertEquals("/* Explains. */\npackage a;\n", new JavaFile("/* Explains. */\npackage a;\n").code());
    assertEquals("", new JavaFile("/* Copyright 2020 X").code());
  }
}
