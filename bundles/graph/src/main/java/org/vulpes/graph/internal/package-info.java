/** Lowering: passes over a plan, from nodes to kernel calls over planned memory. */
package org.vulpes.graph.internal;
