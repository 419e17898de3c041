/**
 * Where programs run. A {@link org.vulpes.compute.Device} holds {@link org.vulpes.compute.Buffer}s and turns a
 * {@link org.vulpes.compute.Program} (a flat list of {@link org.vulpes.compute.KernelCall}s over planned memory) into an
 * {@link org.vulpes.compute.Executable}, which is prepared once and run many times without allocating. A device is offered to the
 * catalogue as {@code Plugin<DeviceProvider>} in slot {@code device}; {@code compute-jvm} is the embedded default.
 */
@Export
@Version("0.1.0")
package org.vulpes.compute;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
