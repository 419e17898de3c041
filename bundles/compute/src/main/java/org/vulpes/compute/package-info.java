/**
 * Where programs run. A {@link org.vulpes.compute.Device} holds {@link org.vulpes.compute.Buffer}s and turns a
 * {@link org.vulpes.compute.Program} (a flat list of {@link org.vulpes.compute.KernelCall}s over planned memory) into an
 * {@link org.vulpes.compute.Executable}, which is prepared once and run many times without allocating. A device is offered to the
 * catalogue as {@code Plugin<DeviceProvider>} in slot {@code device}; {@code compute-jvm} is the embedded default:
 *
 * <pre>{@code
 * @Component
 * @Fills(slot = "device", use = "mine")
 * public final class Mine implements Plugin<DeviceProvider> {
 *   public DeviceProvider create(Options options) {
 *     return new DeviceProvider() {
 *       public Optional<String> refusal() { return Optional.empty(); }                 // or one sentence: why not here, and what to do
 *       public Device open(int threads) { return new MyDevice(threads); }
 *     };
 *   }
 * }
 * }</pre>
 *
 * How one family of kernels is computed is a slot of its own, {@code kernels.<family>} ({@link org.vulpes.compute.KernelFamily#ALL}); what a family's plugin must be is up to
 * the device that takes it. Both are program slots: in a run that is going, programs for all shapes in use are made and held against what is there before one table moves.
 */
@Export
@Version("0.1.0")
package org.vulpes.compute;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
