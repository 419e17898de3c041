/** JMH benchmarks of a device's kernels on the shapes of {@code configs/benchmarks}, through the contract that every device implements. */
package org.vulpes.benchmarks;
