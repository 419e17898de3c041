/**
 * What is installed and what of it can be used: the catalogue of plugins, their defaults, and the reasons why something is refused. And the exchange of occupants in runs
 * that are going: {@link org.vulpes.runtime.SwapCoordinator} opens the slots of each run.
 *
 * <p>A swap, in the order of the code: {@code LiveSwaps} (asked) → {@code InstalledCandidates} (found, installed beside) → {@code Preparation} and {@code Proof} (options read,
 * tried out under a deadline) → {@code Boundary} (the training thread is met between two steps) → {@code RunSwaps} (one field moves) → {@code SwapLine} (journaled) →
 * {@code Probation} (kept or rewound) → the old candidate is let go.
 */
package org.vulpes.runtime;
