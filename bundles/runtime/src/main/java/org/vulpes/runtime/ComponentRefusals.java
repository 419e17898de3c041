package org.vulpes.runtime;

import java.util.ArrayList;
import java.util.List;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Says which components of started bundles cannot be used: one that fails when it is made, or waits for a service that nobody offers. */
final class ComponentRefusals {
  private ComponentRefusals() {}

  static List<String> of(ServiceComponentRuntime components) {
    var out = new ArrayList<String>();
    for (ComponentDescriptionDTO d : components.getComponentDescriptionDTOs()) {
      for (ComponentConfigurationDTO c : components.getComponentConfigurationDTOs(d)) {
        String component = "Component " + d.name + " of bundle " + d.bundle.symbolicName + " " + d.bundle.version;
        if (c.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
          for (UnsatisfiedReferenceDTO r : c.unsatisfiedReferences) {
            out.add(component + " is not used: it waits for the service " + service(d, r.name) + ", which no bundle offers.");
          }
        }
      }
    }
    return out;
  }

  private static String service(ComponentDescriptionDTO d, String reference) {
    for (var r : d.references) {
      if (r.name.equals(reference)) return r.interfaceName + (r.target == null ? "" : " " + r.target);
    }
    return reference;
  }

  /** Why a plugin could not be had when it was asked for. @param components null where nobody tells */
  static String failure(ServiceComponentRuntime components, ServiceReference<?> ref, String slot, String use) {
    Bundle bundle = ref.getBundle();
    String why = components == null || bundle == null ? "" : reason(components, bundle, (String) ref.getProperty("component.name"));
    return "Plugin '" + use + "' for '" + slot + "' of bundle " + (bundle == null ? "that is gone" : BundleRefusals.name(bundle)) + " fails when it is made" + (why.isEmpty() ? "." : ": " + why + ".");
  }

  /** The first line of what the component of this name threw when it was made; empty when unknown. */
  private static String reason(ServiceComponentRuntime components, Bundle bundle, String name) {
    for (ComponentDescriptionDTO d : components.getComponentDescriptionDTOs(bundle)) {
      if (!d.name.equals(name)) continue;
      for (ComponentConfigurationDTO c : components.getComponentConfigurationDTOs(d)) {
        if (c.state == ComponentConfigurationDTO.FAILED_ACTIVATION && c.failure != null) return rootCause(c.failure);
      }
      // Of a class that cannot be loaded nobody keeps a trace.
      try {
        bundle.loadClass(d.implementationClass);
      } catch (ClassNotFoundException | LinkageError e) {
        return "its class " + d.implementationClass + " cannot be loaded (" + e + ")";
      }
    }
    return "";
  }

  /** A failure is told as a printed stack trace; its last "Caused by" is the reason. */
  private static String rootCause(String trace) {
    String reason = trace.lines().findFirst().orElse("");
    for (String line : trace.lines().toList()) {
      if (line.startsWith("Caused by: ")) reason = line.substring("Caused by: ".length());
    }
    return reason.strip();
  }
}
