/** The stock operations, one record each. Every record's Javadoc is its definition; kernels of all devices follow it. */
@Export
@Version("0.1.0")
package org.vulpes.graph.operations;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
