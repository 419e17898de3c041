/** Boots the framework out of a distribution folder and hands the command line to it. Shares nothing but JDK types with the bundles. */
package org.vulpes.launcher;
