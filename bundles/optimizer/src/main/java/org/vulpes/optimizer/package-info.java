/**
 * Contract of optimizers (slot {@code optimizer}, {@code Plugin<Optimizer>}) and learning-rate schedules (slot {@code schedule},
 * {@code Plugin<Schedule>}) with the stock schedules. {@code optimizer-lion} is the shortest example.
 */
@Export
@Version("0.1.0")
package org.vulpes.optimizer;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
