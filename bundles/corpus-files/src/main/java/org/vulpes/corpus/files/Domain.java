package org.vulpes.corpus.files;

import java.util.List;

/** A domain's files, in the order in which they are read, and how they become documents. */
record Domain(String name, List<TextFile> files, Rules rules) {}
