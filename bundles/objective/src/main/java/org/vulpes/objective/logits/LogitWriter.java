package org.vulpes.objective.logits;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import org.vulpes.slot.InvalidInput;

/**
 * Writes a file of stored logits, row by row, in the order in which they are taught; memory holds one row, and 12 bytes of each before. The file has its name when {@link #finish} has ended, and
 * none before.
 *
 * <p>Layout, numbers big-endian: {@link #MAGIC}; rows, each 16 bytes of its text's hash, its learned positions as an int, and deflated values ({@link TopRow}); for each row its offset as a long
 * and its length in tokens as an int; the {@link Origin} as JSON; rows as a long, bytes of the JSON as an int; SHA-256 of all before.
 */
public final class LogitWriter implements AutoCloseable {
  static final byte[] MAGIC = "VulpesL1".getBytes(StandardCharsets.US_ASCII);
  /** Rows, bytes of the JSON, SHA-256. */
  static final int TAIL = 8 + 4 + 32;
  static final int ROW = 16 + 4;
  static final int INDEX = 8 + 4;

  private final Path file;
  private final Path temporary;
  private final Origin origin;
  private final FileChannel channel;
  private final MessageDigest digest = Place.sha256();
  private byte[] index = new byte[INDEX << 10];
  private long at;
  private int rows;
  private long positions;

  /** @throws InvalidInput when the place cannot be written */
  public LogitWriter(Path file, Origin origin) {
    this.file = file;
    this.origin = origin;
    temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
      write(ByteBuffer.wrap(MAGIC));
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** The next row. @param said of the learned positions of the place, in their order */
  public void add(Place place, TopRow said) {
    byte[] packed = said.pack(origin.top(), origin.bits());
    if (INDEX * (rows + 1) > index.length) index = Arrays.copyOf(index, 2 * index.length);
    ByteBuffer.wrap(index, INDEX * rows, INDEX).putLong(at).putInt(place.length());
    try {
      write(ByteBuffer.allocate(ROW).put(place.hash()).putInt(place.positions()).flip());
      write(ByteBuffer.wrap(packed));
    } catch (IOException e) {
      throw failure(e);
    }
    rows++;
    positions += place.positions();
  }

  public long positions() {
    return positions;
  }

  /** Completes the file and gives it its name. @param flops that the teacher took @return its bytes */
  public long finish(double flops) {
    try {
      byte[] line = origin.with(flops).line().getBytes(StandardCharsets.UTF_8);
      write(ByteBuffer.wrap(index, 0, INDEX * rows));
      write(ByteBuffer.wrap(line));
      write(ByteBuffer.allocate(12).putLong(rows).putInt(line.length).flip());
      var last = ByteBuffer.wrap(digest.digest());
      while (last.hasRemaining()) channel.write(last);
      channel.force(true);
      channel.close();
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return at + 32;
    } catch (IOException e) {
      throw failure(e);
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    digest.update(bytes.duplicate());
    at += bytes.remaining();
    while (bytes.hasRemaining()) channel.write(bytes);
  }

  private InvalidInput failure(IOException e) {
    return new InvalidInput("Cannot write " + file + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()) + "; make room or choose another folder, and give the command again.", e);
  }

  /** Leaves nothing behind unless it was finished. */
  @Override
  public void close() {
    try {
      channel.close();
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      throw failure(e);
    }
  }
}
