/** What this machine is and can do: processor, memory, OpenCL, the speed of its arithmetic. */
package org.vulpes.cli.machine;
