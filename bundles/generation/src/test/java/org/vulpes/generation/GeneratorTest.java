package org.vulpes.generation;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.vulpes.graph.Axis;
import org.vulpes.graph.Tensor;
import org.vulpes.graph.reference.ReferenceDevice;
import org.vulpes.model.AttentionBrick;
import org.vulpes.model.Decoder;
import org.vulpes.model.DepthBrick;
import org.vulpes.model.EmbeddingBrick;
import org.vulpes.model.FeedForwardBrick;
import org.vulpes.model.NormBrick;
import org.vulpes.model.PositionBrick;
import org.vulpes.model.Scope;
import org.vulpes.model.TensorSource;
import org.vulpes.model.Weights;
import org.vulpes.slot.Catalogue;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Plugin;

class GeneratorTest {
  private static final int VOCABULARY = 40;

  @Test
  void everyTokenFollowsTheLastOneAcrossBucketsOfLength() {
    try (var device = new ReferenceDevice(); var generator = Generator.open(counter(100), device, new NextIsOneMore())) {
      var told = new ArrayList<Integer>();
      int[] text = generator.generate(List.of(Prompt.of(30, 2)), Sampling.greedy(), Ending.length(35), (p, s, id) -> told.add(id)).getFirst().tokens();
      assertArrayEquals(IntStream.range(3, 38).toArray(), text);
      assertEquals(IntStream.of(text).boxed().toList(), told);
      assertArrayEquals(new int[] {8, 9}, generator.generate(new int[] {7}, 0, Sampling.greedy(), Ending.length(2)));
    }
  }

  @Test
  void aTextEndsWithItsEndToken() {
    try (var device = new ReferenceDevice(); var generator = Generator.open(counter(100), device, new NextIsOneMore())) {
      assertArrayEquals(new int[] {4, 5, 6}, generator.generate(new int[] {3}, 0, Sampling.greedy(), new Ending(20, 6, List.of(), null)));
      assertArrayEquals(new int[0], generator.generate(new int[] {3}, 0, Sampling.greedy(), new Ending(0, 6, List.of(), null)));
    }
  }

  @Test
  void sharedWeightsAreReadAsTheyAreNowAndStayOpen() {
    try (var device = new ReferenceDevice(); var weights = Weights.allocate(counter(100), device)) {
      weights.load(new NextIsOneMore());
      try (var generator = Generator.over(counter(100), device, weights.buffers(), 4)) {
        assertArrayEquals(new int[] {2}, generator.generate(new int[] {1}, 0, Sampling.greedy(), Ending.length(1)));
        var row = new float[VOCABULARY];
        row[1] = 5;
        weights.buffers().get("lm_head.weight").write(9L * VOCABULARY, row, 0, VOCABULARY);
        assertArrayEquals(new int[] {9}, generator.generate(new int[] {1}, 0, Sampling.greedy(), Ending.length(1)));
      }
      weights.initialise(1);
    }
  }

  @Test
  void promptsThatTheModelCannotTakeAreRefused() {
    try (var device = new ReferenceDevice(); var generator = Generator.open(counter(20), device, new NextIsOneMore())) {
      assertThrows(InvalidInput.class, () -> generator.generate(new int[0], 0, Sampling.greedy(), Ending.length(1)));
      assertThrows(InvalidInput.class, () -> generator.generate(new int[] {VOCABULARY}, 0, Sampling.greedy(), Ending.length(1)));
      assertThrows(InvalidInput.class, () -> generator.generate(new int[] {-1}, 0, Sampling.greedy(), Ending.length(1)));
      assertThrows(InvalidInput.class, () -> generator.generate(new int[] {1}, 0, Sampling.greedy(), Ending.length(20)));
      assertEquals(19, generator.generate(new int[] {1}, 0, Sampling.greedy(), Ending.length(19)).length);
    }
  }

  /** A decoder that passes each token's vector through: with an identity table, row v of the head says after which token v comes. */
  private static Decoder counter(int longest) {
    Config config = ConfigFactory.parseString("model { width = " + VOCABULARY + ", arrangement = pre, final-norm = false, initial-deviation = 0.02, residual-scaling = none, "
        + "depth.use = d, embedding.use = e, position.use = p, norm.use = n, attention.use = a, feedforward.use = f }");
    return Decoder.of(config, new Catalogue() {
      @Override
      public List<Entry> entries() {
        return List.of();
      }

      @Override
      public List<String> refusals() {
        return List.of();
      }

      @Override
      @SuppressWarnings("unchecked")
      public <T> Plugin<T> plugin(String slot, String use) {
        Object brick = switch (slot) {
          case "model.depth" -> (DepthBrick) model -> Collections.nCopies(1, model);
          case "model.attention" -> (AttentionBrick) (scope, x, layer) -> scope.graph().scale(x, 0);
          case "model.feedforward" -> (FeedForwardBrick) (scope, x) -> scope.graph().scale(x, 0);
          case "model.norm" -> (NormBrick) (scope, x, group) -> x;
          case "model.position" -> new PositionBrick() {
            @Override
            public Tensor rotate(Scope scope, Tensor x, int headDim) {
              return x;
            }

            @Override
            public int longest() {
              return longest;
            }
          };
          default -> new EmbeddingBrick() {
            @Override
            public Tensor embed(Scope scope, Tensor ids, Axis vocabulary, Axis width) {
              return scope.graph().embedding(scope.weight("model.embed_tokens.weight", vocabulary, width), ids);
            }

            @Override
            public Tensor head(Scope scope, Axis vocabulary, Axis width) {
              return scope.weight("lm_head.weight", vocabulary, width);
            }
          };
        };
        return options -> (T) brick;
      }

      @Override
      public Config reference() {
        return ConfigFactory.empty();
      }
    }, VOCABULARY);
  }

  /** Identity for the table; for the head the identity shifted by one. */
  private record NextIsOneMore() implements TensorSource {
    @Override
    public String description() {
      return "weights";
    }

    @Override
    public List<String> names() {
      return List.of("lm_head.weight", "model.embed_tokens.weight");
    }

    @Override
    public long[] shape(String name) {
      return new long[] {VOCABULARY, VOCABULARY};
    }

    @Override
    public void read(String name, long offset, float[] target, int from, int count) {
      int shift = name.startsWith("lm_head") ? 1 : 0;
      for (int i = 0; i < count; i++) {
        long row = (offset + i) / VOCABULARY;
        long column = (offset + i) % VOCABULARY;
        target[from + i] = row == (column + shift) % VOCABULARY ? 1 : 0;
      }
    }
  }
}
