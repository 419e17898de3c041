package org.vulpes.objective.distill;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.vulpes.objective.StepBatch;
import org.vulpes.tokenizer.Tokenizer;

/** The stretches of text in a batch, in two vocabularies: one row of the second for each stretch of one document within one sequence, and the spans whose ends both have. */
final class Rows {
  /** Targets {@code from … to} of the student (in the batch) and of the teacher (in the translated one) that stand for the same bytes. @param sequence of the student */
  private record Span(int sequence, int from, int to, int teacherFrom, int teacherTo, int bytes) {}

  /** @param at the student's first target @param teacher its text in the teacher's ids */
  private record Stretch(int sequence, int at, int[] student, int[] teacher) {}

  private final StepBatch batch;
  private final Tokenizer mine;
  private final Tokenizer its;
  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private final int length;

  Rows(StepBatch batch, Tokenizer mine, Tokenizer its) {
    this.batch = batch;
    this.mine = mine;
    this.its = its;
    for (int s = 0; s < batch.sequences(); s++) cut(s);
    int longest = stretches.stream().mapToInt(x -> x.teacher.length).max().orElse(1);
    length = (longest + 31) / 32 * 32;
    for (int r = 0; r < stretches.size(); r++) spans(stretches.get(r), r);
  }

  int spans() {
    return spans.size();
  }

  /** Stretches of learned text tokens that see the same beginning. */
  private void cut(int s) {
    int[] targets = batch.ints(StepBatch.TARGETS);
    int[] first = batch.ints(StepBatch.FIRST_VISIBLE);
    float[] weight = batch.floats(StepBatch.WEIGHT);
    int end = (s + 1) * batch.length();
    for (int from = s * batch.length(), to; from < end; from = to) {
      to = from + 1;
      if (!learned(targets, weight, from)) continue;
      while (to < end && learned(targets, weight, to) && first[to] == first[from]) to++;
      int[] student = Arrays.copyOfRange(targets, from, to);
      String text = text(student);
      if (text != null) stretches.add(new Stretch(s, from, student, its.encode(text)));
    }
  }

  private boolean learned(int[] targets, float[] weight, int i) {
    return targets[i] >= 0 && weight[i] != 0 && mine.bytes(targets[i]).length > 0;
  }

  /** Null where a stretch begins or ends within a character. */
  private String text(int[] ids) {
    var bytes = new ByteArrayOutputStream();
    for (int id : ids) bytes.writeBytes(mine.bytes(id));
    try {
      return StandardCharsets.UTF_8.newDecoder().onMalformedInput(CodingErrorAction.REPORT).decode(ByteBuffer.wrap(bytes.toByteArray())).toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /** Two walks over the same bytes; a span ends where both are at the end of a token. */
  private void spans(Stretch x, int row) {
    int a = 0;
    int b = 0;
    int fromA = 0;
    int fromB = 0;
    long left = 0;
    long right = 0;
    long begun = 0;
    while (a < x.student.length || b < x.teacher.length) {
      if (left <= right && a < x.student.length) left += mine.bytes(x.student[a++]).length;
      else right += its.bytes(x.teacher[b++]).length;
      if (left == right && left > begun) {
        spans.add(new Span(x.sequence, x.at + fromA, x.at + a, row * length + fromB, row * length + b, (int) (left - begun)));
        fromA = a;
        fromB = b;
        begun = left;
      }
    }
  }

  /** One row for each stretch, in the teacher's ids. */
  StepBatch translated() {
    int n = Math.max(1, stretches.size());
    int[] tokens = new int[n * length];
    int[] targets = new int[n * length];
    Arrays.fill(tokens, its.endOfText());
    Arrays.fill(targets, -1);
    for (int r = 0; r < stretches.size(); r++) {
      int[] ids = stretches.get(r).teacher;
      System.arraycopy(ids, 0, targets, r * length, ids.length);
      System.arraycopy(ids, 0, tokens, r * length + 1, Math.min(ids.length, length - 1));
    }
    return new StepBatch(n, length, new TreeMap<>(Map.of(StepBatch.TOKENS, tokens, StepBatch.TARGETS, targets, StepBatch.FIRST_VISIBLE, new int[n * length], StepBatch.WEIGHT, new float[n * length])), 0, 0,
        0, new TreeMap<>());
  }

  /**
   * The loss Σ (log q − log p)² / bytes over the spans, divided by all bytes.
   *
   * @param student −log q of every target @param teacher −log p of every translated one
   * @param slope is given d loss / d (−log q) of every target @param offset is given, for each sequence, the loss less Σ slope · (−log q)
   */
  double compare(float[] student, float[] teacher, float[] slope, float[] offset) {
    long all = spans.stream().mapToLong(Span::bytes).sum();
    double loss = 0;
    var linear = new double[offset.length];
    for (Span s : spans) {
      double q = 0;
      double p = 0;
      for (int i = s.from; i < s.to; i++) q += student[i];
      for (int i = s.teacherFrom; i < s.teacherTo; i++) p += teacher[i];
      double value = (q - p) * (q - p) / s.bytes / all;
      double d = 2 * (q - p) / s.bytes / all;
      for (int i = s.from; i < s.to; i++) slope[i] = (float) d;
      linear[s.sequence] += value - d * q;
      loss += value;
    }
    for (int s = 0; s < offset.length; s++) offset[s] = (float) linear[s];
    return loss;
  }
}
