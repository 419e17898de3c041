package org.vulpes.compute.jvm.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.vulpes.graph.operations.Embedding;
import org.vulpes.graph.operations.EmbeddingGradient;

class EmbeddingKernelsTest {
  @ParameterizedTest
  @ValueSource(ints = {-1, 5, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void idsOutsideTheTableAreRefused(int id) {
    var ids = new int[] {0, 4, id, 1};
    String sentence = "Id " + id + " at position 2 is not one of the table's 0 to 4.";
    var forward = new OneCall(new Embedding()).in(new float[5 * 3], 5, 3).in(ids, 1, 4).out(1, 4, 3);
    assertEquals(sentence, assertThrows(IndexOutOfBoundsException.class, () -> forward.run(1)).getMessage());
    var backward = new OneCall(new EmbeddingGradient(5)).in(ids, 1, 4).in(new float[4 * 3], 1, 4, 3).out(5, 3);
    assertEquals(sentence, assertThrows(IndexOutOfBoundsException.class, () -> backward.run(2)).getMessage());
  }
}
