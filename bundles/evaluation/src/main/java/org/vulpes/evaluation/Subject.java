package org.vulpes.evaluation;

import java.util.Map;
import org.vulpes.compute.Buffer;
import org.vulpes.compute.Device;
import org.vulpes.model.Decoder;
import org.vulpes.tokenizer.Tokenizer;

/**
 * A model that is examined, as it is now on its device.
 *
 * @param weights by parameter name; they stay with their owner
 * @param longest tokens that it was made for: what is longer loses its beginning
 * @param begin whether texts begin with the end-of-text token, as documents do in training; the harness' default is not
 */
public record Subject(Device device, Decoder decoder, Map<String, Buffer> weights, Tokenizer tokenizer, int longest, boolean begin) {}
