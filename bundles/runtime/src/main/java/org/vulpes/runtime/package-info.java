/** What is installed and what of it can be used: the catalogue of plugins, their defaults, and the reasons why something is refused. */
package org.vulpes.runtime;
