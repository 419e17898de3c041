package org.vulpes.compute.jvm.internal;

import org.vulpes.compute.Kernel;

/** Makes the phases of a call of one kind of kernel. Checks what the kernel needs of shapes here, once; {@link Work#run} checks nothing. */
@FunctionalInterface
interface KernelBuilder<K extends Kernel> {
  Work[] build(K kernel, Call call);
}
