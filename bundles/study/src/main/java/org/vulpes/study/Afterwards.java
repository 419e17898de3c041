package org.vulpes.study;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.vulpes.compute.Device;
import org.vulpes.compute.DeviceProvider;
import org.vulpes.corpus.TokenStore;
import org.vulpes.corpus.TrainingStream;
import org.vulpes.evaluation.ByteNgram;
import org.vulpes.evaluation.GzipBaseline;
import org.vulpes.generation.Ending;
import org.vulpes.generation.Generator;
import org.vulpes.generation.Prompt;
import org.vulpes.generation.Sampling;
import org.vulpes.interchange.SafetensorsFile;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.training.Durable;
import org.vulpes.training.RunSettings;
import org.vulpes.training.Seal;
import org.vulpes.training.TrainedModel;

/** What is made once the trials are done: the compressors' figures on the same text, and a sample. Both come from the baseline's first seed that finished. */
final class Afterwards {
  private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).enable(SerializationFeature.INDENT_OUTPUT);
  private static final String REFERENCES = "references.json";
  private static final String SAMPLE = "sample.txt";
  private static final int ORDER = 5;
  /** Bounds the n-gram's memory; a pocket study teaches less. */
  private static final long MOST_BYTES = 64_000_000;

  private final StudyPlan plan;
  private final TokenStore store;
  private final Catalogue catalogue;
  private final Path folder;
  private final StudyListener listener;

  Afterwards(StudyPlan plan, TokenStore store, Catalogue catalogue, Path folder, StudyListener listener) {
    this.plan = plan;
    this.store = store;
    this.catalogue = catalogue;
    this.folder = folder;
    this.listener = listener;
  }

  /**
   * Writes what is not there yet, or was made of another trial or prompt.
   *
   * @param of the baseline's trial that finished
   * @param stop asked between the two, and between two tokens of the sample
   */
  void write(TrialResult of, String prompt, int tokens, BooleanSupplier stop) {
    Path trial = folder.resolve("trials").resolve(plan.baseline() + "-s" + of.seed());
    String origin = Hash.of(of.config(), Long.toString(of.seed()));
    // Where policies learn from rewards no text is taught, and nothing could be counted.
    boolean taught = of.epochs().values().stream().anyMatch(e -> e > 0);
    if (taught && !origin.equals(origin(folder))) {
      listener.preparing("compressing the validation text", 0);
      Durable.delete(folder.resolve(SAMPLE));
      references(TrainedModel.stream(trial, store, Seeds.of(plan.design(), plan.baseline(), of.seed())), origin);
    }
    if (stop.getAsBoolean() || tokens == 0 || Files.exists(folder.resolve(SAMPLE)) && sample(folder).startsWith(prompt)) return;
    listener.preparing("generating a sample", 0);
    try {
      Durable.write(folder.resolve(SAMPLE), generate(trial, of.seed(), prompt, tokens, stop));
    } catch (InvalidInput e) {
      // The verdicts do not need it.
      listener.said("There is no sample: " + e.getMessage());
    } catch (Stopped e) {
      // The next call makes it.
    }
  }

  private void references(TrainingStream taught, String origin) {
    ByteNgram ngram;
    try (var texts = taught.taught()) {
      ngram = ByteNgram.train(ORDER, texts, MOST_BYTES);
    }
    var gzip = new TreeMap<String, Double>();
    var byNgram = new TreeMap<String, Double>();
    for (String domain : store.domains()) {
      try (var texts = store.validation(domain).texts()) {
        gzip.put(domain, GzipBaseline.bitsPerByte(texts));
      }
      try (var texts = store.validation(domain).texts()) {
        byNgram.put(domain, ngram.bitsPerByte(texts));
      }
    }
    var out = new TreeMap<String, Object>(Map.of(Seal.FIELD, Seal.BLANK, "of", origin, "gzip", mean(gzip), "gzip-domains", gzip, "ngram", mean(byNgram), "ngram-domains", byNgram, "trained-bytes", ngram.trainedBytes()));
    try {
      Durable.write(folder.resolve(REFERENCES), Seal.close(JSON.writeValueAsString(out) + "\n"));
    } catch (JsonProcessingException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private double mean(SortedMap<String, Double> byDomain) {
    var weights = RunSettings.of(plan.arms().getFirst().config()).metricWeights();
    double sum = 0;
    double all = 0;
    for (var e : byDomain.entrySet()) {
      double w = weights.isEmpty() ? 1 : weights.getOrDefault(e.getKey(), 0.0);
      sum += w * e.getValue();
      all += w;
    }
    return sum / all;
  }

  private String generate(Path trial, long seed, String prompt, int tokens, BooleanSupplier stop) {
    var model = TrainedModel.open(trial, catalogue);
    DeviceProvider provider = catalogue.create(model.config(), "device");
    int[] ids = model.tokenizer().encode(prompt);
    var start = new int[ids.length + 1];
    start[0] = model.tokenizer().endOfText();
    System.arraycopy(ids, 0, start, 1, ids.length);
    try (Device device = provider.open(0); var file = SafetensorsFile.open(model.weights()); var generator = Generator.open(model.decoder(), device, file)) {
      var continuation = generator.generate(List.of(new Prompt(start, 1, seed)), Sampling.of(0.8, 40, 1), Ending.text(tokens, model.tokenizer(), List.of()), (p, s, id) -> {
        if (stop.getAsBoolean()) throw new Stopped();
      });
      return prompt + model.tokenizer().decode(continuation.getFirst().tokens());
    }
  }

  static Optional<References> references(Path folder) {
    return tree(folder).map(n -> new References(n.path("gzip").asDouble(), Results.numbers(n.path("gzip-domains")), n.path("ngram").asDouble(),
        Results.numbers(n.path("ngram-domains")), n.path("trained-bytes").asLong()));
  }

  /** Of which trial the files that are there were made; empty when there are none. */
  private static String origin(Path folder) {
    return tree(folder).map(n -> n.path("of").asText()).orElse("");
  }

  private static Optional<JsonNode> tree(Path folder) {
    Path file = folder.resolve(REFERENCES);
    if (!Files.exists(file)) return Optional.empty();
    try {
      String text = Files.readString(file);
      if (Seal.intact(text)) return Optional.of(JSON.readTree(text));
    } catch (CharacterCodingException | JsonProcessingException e) {
      // Altered, as below.
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
    throw new InvalidInput(file + " was altered since it was written. Delete it and run the study again: it is made anew.");
  }

  static String sample(Path folder) {
    Path file = folder.resolve(SAMPLE);
    try {
      return Files.exists(file) ? Files.readString(file) : "";
    } catch (IOException e) {
      throw new InvalidInput("Cannot read " + file + ": " + e.getMessage() + ".", e);
    }
  }
}
