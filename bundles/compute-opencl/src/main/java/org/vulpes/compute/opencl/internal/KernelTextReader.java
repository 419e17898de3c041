package org.vulpes.compute.opencl.internal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.vulpes.compute.opencl.internal.KernelText.*;
import org.vulpes.slot.ConfigFile;
import org.vulpes.slot.InvalidInput;
import org.vulpes.slot.Options;
import org.vulpes.slot.Spelling;

/** Reads a {@code kernels.conf} with the texts beside it, and refuses every mistake with its line: a kernel author's file is input like any other. */
final class KernelTextReader {
  private static final String FILE = "kernels.conf";
  private static final Pattern STATEMENT = Pattern.compile("\\s*([\\w\\s,]+?)\\s*=\\s*([\\w-]+)\\s*\\(\\s*([\\w\\s,]*?)(\\.\\.\\.)?\\s*\\)\\s*");
  private static final Pattern ARGUMENT = Pattern.compile("(int|long|float|local)\\s+(.+)");
  private static final Pattern MEMORY = Pattern.compile("(\\w+)(?:\\[(.+)])?");

  private final String origin;
  private final Function<String, byte[]> files;
  private Options root;
  private String name;
  private final Map<String, ProgramText> programs = new LinkedHashMap<>();
  private final Map<String, Tune> tunes = new LinkedHashMap<>();
  private final Map<String, Layout> layouts = new LinkedHashMap<>();

  private KernelTextReader(String origin, Function<String, byte[]> files) {
    this.origin = origin;
    this.files = files;
  }

  /**
   * @param origin the bundle, for messages
   * @param files the bundle's files by name; null where there is none
   * @throws InvalidInput with file, line and what is wrong
   */
  static KernelText read(String origin, Function<String, byte[]> files) {
    return new KernelTextReader(origin, files).read();
  }

  private KernelText read() {
    root = Options.at(ConfigFile.defaults(file(FILE), FILE + " of " + origin).resolve(), "");
    legal(root, "name", "rank", "shared", "otherwise", "precision", "requires", "probe", "programs", "tune", "layouts", "kernels");
    name = root.text("name");
    for (String p : root.block("programs").keys()) programs.put(p, program(p, root.block("programs").block(p)));
    for (String t : root.block("tune").keys()) tunes.put(t, tune(root.block("tune").block(t)));
    for (String l : root.block("layouts").keys()) layouts.put(l, layout(l, root.block("layouts").block(l)));
    var requires = new ArrayList<Requirement>();
    for (Options r : root.blocks("requires")) {
      legal(r, "that", "else");
      requires.add(new Requirement(expression(r, "that"), r.text("else")));
    }
    Probe probe = null;
    if (root.has("probe")) {
      Options p = root.block("probe");
      legal(p, "source", "options", "define", "else");
      probe = new Probe(program("probe", p), p.text("else"));
    }
    var entries = new ArrayList<Entry>();
    for (Options k : root.blocks("kernels")) entries.add(entry(entries.size(), k));
    if (entries.isEmpty()) throw root.wrong("kernels", "must list what this bundle computes");
    boolean fallsBack = root.has("otherwise") && root.choice("otherwise", "device", "refuse").equals("device");
    return new KernelText(name, root.integer("rank", 0, 1000), fallsBack, precisions(), List.copyOf(requires), probe, List.copyOf(entries));
  }

  private List<Precision> precisions() {
    if (!root.has("precision")) return List.of(Precision.FP32);
    var out = new ArrayList<Precision>();
    for (String p : root.texts("precision")) {
      out.add(switch (p) {
        case "fp32" -> Precision.FP32;
        case "bf16" -> Precision.BF16;
        default -> throw root.wrong("precision", "must list fp32, bf16 or both, but has '" + p + "'");
      });
    }
    return List.copyOf(out);
  }

  private byte[] file(String file) {
    byte[] bytes = files.apply(file);
    if (bytes == null) throw new InvalidInput("The kernels of " + origin + " lack the file " + file + ".");
    return bytes;
  }

  private ProgramText program(String called, Options o) {
    legal(o, "source", "options", "define", "else");
    var text = new StringBuilder();
    for (String f : o.texts("source")) {
      // So that the compiler's log names the file and the line in it.
      text.append("#line 1 \"").append(f).append("\"\n").append(new String(file(f), StandardCharsets.UTF_8)).append('\n');
    }
    if (text.isEmpty()) throw o.wrong("source", "must list the .cl files of the program");
    var define = new LinkedHashMap<String, Expression>();
    for (String d : o.block("define").keys()) define.put(d, expression(o.block("define"), d));
    return new ProgramText(called, text.toString(), o.has("options") ? o.text("options") : "", define);
  }

  private static Tune tune(Options o) {
    legal(o, "values", "default");
    var values = o.wholes("values", 0, 1L << 40);
    long standard = o.whole("default", 0, 1L << 40);
    if (!values.contains(standard)) throw o.wrong("default", "must be one of values");
    return new Tune(values, standard);
  }

  private Layout layout(String called, Options o) {
    legal(o, "bytes", "rounds", "from-rows", "to-rows");
    return new Layout(called, expression(o, "bytes"), o.has("rounds") && o.flag("rounds"), launch(o.block("from-rows")), launch(o.block("to-rows")));
  }

