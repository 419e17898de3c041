package org.vulpes.runtime;

import java.util.ArrayList;
import java.util.List;
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

  /** The first line of what the component of this name threw when it was made; empty when unknown. */
  static String failure(ServiceComponentRuntime components, String name) {
    for (ComponentDescriptionDTO d : components.getComponentDescriptionDTOs()) {
      if (!d.name.equals(name)) continue;
      for (ComponentConfigurationDTO c : components.getComponentConfigurationDTOs(d)) {
        if (c.state == ComponentConfigurationDTO.FAILED_ACTIVATION && c.failure != null) return rootCause(c.failure);
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
