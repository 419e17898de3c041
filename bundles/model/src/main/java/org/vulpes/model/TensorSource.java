package org.vulpes.model;

import java.util.List;

/** Named tensors of numbers that can be read piece by piece: a file of weights, the weights on a device, the moments of an optimizer. */
public interface TensorSource {
  /** Where the tensors come from, for messages: {@code "runs/x/model.safetensors"}. */
  String description();

  /** In a fixed order. */
  List<String> names();

  /** Sizes of the axes, outermost first. @throws org.vulpes.slot.InvalidInput when there is no such tensor */
  long[] shape(String name);

  /** Elements {@code offset} … of the row-major tensor. @throws IndexOutOfBoundsException beyond its end */
  void read(String name, long offset, float[] target, int from, int count);
}
