package org.vulpes.compute.opencl;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.vulpes.compute.KernelFamily;
import org.vulpes.compute.opencl.internal.Opening;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/**
 * What a bundle of kernel text registers, once for each family that it computes. Such a bundle holds no class: its component description names this one, and the text
 * is read out of the bundle that the component belongs to.
 */
public final class TextKernels implements Plugin<KernelFamily> {
  private static final String SLOTS = "kernels.";

  private final Bundle bundle;
  private final String family;
  private Opening.Text text;

  /** @param properties {@code slot}: {@code kernels.} and the family */
  @Activate
  public TextKernels(BundleContext context, Map<String, Object> properties) {
    bundle = context.getBundle();
    String slot = String.valueOf(properties.get("slot"));
    if (!slot.startsWith(SLOTS)) throw new InvalidInput("The component of " + bundle.getSymbolicName() + " must have a property slot = kernels.FAMILY, but has " + slot + ".");
    family = slot.substring(SLOTS.length());
  }

  @Override
  public KernelFamily create(Options options) {
    return text().family(family);
  }

  /** @throws InvalidInput when it has a mistake */
  synchronized Opening.Text text() {
    if (text == null) text = Opening.read("bundle " + bundle.getSymbolicName(), this::file);
    return text;
  }

  private byte[] file(String name) {
    var entry = bundle.getEntry(name);
    if (entry == null) return null;
    try (var in = entry.openStream()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
