/**
 * {@code vulpes bench}: training speed and matrix products beside PyTorch's, taking turns in one run so that whatever else the machine does hits
 * both. The peer is a process that speaks lines of JSON.
 */
package org.vulpes.cli.bench;
