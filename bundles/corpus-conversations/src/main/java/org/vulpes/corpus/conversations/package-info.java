/** Questions and answers as a corpus: a user's JSON lines, and what can be made out of WordNet and LanguageTool. */
package org.vulpes.corpus.conversations;
