package org.vulpes.interchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.Decoder;
import org.vulpes.model.Parameter;
import org.vulpes.model.Weights;
import org.vulpes.slot.InvalidInput;

class WeightsTest {
  @TempDir Path folder;

  @Test
  void parametersOfTheSameNameAndShapeStartEqualInEveryModel() {
    try (var device = new ReferenceDevice(); var tied = Weights.allocate(decoder("tied", 4), device); var untied = Weights.allocate(decoder("untied", 4), device)) {
      tied.initialise(3);
      untied.initialise(3);
      for (String name : tied.names()) assertArrayEquals(values(tied, name), values(untied, name), name);
      float[] before = values(tied, "model.layers.0.self_attn.q_proj.weight");
      tied.initialise(4);
      assertFalse(Arrays.equals(before, values(tied, "model.layers.0.self_attn.q_proj.weight")));
    }
  }

  @Test
  void initialValuesHaveTheDeviationThatTheirParameterSays() {
    Decoder decoder = decoder("untied", 4);
    try (var device = new ReferenceDevice(); var weights = Weights.allocate(decoder, device)) {
      weights.initialise(3);
      for (Parameter p : decoder.parameters()) {
        float[] v = values(weights, p.name());
        double square = 0;
        for (float x : v) square += (double) x * x / v.length;
        double want = p.initial() instanceof Parameter.Initial.Normal n ? n.standardDeviation() : 1;
        // five standard errors of a standard deviation
        assertEquals(want, Math.sqrt(square), want * 5 / Math.sqrt(2.0 * v.length), p.name());
      }
    }
  }

  @Test
  void aSavedModelIsLoadedBitForBit() {
    Path file = folder.resolve("model.safetensors");
    try (var device = new ReferenceDevice(); var saved = Weights.allocate(decoder("tied", 4), device); var loaded = Weights.allocate(decoder("tied", 4), device)) {
      saved.initialise(3);
      SafetensorsWriter.write(file, saved, Map.of());
      try (var source = SafetensorsFile.open(file)) {
        loaded.load(source);
      }
      for (String name : saved.names()) assertArrayEquals(values(saved, name), values(loaded, name), name);
    }
  }

  @Test
  void weightsOfAnotherModelAreRefusedAndNothingIsChanged() {
    Path file = folder.resolve("model.safetensors");
    try (var device = new ReferenceDevice(); var saved = Weights.allocate(decoder("tied", 4), device)) {
      saved.initialise(3);
      SafetensorsWriter.write(file, saved, Map.of());
      for (Decoder other : new Decoder[] {decoder("untied", 4), decoder("tied", 3), decoder("tied", 5)}) {
        try (var weights = Weights.allocate(other, device); var source = SafetensorsFile.open(file)) {
          weights.initialise(9);
          float[] before = values(weights, "model.embed_tokens.weight");
          String message = assertThrows(InvalidInput.class, () -> weights.load(source)).getMessage();
          assertTrue(message.startsWith(file.toString()), message);
          assertArrayEquals(before, values(weights, "model.embed_tokens.weight"));
        }
      }
    }
  }

  private static float[] values(Weights weights, String name) {
    long length = 1;
    for (long s : weights.shape(name)) length *= s;
    var out = new float[(int) length];
    weights.read(name, 0, out, 0, out.length);
    return out;
  }

  private static Decoder decoder(String embedding, int layers) {
    var config = ConfigFactory.parseString("model { width = 32, layers = " + layers + ", embedding.use = " + embedding + " }").withFallback(new StockBricks().reference());
    return Decoder.of(config.resolve(), new StockBricks(), 50);
  }
}
