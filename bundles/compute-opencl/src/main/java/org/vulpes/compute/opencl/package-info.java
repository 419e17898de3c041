/**
 * OpenCL devices, and how to write kernels for them. Kernels come as text, in bundles without classes: {@code kernels.conf} says which operations they compute and what to
 * launch, {@code .cl} files hold the code. A matrix product in six lines of it:
 *
 * <pre>{@code
 * name = mine
 * rank = 5
 * programs { product { source = [product.cl] } }
 * kernels = [{
 *   match = "c = matmul(a, b)", when = "!transposeA && transposeB && !accumulate"
 *   launches = [{ program = product, kernel = product, args = [c, a, b, "int rows(c)", "int columns(c)", "int columns(a)"], global = ["columns(c)", "rows(c)"], local = [16, 16] }]
 * }]
 * }</pre>
 *
 * <p>{@code kernels-opencl/README.md} explains every key; {@link org.vulpes.compute.opencl.OpenCl} opens a device with such a folder, for tests.
 */
@Export
@Version("0.1.0")
package org.vulpes.compute.opencl;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
