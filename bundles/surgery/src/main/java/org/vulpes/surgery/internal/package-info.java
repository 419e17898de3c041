/** The surgeries that Vulpes comes with. */
package org.vulpes.surgery.internal;
