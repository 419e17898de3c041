package @package@;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import java.util.ArrayList;
import org.osgi.service.component.annotations.Component;
import org.vulpes.model.DepthBrick;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** Equal blocks, of which every n-th has no positions. */
@Component
@Fills(slot = "model.depth", use = "@name@")
public final class @class@ implements Plugin<DepthBrick> {
  @Override
  public DepthBrick create(Options options) {
    int layers = options.integer("layers", 1, 4096);
    int every = options.integer("every", 1, 4096);
    return model -> {
      var out = new ArrayList<Config>();
      for (int i = 1; i <= layers; i++) out.add(i % every == 0 ? model.withValue("position.use", ConfigValueFactory.fromAnyRef("none")) : model);
      return out;
    };
  }
}
