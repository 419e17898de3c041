package org.vulpes.corpus.files;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.vulpes.corpus.Document;
import org.vulpes.corpus.Utf8;
import org.vulpes.slot.InvalidInput;

/** The documents of a domain, file by file, with one file open and one document in memory at a time. */
final class DocumentIterator implements Iterator<Document>, Closeable {
  private static final byte[] LINE = {'\n'};

  private final Domain domain;
  private final Rules rules;
  private final Iterator<TextFile> files;
  private TextFile file;
  private InputStream in;
  private Pieces pieces;
  /** Number of the piece or line that {@link #pieces} gave last, from 1. */
  private long number;
  /** The rest of a JSON line's text that is being cut; null: none. */
  private Pieces cuts;
  private int cutNumber;
  private Document next;

  DocumentIterator(Domain domain) {
    this.domain = domain;
    rules = domain.rules();
    files = domain.files().iterator();
  }

  @Override
  public boolean hasNext() {
    while (next == null) {
      if (in == null && !openNext()) return false;
      try {
        next = file.jsonLines() ? ofLine() : ofText();
        if (next == null && cuts == null && pieces == null) closeFile();
      } catch (Pieces.TooLong e) {
        throw tooLong(e);
      } catch (IOException e) {
        throw file.unreadable(e);
      }
    }
    return true;
  }

  @Override
  public Document next() {
    if (!hasNext()) throw new NoSuchElementException();
    Document d = next;
    next = null;
    return d;
  }

  private boolean openNext() {
    if (!files.hasNext()) return false;
    file = files.next();
    in = file.open();
    number = 0;
    try {
      pieces = file.jsonLines() ? new Pieces(in, LINE, 0, rules.longest()) : new Pieces(in, rules.separator(), rules.cut(), rules.longest());
    } catch (IOException e) {
      throw file.unreadable(e);
    }
    return true;
  }

  private void closeFile() throws IOException {
    in.close();
    in = null;
    file.checkUnchanged();
  }

  /** The next piece of a text file; null: it was blank, or there is none and {@link #pieces} is null. */
  private Document ofText() throws IOException {
    var piece = piece();
    if (piece == null) return null;
    String text = Utf8.decode(file.id(), piece.bytes(), piece.offset());
    if (text.isBlank()) return null;
    boolean whole = rules.separator() == null && rules.cut() == 0;
    return new Document(whole ? file.id() : file.id() + "/" + number, domain.name(), rules.separator() == null ? text : text.strip());
  }

  private Pieces.Piece piece() throws IOException {
    var piece = pieces.next();
    number++;
    if (piece == null) pieces = null;
    return piece;
  }

  /** The next JSON line's text, or a piece of it; null: it was blank, or there is none and {@link #pieces} is null. */
  private Document ofLine() throws IOException {
    if (cuts != null) return ofCut();
    var line = piece();
    if (line == null) return null;
    String json = Utf8.decode(file.id(), line.bytes(), line.offset());
    if (json.isBlank()) return null;
    String text = JsonLine.text(json, rules.field(), file.path() + ":" + number);
    if (rules.cut() == 0) return text.isBlank() ? null : new Document(file.id() + ":" + number, domain.name(), text);
    Utf8.length(file.id() + ":" + number, text);
    cuts = new Pieces(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), null, rules.cut(), Integer.MAX_VALUE);
    cutNumber = 0;
    return ofCut();
  }

  private Document ofCut() throws IOException {
    var piece = cuts.next();
    cutNumber++;
    if (piece == null) {
      cuts = null;
      return null;
    }
    String text = new String(piece.bytes(), StandardCharsets.UTF_8);
    return text.isBlank() ? null : new Document(file.id() + ":" + number + "/" + cutNumber, domain.name(), text);
  }

  private InvalidInput tooLong(Pieces.TooLong e) {
    String most = rules.longest() + " bytes";
    if (file.jsonLines()) {
      return new InvalidInput(file.path() + ":" + (number + 1) + ": the line is longer than " + most
          + "; raise document-bytes of corpus.files, or leave the file out if it is not JSON with one document a line.", e);
    }
    return new InvalidInput("File " + file.path() + " has a document of more than " + most + " from byte " + e.offset
        + "; say what parts its documents (separator), have it cut (cut-bytes), or raise document-bytes of corpus.files.", e);
  }

  @Override
  public void close() {
    if (in == null) return;
    try {
      in.close();
    } catch (IOException e) {
      throw file.unreadable(e);
    } finally {
      in = null;
    }
  }
}
