package org.vulpes.study;

/** Optimizer steps of a trial. @param exact false where there are at least so many, as samples may end early */
public record Steps(long count, boolean exact) {}
