/**
 * The oracle: a device that runs any program by the operations' float64 definitions, and {@link org.vulpes.graph.reference.OperationCheck},
 * which makes test cases for kernels out of them. A kernel's test is three lines:
 *
 * <pre>{@code
 * var check = OperationCheck.of(new RmsNorm(1e-5, false), 1, new int[] {2, 7, 24}, new int[] {24});
 * double[][] got = check.run(device);
 * assertTrue(check.error(got) < 1e-6, check.describe(got));
 * }</pre>
 */
@Export
@Version("0.1.0")
package org.vulpes.graph.reference;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
