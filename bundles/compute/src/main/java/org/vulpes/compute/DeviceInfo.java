package org.vulpes.compute;

/**
 * What decides a device's bits and speed; journaled with every run.
 *
 * @param id "jvm", "opencl:0", "reference"
 * @param name of the hardware, for people
 * @param threads that work on one program
 * @param vectorBits width of a SIMD register that the kernels use; 64 for scalar code
 */
public record DeviceInfo(String id, String name, String version, int threads, int vectorBits) {}
