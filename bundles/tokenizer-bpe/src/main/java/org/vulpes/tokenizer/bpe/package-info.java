/**
 * Byte-level byte-pair encoding (Sennrich et al. 2016, arXiv:1508.07909, on bytes as in GPT-2): {@code Words} cuts a text into words,
 * {@code Merges} joins the bytes of a word to tokens, {@code MergeLearner} learns which to join, {@code TokenizerJson} reads and
 * {@code TokenizerJsonWriter} writes the file that the {@code tokenizers} library shares.
 */
package org.vulpes.tokenizer.bpe;
