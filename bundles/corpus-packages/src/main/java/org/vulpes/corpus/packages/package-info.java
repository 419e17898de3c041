/** Documents by domain out of pinned, published artifacts and, on request, the JDK's sources. */
package org.vulpes.corpus.packages;
