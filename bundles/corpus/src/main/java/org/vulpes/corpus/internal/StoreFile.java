package org.vulpes.corpus.internal;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.vulpes.corpus.internal.Selection.Side;

/**
 * The file that keeps a tokenised corpus: 64 bytes of header, the ids of all documents one after the other as little-endian int32, and a
 * table of domains and documents. The header's checksum covers everything else.
 */
public final class StoreFile {
  private static final long MAGIC = 0x564C_5053_544F_4B32L; // "VLPSTOK2"
  private static final int HEADER = 64;
  private static final long MOST_TABLE = 1L << 31;
  public static final ValueLayout.OfInt ID = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private StoreFile() {}

  /** A document as the table keeps it. @param at its first id's place among all ids */
  public record Row(int domain, Side side, long high, long low, int bytes, long at, int tokens) {}

  /** A domain as the table keeps it. */
  public record Counts(String name, int duplicates, int heldOut, int surplus) {}

  /** @param ids memory-mapped, {@link #ID} elements, with their {@link Marks} @param marked whether any has one */
  public record Content(List<Counts> domains, List<Row> rows, MemorySegment ids, boolean marked) {}

  /** Thrown for a file that is not, or no longer, what {@link Writer} wrote under this key; the message is half a sentence. */
  public static final class Damaged extends Exception {
    private static final long serialVersionUID = 1L;

    Damaged(String message) {
      super(message);
    }
  }

  /** Writes under a temporary name in the same folder; {@link #finish} gives the file its name, {@link #close} without it removes it. */
  public static final class Writer implements AutoCloseable {
    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(1 << 18).order(ByteOrder.LITTLE_ENDIAN);
    private final CRC32C sum = new CRC32C();
    private final List<Row> rows = new ArrayList<>();
    private long tokens;
    private boolean finished;

    public Writer(Path file) throws IOException {
      this.file = file;
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      // Not createTempFile: its files are private to the user, and a rename would keep that.
      temporary = folder.resolve("." + file.getFileName() + "." + ProcessHandle.current().pid() + "-" + Thread.currentThread().threadId());
      channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
      channel.position(HEADER);
    }

    public void add(int domain, Side side, long high, long low, int bytes, int[] ids) throws IOException {
      rows.add(new Row(domain, side, high, low, bytes, tokens, ids.length));
      for (int id : ids) {
        if (buffer.remaining() < 4) drain();
        buffer.putInt(id);
      }
      tokens += ids.length;
    }

    private void drain() throws IOException {
      buffer.flip();
      sum.update(buffer.duplicate());
      while (buffer.hasRemaining()) channel.write(buffer);
      buffer.clear();
    }

    public void finish(String key, List<Counts> domains) throws IOException {
      drain();
      var bytes = new ByteArrayOutputStream();
      try (var out = new DataOutputStream(bytes)) {
        out.writeUTF(key);
        out.writeInt(domains.size());
        for (Counts c : domains) {
          out.writeUTF(c.name);
          out.writeInt(c.duplicates);
          out.writeInt(c.heldOut);
          out.writeInt(c.surplus);
        }
        out.writeInt(rows.size());
        for (Row r : rows) {
          out.writeShort(r.domain);
          out.writeByte(r.side.ordinal());
          out.writeLong(r.high);
          out.writeLong(r.low);
          out.writeInt(r.bytes);
          out.writeInt(r.tokens);
        }
      }
      var table = ByteBuffer.wrap(bytes.toByteArray());
      sum.update(table.duplicate());
      int length = table.remaining();
      while (table.hasRemaining()) channel.write(table);
      var header = ByteBuffer.allocate(HEADER).order(ByteOrder.LITTLE_ENDIAN).putLong(MAGIC).putLong(tokens).putLong(length).putLong(sum.getValue());
      header.putLong(headerSum(header.array())).clear();
      long at = 0;
      while (header.hasRemaining()) at += channel.write(header, at);
      channel.force(true);
      channel.close();
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      finished = true;
    }

