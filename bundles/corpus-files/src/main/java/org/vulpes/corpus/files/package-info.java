/** Documents by domain out of a user's own folders: .txt, .md and JSON lines, plain or packed by gzip. */
package org.vulpes.corpus.files;
