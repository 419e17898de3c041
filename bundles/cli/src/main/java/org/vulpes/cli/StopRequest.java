package org.vulpes.cli;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.osgi.service.component.annotations.Component;

/** Remembers that the person pressed Ctrl-C: whatever trains looks between two steps, leaves a checkpoint and ends. */
@Component(service = {StopRequest.class, Runnable.class}, property = "vulpes.stop:Boolean=true")
public final class StopRequest implements Runnable, BooleanSupplier {
  private final AtomicBoolean asked = new AtomicBoolean();

  @Override
  public void run() {
    asked.set(true);
  }

  @Override
  public boolean getAsBoolean() {
    return asked.get();
  }
}
