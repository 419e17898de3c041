/**
 * The shell at a run that is going: commands of the scope {@code vulpes} for the Gogo runtime, and the prompt at which people give them. Another bundle adds a command by
 * registering any service with {@code osgi.command.scope} and {@code osgi.command.function}.
 */
@Export
@Version("0.1.0")
package org.vulpes.shell;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
