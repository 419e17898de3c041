package org.vulpes.compute.opencl.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.vulpes.compute.Device;

/** A driver whose device can be lost: from some call on it answers every function with an error, for every context and whatever is released, as one does whose device was unplugged. */
public final class LosableDriver {
  private record Loss(String function, int code, int contexts) {}

  /** All that were opened, closed ones too. */
  public final List<Device> opened = new CopyOnWriteArrayList<>();
  private volatile Loss next;
  /** Whether the device has memory of its own, which the host reaches by commands only. */
  public boolean apart;
  private volatile Loss lost;

  /** The device is lost at the next call of this function. */
  public void lose(String function, int code) {
    next = new Loss(function, code, 0);
  }

  /** The same at the next call in a context that is opened from now on. */
  public void loseAnother(String function, int code) {
    next = new Loss(function, code, opened.size());
  }

  public boolean lost() {
    return lost != null;
  }

  /** @param cache for built programs */
  public Device open(Path cache, Path... kernels) {
    var texts = new ArrayList<Opening.Text>();
    for (Path k : kernels) texts.add(Opening.read(k.toString(), Opening.folder(k)));
    var device = Opening.open("0", texts, new Opening.How(cache, 0, false, false), Context::new);
    opened.add(device);
    return device;
  }

  private final class Context extends ClContext {
    private final int number;

    Context(ClFacts facts) {
      number = opened.size();
      super(apart ? facts.apart() : facts);
    }

    @Override
    int answer(String function, int code) {
      Loss n = next;
      if (lost == null && n != null && n.function.equals(function) && number >= n.contexts) lost = n;
      return lost != null ? lost.code : code;
    }
  }
}
