package org.vulpes.slot;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.osgi.service.component.annotations.ComponentPropertyType;

/** Says which slot a plugin fills, and the name by which a configuration chooses it ({@code curriculum { use = linear }}). */
@ComponentPropertyType
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.TYPE)
public @interface Fills {
  /** The slot, as in the configuration: {@code curriculum}, {@code model.attention}, {@code optimizer}, … (service property {@code slot}). */
  String slot();

  /** The plugin's name within the slot (service property {@code use}). */
  String use();
}