  private Entry entry(int number, Options o) {
    legal(o, "match", "when", "let", "layout", "any", "as-is", "unwritten", "in-place", "scratch", "packed", "launches");
    var match = new ArrayList<Statement>();
    String place = Options.place(o.config().root());
    boolean several = o.has("match") && o.config().getValue("match").valueType() == com.typesafe.config.ConfigValueType.LIST;
    for (String s : several ? o.texts("match") : List.of(o.text("match"))) match.add(statement(o, s));
    var results = match.stream().flatMap(s -> s.results().stream()).toList();
    var operands = Stream.concat(results.stream(), match.stream().flatMap(s -> s.inputs().stream())).distinct().toList();
    var let = new LinkedHashMap<String, Expression>();
    for (String l : o.block("let").keys()) let.put(l, expression(o.block("let"), l));
    var chosen = new LinkedHashMap<String, Layout>();
    operands(o, "layout", o.block("layout").keys(), operands);
    operands(o, "any", o.texts("any"), operands);
    operands(o, "as-is", o.texts("as-is"), operands);
    operands(o, "unwritten", o.texts("unwritten"), results);
    operands(o, "in-place", o.block("in-place").keys(), results);
    for (String operand : o.block("layout").keys()) {
      String l = o.block("layout").text(operand);
      if (l.equals("rows")) continue;
      if (!layouts.containsKey(l)) throw o.block("layout").wrong(operand, "must be rows or one of layouts " + layouts.keySet() + ", but is " + l + Spelling.hint(l, layouts.keySet()));
      chosen.put(operand, layouts.get(l));
    }
    var inPlace = new LinkedHashMap<String, String>();
    for (String r : o.block("in-place").keys()) inPlace.put(r, o.block("in-place").text(r));
    operands(o, "in-place", inPlace.values(), operands);
    var scratch = new ArrayList<Scratch>();
    for (String s : o.block("scratch").keys()) scratch.add(new Scratch(s, expression(o.block("scratch"), s)));
    var packed = new ArrayList<Packed>();
    for (String p : o.block("packed").keys()) {
      Options b = o.block("packed").block(p);
      legal(b, "of", "bytes", "launches");
      operands(b, "of", List.of(b.text("of")), operands);
      packed.add(new Packed(p, b.text("of"), expression(b, "bytes"), commands(b)));
    }
    return new Entry(name, number, List.copyOf(match), o.has("when") ? expression(o, "when") : null, let, tunes, chosen, o.texts("any"), o.texts("as-is"), o.texts("unwritten"), inPlace, scratch,
        packed, commands(o), place);
  }

  /** A name that stands for nothing would change nothing, and nobody would know. */
  private static void operands(Options o, String key, Collection<String> names, List<String> known) {
    for (String n : names) if (!known.contains(n)) throw o.wrong(key, "names '" + n + "', which is none of " + known + " of match");
  }

  private static Statement statement(Options o, String text) {
    Matcher m = STATEMENT.matcher(text);
    if (!m.matches()) throw o.wrong("match", "must read like 'y, inverse = rms-norm(x, weight)' or 'y = concat(x...)'");
    return new Statement(names(m.group(1)), m.group(2), names(m.group(3)), m.group(4) != null);
  }

  private static List<String> names(String list) {
    return Arrays.stream(list.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private List<Command> commands(Options o) {
    var out = new ArrayList<Command>();
    for (Options c : o.blocks("launches")) out.add(command(c));
    if (out.isEmpty()) throw o.wrong("launches", "must list what is launched");
    return List.copyOf(out);
  }

  private Command command(Options o) {
    Expression when = o.has("when") ? expression(o, "when") : null, times = o.has("repeat") ? expression(o, "repeat") : null;
    if (o.has("launches")) {
      legal(o, "when", "repeat", "launches");
      return new Repeat(when, times, commands(o));
    }
    Launch launch = launch(o);
    return when == null && times == null ? launch : new Repeat(when, times, List.of(launch));
  }

  private Launch launch(Options o) {
    legal(o, "program", "kernel", "args", "global", "local", "when", "repeat");
    ProgramText program = programs.get(o.text("program"));
    if (program == null) throw o.wrong("program", "is not one of programs " + programs.keySet() + Spelling.hint(o.text("program"), programs.keySet()));
    var arguments = new ArrayList<Argument>();
    for (String a : o.texts("args")) arguments.add(argument(o, a));
    var global = expressions(o, "global");
    var local = expressions(o, "local");
    if (global.isEmpty() || global.size() > 3 || local.size() != global.size()) throw o.wrong("global", "and local must have one to three sizes, equally many");
    return new Launch(program, o.text("kernel"), List.copyOf(arguments), global, local, Options.place(o.config().root()));
  }

  private static Argument argument(Options o, String text) {
    Matcher scalar = ARGUMENT.matcher(text.strip());
    if (scalar.matches()) {
      Expression value = expression(o, "args", scalar.group(2));
      return switch (scalar.group(1)) {
        case "int" -> new Scalar(Kind.INT, value);
        case "long" -> new Scalar(Kind.LONG, value);
        case "float" -> new Scalar(Kind.FLOAT, value);
        default -> new Local(value);
      };
    }
    Matcher memory = MEMORY.matcher(text.strip());
    if (!memory.matches()) throw o.wrong("args", "must hold operands and 'int …', 'long …', 'float …', 'local …', but has '" + text + "'");
    return new Memory(memory.group(1), memory.group(2) == null ? null : expression(o, "args", memory.group(2)));
  }

  private static List<Expression> expressions(Options o, String key) {
    return o.texts(key).stream().map(t -> expression(o, key, t)).toList();
  }

  private static Expression expression(Options o, String key) {
    return expression(o, key, o.text(key));
  }

  private static Expression expression(Options o, String key, String text) {
    try {
      return Expression.parse(text);
    } catch (IllegalArgumentException e) {
      throw o.wrong(key, "cannot be read: " + e.getMessage());
    }
  }

  private static void legal(Options o, String... keys) {
    for (String k : o.keys()) if (!Arrays.asList(keys).contains(k)) throw o.wrong(k, "is not a key here" + Spelling.hint(k, Arrays.asList(keys)));
  }
}
