/** The tokenizer that learns nothing: a token is a byte. The package is not named after the bundle because {@code byte} is a keyword. */
package org.vulpes.tokenizer.bytes;
