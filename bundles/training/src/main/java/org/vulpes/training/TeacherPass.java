package org.vulpes.training;

import com.typesafe.config.Config;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.vulpes.compute.Device;
import org.vulpes.corpus.Batch;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.curriculum.Curriculum;
import org.vulpes.curriculum.Lesson;
import org.vulpes.curriculum.Mixture;
import org.vulpes.curriculum.Progress;
import org.vulpes.graph.Graph;
import org.vulpes.graph.Tensor;
import org.vulpes.model.Decoder;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;
import org.vulpes.objective.BatchGraph;
import org.vulpes.objective.Forward;
import org.vulpes.objective.Models;
import org.vulpes.objective.StepBatch;
import org.vulpes.objective.logits.LogitWriter;
import org.vulpes.objective.logits.Origin;
import org.vulpes.objective.logits.Place;
import org.vulpes.objective.logits.StoredLogits;
import org.vulpes.objective.logits.TopRow;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;

/** Lets a teacher read what runs will be taught, in their order, and stores what it says: for {@code objective.distill.teacher}. */
public final class TeacherPass implements AutoCloseable {
  /** Logits of a micro-batch at most, 64 MB. */
  private static final int MOST_LOGITS = 1 << 24;
  private static final int CHUNK = 1 << 16;

  private final Config config;
  private final TokenStore store;
  private final ModelFolder teacher;
  private final Catalogue catalogue;
  private final Settings settings;
  private final Weights weights;
  private final ForwardPrograms programs;
  private final String identity;

  /** @param top tokens of each position that are stored; 0: all @param temperature of the softmax @param bits of a logarithm, 16 or 32 */
  public record Settings(int top, double temperature, int bits) {}

  /** @param bytes of the file @param positions that it holds @param flops of the teacher */
  public record Written(Path file, long rows, long positions, long bytes, double flops) {}

  /**
   * @param config of the runs to be taught: corpus, curriculum, mixture and budget are read
   * @param device on which the teacher runs; the caller closes it
   * @throws InvalidInput when the teacher cannot read this text
   */
  public TeacherPass(Config config, TokenStore store, ModelFolder teacher, Settings settings, Device device, Catalogue catalogue) {
    this.config = config;
    this.store = store;
    this.teacher = teacher;
    this.catalogue = catalogue;
    int vocabulary = teacher.decoder().vocabulary();
    if (!teacher.tokenizer().fingerprint().equals(store.tokenizer().fingerprint())) {
      throw new InvalidInput("The teacher " + teacher.description() + " speaks another vocabulary (" + vocabulary + " ids) than the runs to be taught (" + store.tokenizer().vocabularySize()
          + " ids), so that what it says of a token means nothing to them; give them one tokenizer and one text to train it on.");
    }
    if (settings.top() < 0 || settings.top() > vocabulary) throw new InvalidInput("--top must be from 1 to the vocabulary's " + vocabulary + " tokens, or 0 for all, but is " + settings.top() + ".");
    this.settings = settings.top() == 0 ? new Settings(vocabulary, settings.temperature(), settings.bits()) : settings;
    weights = Weights.allocate(teacher.decoder(), device);
    weights.load(teacher.weights());
    identity = identity(weights);
    programs = new ForwardPrograms(device, Models.of(teacher.decoder()), weights.buffers());
  }

  /** The logits of every position. */
  private record Reading() implements Forward {
    @Override
    public String name() {
      return "teacher";
    }

    @Override
    public SortedMap<String, Tensor> build(BatchGraph b) {
      Graph g = b.graph();
      Decoder model = b.model();
      return new TreeMap<>(Map.of("logits", g.linear(model.hidden(g, b.tokens(), b.firstVisible()), model.head(g))));
    }
  }

