package org.vulpes.objective.logits;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.zip.DataFormatException;
import org.vulpes.slot.InvalidInput;

/** A file that {@link LogitWriter} made. Mapped, not read into memory: a row is unpacked when it is asked for. Safe for several threads. */
public final class StoredLogits {
  private static final String ENDING = ".logits";
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final Path file;
  private final MemorySegment all;
  private final Origin origin;
  private final long rows;
  private final long index;

  private StoredLogits(Path file) {
    this.file = file;
    try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
      // The garbage collector unmaps it: an objective is never closed.
      all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    long size = all.byteSize();
    if (size < LogitWriter.MAGIC.length + LogitWriter.TAIL || !Arrays.equals(bytes(0, LogitWriter.MAGIC.length), LogitWriter.MAGIC)) {
      throw new InvalidInput(file + " holds no stored logits; ./vulpes teach writes them.");
    }
    rows = all.get(LONG, size - LogitWriter.TAIL);
    int line = all.get(INT, size - LogitWriter.TAIL + 8);
    index = size - LogitWriter.TAIL - line - LogitWriter.INDEX * rows;
    if (line < 2 || line > size || rows < 0 || rows > Integer.MAX_VALUE || index < LogitWriter.MAGIC.length) throw damaged();
    try {
      origin = Origin.of(new String(bytes(size - LogitWriter.TAIL - line, line), StandardCharsets.UTF_8));
    } catch (RuntimeException e) {
      throw damaged();
    }
  }

  /** Where the logits of a seed's text lie. */
  public static Path file(Path folder, long seed) {
    return folder.resolve("seed-" + seed + ENDING);
  }

  /** The files in a folder, by name; none when it is no folder of stored logits. */
  public static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) return List.of();
    try (var files = Files.list(folder)) {
      return files.filter(f -> f.getFileName().toString().matches("seed-\\d+\\" + ENDING)).sorted().toList();
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + folder + ": " + e.getMessage() + ".", e);
    }
  }

  /** @throws InvalidInput when it is no such file, or its ends are damaged */
  public static StoredLogits open(Path file) {
    return new StoredLogits(file);
  }

  /** Reads all of it once. @throws InvalidInput when a bit is another than when it was written */
  public StoredLogits verify() {
    MessageDigest digest = Place.sha256();
    long end = all.byteSize() - 32;
    for (long at = 0; at < end; at += 1 << 20) digest.update(all.asSlice(at, Math.min(1 << 20, end - at)).asByteBuffer());
    if (!Arrays.equals(digest.digest(), bytes(end, 32))) throw damaged();
    return this;
  }

  public Origin origin() {
    return origin;
  }

  public long rows() {
    return rows;
  }

  /** Tokens of a row. */
  public int length(long row) {
    return all.get(INT, index + LogitWriter.INDEX * row + 8);
  }

  /** @throws InvalidInput when the row has not so many tokens */
  public void sameLength(long row, int length) {
    if (length(row) == length) return;
    throw new InvalidInput("Sequence " + (row + 1) + " of " + file + " has " + length(row) + " tokens, that of the run " + length + "; write the logits with the run's own curriculum.");
  }

  /** What the teacher said about a row. @throws InvalidInput when the row is of another text than this */
  public TopRow row(long row, Place place) {
    if (row >= rows) throw new InvalidInput(file + " holds " + rows + " sequences, and the run asks for one more; write them for a run as long as this one.");
    sameLength(row, place.length());
    long from = all.get(LONG, index + LogitWriter.INDEX * row);
    long to = row + 1 < rows ? all.get(LONG, index + LogitWriter.INDEX * (row + 1)) : index;
    if (!Arrays.equals(bytes(from, 16), place.hash())) {
      throw new InvalidInput("Sequence " + (row + 1) + " of " + file + " is another text, or other positions of it, than the run is taught; write the logits anew with the run's own configuration "
          + "(curriculum, mixture, batch and seed decide the order of the text).");
    }
    try {
      return TopRow.unpack(bytes(from + LogitWriter.ROW, Math.toIntExact(to - from - LogitWriter.ROW)), all.get(INT, from + 16), origin.top(), origin.vocabulary(), origin.bits());
    } catch (DataFormatException | RuntimeException e) {
      throw damaged();
    }
  }


  private byte[] bytes(long from, int n) {
    return all.asSlice(from, n).toArray(ValueLayout.JAVA_BYTE);
  }

  private InvalidInput damaged() {
    return new InvalidInput(file + " is damaged; delete it and write it again with ./vulpes teach.");
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