    @Override
    public void close() throws IOException {
      channel.close();
      if (!finished) Files.deleteIfExists(temporary);
    }
  }

  /**
   * Maps a file and checks all of it: lengths, checksum, key, every id below the vocabulary's size.
   *
   * @throws Damaged when it is not whole, or was written under another key
   */
  public static Content read(Path file, String key, int vocabularySize) throws IOException, Damaged {
    MemorySegment all;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      if (channel.size() < HEADER) throw new Damaged("is shorter than its header");
      all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    }
    byte[] head = all.asSlice(0, HEADER).toArray(ValueLayout.JAVA_BYTE);
    var header = ByteBuffer.wrap(head).order(ByteOrder.LITTLE_ENDIAN);
    if (header.getLong() != MAGIC) throw new Damaged("is not a token store of this release");
    long tokens = header.getLong();
    long table = header.getLong();
    long sum = header.getLong();
    if (header.getLong() != headerSum(head)) throw new Damaged("has a damaged header");
    if (tokens < 0 || tokens > (1L << 40) || table < 0 || table > MOST_TABLE || all.byteSize() != HEADER + 4 * tokens + table) {
      throw new Damaged("has " + all.byteSize() + " bytes, not the " + (HEADER + 4 * tokens + table) + " that its header tells");
    }
    if (checksum(all.asSlice(HEADER)) != sum) throw new Damaged("does not match its checksum");
    MemorySegment ids = all.asSlice(HEADER, 4 * tokens);
    int marks = 0;
    for (long i = 0; i < tokens; i++) {
      int id = ids.getAtIndex(ID, i);
      marks |= id & ~Marks.ID;
      if ((id & Marks.ID) >= vocabularySize) throw new Damaged("holds an id outside the vocabulary");
    }
    byte[] rest = all.asSlice(HEADER + 4 * tokens).toArray(ValueLayout.JAVA_BYTE);
    return table(rest, key, tokens, ids, marks != 0);
  }

  private static Content table(byte[] table, String key, long tokens, MemorySegment ids, boolean marked) throws IOException, Damaged {
    try (var in = new DataInputStream(new BufferedInputStream(new java.io.ByteArrayInputStream(table)))) {
      if (!in.readUTF().equals(key)) throw new Damaged("was written for another corpus or tokenizer");
      int n = in.readInt();
      if (n < 0 || n > table.length) throw new Damaged("has a damaged table");
      var domains = new ArrayList<Counts>(n);
      for (int i = 0; i < n; i++) domains.add(new Counts(in.readUTF(), in.readInt(), in.readInt(), in.readInt()));
      int documents = in.readInt();
      if (documents < 0 || documents > table.length) throw new Damaged("has a damaged table");
      var rows = new ArrayList<Row>(documents);
      long at = 0;
      for (int i = 0; i < documents; i++) {
        int domain = in.readShort();
        int side = in.readByte();
        long high = in.readLong();
        long low = in.readLong();
        int bytes = in.readInt();
        int length = in.readInt();
        if (domain < 0 || domain >= n || side < 0 || side > 1 || length < 0 || bytes < 0 || at + length > tokens) throw new Damaged("has a damaged table");
        rows.add(new Row(domain, Side.values()[side], high, low, bytes, at, length));
        at += length;
      }
      if (at != tokens || in.read() >= 0) throw new Damaged("has a damaged table");
      return new Content(List.copyOf(domains), List.copyOf(rows), ids, marked);
    } catch (java.io.EOFException | java.io.UTFDataFormatException e) {
      throw new Damaged("has a damaged table");
    }
  }

  private static long headerSum(byte[] header) {
    var sum = new CRC32C();
    sum.update(header, 0, 32);
    return sum.getValue();
  }

  private static long checksum(MemorySegment segment) {
    var sum = new CRC32C();
    for (long at = 0; at < segment.byteSize(); at += 1 << 30) {
      sum.update(segment.asSlice(at, Math.min(1 << 30, segment.byteSize() - at)).asByteBuffer());
    }
    return sum.getValue();
  }
}
