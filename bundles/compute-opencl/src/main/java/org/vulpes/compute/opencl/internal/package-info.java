/** The OpenCL device: host layer, kernel texts, planning. */
package org.vulpes.compute.opencl.internal;
