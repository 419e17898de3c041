package org.vulpes.compute.opencl;

import com.aparapi.Kernel;
import com.aparapi.internal.model.ClassModel;
import com.aparapi.internal.model.Entrypoint;
import com.aparapi.internal.writer.KernelWriter;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Translates kernels written in Java (classes that extend Aparapi's {@link Kernel}) to OpenCL C, while a bundle of kernels is built. Runs without OpenCL.
 *
 * <p>Class {@code RmsNorm} becomes the file {@code rms-norm.cl} with the kernel {@code rms_norm}, whose parameters are the instance fields in the order in which they are
 * declared, followed by those of an abstract class that it extends; a field with {@code @Local} becomes local memory. Classes must be compiled with {@code -g} (with {@code -g:none} Aparapi never ends),
 * and call no other class than those that they extend.
 * No {@code switch}, {@code break}, enhanced {@code for}, lambda or {@code new}; an entry point {@code run()}.
 */
public final class Translator {
  private static final Pattern SIGNATURE = Pattern.compile("__kernel void run\\(\\s*(.*?)\\s*\\)\\{", Pattern.DOTALL);
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)\\s*$");

  private Translator() {}

  /** @param arguments the folder of the compiled classes, which must be on the class path, and the folder for the texts */
  public static void main(String[] arguments) throws Exception {
    try {
      translate(arguments);
    } catch (IllegalArgumentException e) {
      // A build fails by what is thrown here, and shows the sentence alone.
      Thread.currentThread().setUncaughtExceptionHandler((_, thrown) -> System.err.println(thrown.getMessage()));
      throw e;
    }
  }

  private static void translate(String[] arguments) throws IOException, ClassNotFoundException {
    if (arguments.length != 2) throw new IllegalArgumentException("Translator needs two folders: that of the classes and that for the texts.");
    // Aparapi complains about attributes of today's class files, and reads this when its first class is loaded.
    System.setProperty("com.aparapi.logLevel", "SEVERE");
    Path classes = Path.of(arguments[0]), texts = Files.createDirectories(Path.of(arguments[1]));
    int done = 0;
    for (Class<? extends Kernel> kernel : kernels(classes)) {
      Files.writeString(texts.resolve(words(kernel, '-') + ".cl"), translate(kernel));
      done++;
    }
    if (done == 0) throw new IllegalArgumentException("There is no class that extends com.aparapi.Kernel below " + classes + ".");
  }

  private static List<Class<? extends Kernel>> kernels(Path classes) throws IOException, ClassNotFoundException {
    var out = new ArrayList<Class<? extends Kernel>>();
    try (var files = Files.walk(classes)) {
      for (Path f : files.filter(p -> p.toString().endsWith(".class")).sorted().toList()) {
        String name = classes.relativize(f).toString().replace('/', '.').replace('\\', '.').replaceAll("\\.class$", "");
        Class<?> c = Class.forName(name, false, Translator.class.getClassLoader());
        if (Kernel.class.isAssignableFrom(c) && !Modifier.isAbstract(c.getModifiers())) out.add(c.asSubclass(Kernel.class));
      }
    }
    return out;
  }

  /** The text of one kernel. @throws IllegalArgumentException naming the class when Aparapi cannot translate it */
  static String translate(Class<? extends Kernel> kernel) {
    String text;
    try {
      var constructor = kernel.getDeclaredConstructor();
      constructor.setAccessible(true);
      Kernel instance = constructor.newInstance();
      Entrypoint entry = ClassModel.createClassModel(kernel).getEntrypoint("run", instance);
      text = KernelWriter.writeToString(entry);
    } catch (Exception e) {
      throw new IllegalArgumentException(kernel.getName() + " cannot be translated to OpenCL C: " + e.getMessage() + ". A kernel has no switch, break, enhanced for, lambda or new, and calls no other class than those that it extends.", e);
    }
    return named(kernel, text);
  }

  /** Gives the kernel its own names, so that several go into one program, and its parameters the order of the fields. */
  private static String named(Class<? extends Kernel> kernel, String text) {
    String name = words(kernel, '_');
    Matcher m = SIGNATURE.matcher(text);
    if (!m.find()) throw new IllegalArgumentException(kernel.getName() + ": the translation has no kernel 'run':\n" + text);
    List<String> fields = fields(kernel);
    List<String> parameters = Arrays.stream(m.group(1).split(",")).map(String::strip).filter(p -> !p.endsWith(" passid"))
        .sorted(Comparator.comparingInt(p -> fields.indexOf(parameter(p)))).toList();
    for (String p : parameters) {
      if (!fields.contains(parameter(p))) throw new IllegalArgumentException(kernel.getName() + ": Aparapi wants the parameter '" + p + "', which is no field; use no .length of an array.");
    }
    // Two kernels of one program may extend the same class: each has its functions for itself.
    for (Class<?> c = kernel.getSuperclass(); c != Kernel.class; c = c.getSuperclass()) text = text.replaceAll("\\b" + c.getName().replace('.', '_') + "__", kernel.getName().replace('.', '_') + "__");
    m = SIGNATURE.matcher(text);
    m.find();
    String own = text.substring(0, m.start()) + "__kernel void " + name + "(" + String.join(", ", parameters) + "){" + text.substring(m.end());
    return "// Translated from " + kernel.getName() + ".\n"
        + own.replace("this->passid = passid;", "this->passid = 0;").replaceAll("\\bget_pass_id\\b", name + "_pass_id").replaceAll("\\bThis_s\\b", name + "_this_s").replaceAll("\\bThis\\b", name + "_this");
  }

  /** In the order of parameters: a class's own, then those of the class that it extends. */
  private static List<String> fields(Class<? extends Kernel> kernel) {
    var out = new ArrayList<String>();
    for (Class<?> c = kernel; c != Kernel.class; c = c.getSuperclass()) Arrays.stream(c.getDeclaredFields()).map(Field::getName).forEach(out::add);
    return out;
  }

  private static String parameter(String declaration) {
    Matcher m = PARAMETER.matcher(declaration);
    return m.find() ? m.group(1) : declaration;
  }

  /** {@code RmsNorm} → {@code rms-norm}. */
  static String words(Class<?> kernel, char between) {
    return kernel.getSimpleName().replaceAll("(?<=[a-z0-9])(?=[A-Z])", String.valueOf(between)).toLowerCase(Locale.ROOT);
  }
}
