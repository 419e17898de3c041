package org.vulpes.reward.stock;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.osgi.service.component.annotations.Component;
import org.vulpes.reward.Reward;
import org.vulpes.slot.Fills;
import org.vulpes.slot.Options;
import org.vulpes.slot.Plugin;

/** A class of the user's that implements {@link Reward} and has a constructor without arguments, out of a jar or a folder of classes: no bundle, no build. */
@Component
@Fills(slot = "reward", use = "class")
public final class OwnClass implements Plugin<Reward> {

  @Override
  public Reward create(Options options) {
    if (!options.has("name")) throw options.wrong("name", "is missing; it must be the name of a class that implements " + Reward.class.getName());
    var urls = new ArrayList<URL>();
    for (String p : options.texts("path")) {
      if (!Files.exists(Path.of(p))) throw options.wrong("path", "names " + p + ", which is not there; give jars or folders of classes");
      try {
        urls.add(Path.of(p).toUri().toURL());
      } catch (MalformedURLException e) {
        throw options.wrong("path", "names " + p + ", which is no path: " + e.getMessage());
      }
    }
    String name = options.text("name");
    try {
      var loader = new URLClassLoader(urls.toArray(URL[]::new), Reward.class.getClassLoader());
      Object made = loader.loadClass(name).getConstructor().newInstance();
      if (made instanceof Reward r) return r;
      throw options.wrong("name", "= " + name + " does not implement " + Reward.class.getName());
    } catch (ClassNotFoundException e) {
      throw options.wrong("name", "= " + name + " is not in " + options.texts("path"));
    } catch (NoSuchMethodException e) {
      throw options.wrong("name", "= " + name + " has no public constructor without arguments");
    } catch (ReflectiveOperationException | LinkageError e) {
      throw options.wrong("name", "= " + name + " cannot be made: " + (e.getCause() == null ? e : e.getCause()));
    }
  }
}
