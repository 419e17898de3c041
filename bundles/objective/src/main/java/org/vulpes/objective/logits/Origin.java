package org.vulpes.objective.logits;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import java.util.TreeMap;

/**
 * What stored logits are of.
 *
 * @param teacher its folder, for people
 * @param weights SHA-256 of the teacher's weights
 * @param tokenizer fingerprint
 * @param vocabulary number of token ids
 * @param data hash of the text ({@code TokenStore.contentHash})
 * @param seed of the order in which the text is taught
 * @param top tokens of each position that are stored, the likeliest
 * @param temperature by which the teacher's logits were divided before their softmax
 * @param bits of a logarithm: 16 or 32
 * @param flops that the teacher took for the whole file
 */
public record Origin(String teacher, String weights, String tokenizer, int vocabulary, String data, long seed, int top, double temperature, int bits, double flops) {

  /** One line of JSON. */
  String line() {
    var values = new TreeMap<String, Object>();
    values.put("teacher", teacher);
    values.put("weights", weights);
    values.put("tokenizer", tokenizer);
    values.put("vocabulary", vocabulary);
    values.put("data", data);
    // As text: JSON's numbers are not exact beyond 2^53.
    values.put("seed", Long.toString(seed));
    values.put("top", top);
    values.put("temperature", temperature);
    values.put("bits", bits);
    values.put("flops", flops);
    return ConfigFactory.parseMap(values).root().render(ConfigRenderOptions.concise());
  }

  static Origin of(String line) {
    Config c = ConfigFactory.parseString(line);
    return new Origin(c.getString("teacher"), c.getString("weights"), c.getString("tokenizer"), c.getInt("vocabulary"), c.getString("data"), Long.parseLong(c.getString("seed")), c.getInt("top"),
        c.getDouble("temperature"), c.getInt("bits"), c.getDouble("flops"));
  }

  Origin with(double spent) {
    return new Origin(teacher, weights, tokenizer, vocabulary, data, seed, top, temperature, bits, spent);
  }

  /** Whether another seed's file of the same folder comes from the same teacher in the same way. */
  public boolean akin(Origin other) {
    return weights.equals(other.weights) && tokenizer.equals(other.tokenizer) && data.equals(other.data) && top == other.top && temperature == other.temperature && bits == other.bits;
  }
}
