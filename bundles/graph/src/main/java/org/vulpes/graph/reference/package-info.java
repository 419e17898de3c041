/**
 * The oracle: a device that runs any program by the operations' float64 definitions, and {@link org.vulpes.graph.reference.OperationCheck},
 * which makes test cases for kernels out of them ({@link org.vulpes.graph.reference.OddSizes} has some for each). A kernel's test is two lines:
 *
 * <pre>{@code
 * var check = OperationCheck.of(new RmsNorm(1e-5, false), 1, new int[] {2, 7, 24}, new int[] {24});
 * assertEquals(Optional.empty(), check.disagreement(device, 1e-6));
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.graph.reference;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