  /**
   * Writes the file of one seed; one that is there is written again.
   *
   * @param progress told the share that is done; what it throws ends the work and leaves nothing half-written
   */
  public Written write(long seed, Path folder, DoubleConsumer progress) {
    RunSettings run = RunSettings.of(config);
    Curriculum curriculum = catalogue.create(config, "curriculum");
    Mixture mixture = catalogue.create(config, "mixture");
    var stream = new TrainingStream(store, seed);
    for (var planned : curriculum.plan(run.tokens())) {
      stream.check(planned.lesson().domainWeights());
      stream.check(planned.lesson().sequenceLength());
      int longest = teacher.decoder().longest();
      if (planned.lesson().sequenceLength() > longest) {
        throw new InvalidInput("The teacher " + teacher.description() + " reads at most " + longest + " tokens, but the lessons have sequences of " + planned.lesson().sequenceLength() + "; give a shorter sequence-length.");
      }
    }
    Path file = StoredLogits.file(folder, seed);
    for (Path other : StoredLogits.files(folder)) akin(StoredLogits.open(other).origin(), other, file);
    double flops = 0;
    long tokens = 0;
    try (var writer = new LogitWriter(file, origin(seed))) {
      for (long step = 0; tokens < run.tokens(); step++) {
        progress.accept((double) tokens / run.tokens());
        var at = new Progress(step, tokens, run.tokens(), Double.NaN);
        Lesson lesson = curriculum.next(at);
        Batch text = stream.next(lesson.sequences(), lesson.sequenceLength(), mixture.weights(at, lesson));
        flops += add(writer, text);
        tokens += (long) text.sequences() * text.length();
      }
      progress.accept(1);
      long positions = writer.positions();
      long bytes = writer.finish(flops);
      return new Written(file, stream.sequence(), positions, bytes, flops);
    }
  }

  /** SHA-256 of names and values, wherever they were read from. */
  static String identity(TensorSource source) {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      var values = new float[CHUNK];
      var bytes = ByteBuffer.allocate(4 * CHUNK);
      for (String name : new TreeSet<>(source.names())) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        long n = 1;
        for (long size : source.shape(name)) n *= size;
        for (long at = 0; at < n; at += CHUNK) {
          int some = (int) Math.min(CHUNK, n - at);
          source.read(name, at, values, 0, some);
          bytes.clear().asFloatBuffer().put(values, 0, some);
          digest.update(bytes.limit(4 * some));
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java platform has SHA-256", e);
    }
  }

  private void akin(Origin there, Path other, Path file) {
    if (other.equals(file) || there.weights().equals(identity) && there.top() == settings.top() && there.temperature() == settings.temperature() && there.bits() == settings.bits()
        && there.data().equals(store.contentHash())) return;
    throw new InvalidInput(other + " holds the logits of another teacher or text, or stored in another way; give these a folder of their own.");
  }

  private Origin origin(long seed) {
    return new Origin(teacher.description(), identity, store.tokenizer().fingerprint(), teacher.decoder().vocabulary(), store.contentHash(), seed, settings.top(), settings.temperature(), settings.bits(), 0);
  }

  /** @return FLOPs of the teacher */
  private double add(LogitWriter writer, Batch text) {
    int length = text.length();
    int vocabulary = teacher.decoder().vocabulary();
    int micro = Math.max(1, MOST_LOGITS / vocabulary / length);
    StepBatch all = StepBatch.of(text, text.weight());
    double flops = programs.flops(new Reading(), all, micro);
    for (int from = 0; from < text.sequences(); from += micro) {
      int first = from;
      int count = Math.min(micro, text.sequences() - from);
      float[] logits = programs.run(new Reading(), all.slice(from, count), count).get("logits");
      var said = IntStream.range(0, count).parallel().mapToObj(s -> {
        int[] rows = IntStream.range(s * length, (s + 1) * length).filter(i -> text.weight()[first * length + i] != 0).toArray();
        return TopRow.of(logits, rows, vocabulary, settings.top(), settings.temperature());
      }).toList();
      for (int s = 0; s < count; s++) writer.add(Place.of(text.tokens(), text.firstVisible(), text.weight(), from + s, length), said.get(s));
    }
    return flops;
  }

  @Override
  public void close() {
    programs.close();
    weights.close();
  }
}
