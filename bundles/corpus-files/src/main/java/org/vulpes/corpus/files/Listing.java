package org.vulpes.corpus.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.vulpes.slot.InvalidInput;

/**
 * The files of one domain in an order that depends on the configured paths and the names below them alone. A file or folder that is reached
 * twice (two paths, a link, a loop of links) counts where it is reached first.
 */
final class Listing {
  private static final String SIGNS_OF_A_PATTERN = "*?[{";
  /** Endings that a note names before it says "others". */
  private static final int NAMED_ENDINGS = 4;

  private final List<TextFile> files = new ArrayList<>();
  private final Set<Path> reached = new HashSet<>();
  private final TreeMap<String, Integer> others = new TreeMap<>();

  List<TextFile> files() {
    return List.copyOf(files);
  }

  /** "3 files (.pdf 2, .html 1)": what folders hold beside text; empty when there is nothing. */
  Optional<String> leftOut() {
    if (others.isEmpty()) return Optional.empty();
    int all = others.values().stream().mapToInt(n -> n).sum();
    String named = others.entrySet().stream().sorted(Comparator.comparing((java.util.Map.Entry<String, Integer> e) -> -e.getValue())).limit(NAMED_ENDINGS)
        .map(e -> e.getKey() + " " + e.getValue()).collect(Collectors.joining(", "));
    return Optional.of(all + (all == 1 ? " file (" : " files (") + named + (others.size() > NAMED_ENDINGS ? ", others" : "") + ")");
  }

  /**
   * @param written a file, a folder or a pattern
   * @param base folder at which a relative one starts
   * @throws InvalidInput when it does not exist or cannot be read
   */
  void add(String written, Path base) {
    try {
      String text = written.startsWith("~/") ? System.getProperty("user.home") + written.substring(1) : written;
      if (isPattern(text) && !exists(base, text)) {
        addPattern(text, base);
        return;
      }
      Path path = base.resolve(text).toAbsolutePath().normalize();
      String id = withoutEnd(written);
      if (!Files.exists(path)) throw new InvalidInput(path + " does not exist");
      if (Files.isDirectory(path)) {
        walk(path, id, "", null);
      } else if (path.toString().endsWith(".zst")) {
        throw new InvalidInput(path + " is packed by Zstandard, which is not read; unpack it (zstd -d) or pack it by gzip");
      } else {
        addFile(path, id, path.getFileName().toString());
      }
    } catch (InvalidPathException e) {
      throw new InvalidInput("'" + written + "' is no path (" + e.getReason() + ")", e);
    }
  }

  private static boolean isPattern(String text) {
    return text.chars().anyMatch(c -> SIGNS_OF_A_PATTERN.indexOf(c) >= 0);
  }

  private static boolean exists(Path base, String text) {
    try {
      return Files.exists(base.resolve(text));
    } catch (InvalidPathException e) {
      // Windows allows no * in a name.
      return false;
    }
  }

  private void addPattern(String text, Path base) {
    String[] names = text.split("/", -1);
    int fixed = 0;
    while (!isPattern(names[fixed])) fixed++;
    String folder = String.join("/", List.of(names).subList(0, fixed));
    String pattern = String.join("/", List.of(names).subList(fixed, names.length));
    Path root = base.resolve(fixed == 1 && folder.isEmpty() ? "/" : folder).toAbsolutePath().normalize();
    if (!Files.isDirectory(root)) throw new InvalidInput(root + ", in which '" + text + "' is looked for, is no folder");
    PathMatcher matcher;
    try {
      // Java's ** wants at least one folder; everybody else's takes none as well.
      matcher = root.getFileSystem().getPathMatcher("glob:" + pattern.replace("**/", "{,**/}"));
    } catch (PatternSyntaxException e) {
      throw new InvalidInput("'" + text + "' is no pattern (" + e.getDescription() + ")", e);
    }
    int before = files.size();
    walk(root, folder, "", matcher);
    if (files.size() == before) throw new InvalidInput("'" + text + "' matches no file in " + root + (reached.isEmpty() ? "" : " that no path before gave"));
  }

  /** @param matcher of paths below the root; null: files with the endings of text */
  private void walk(Path folder, String id, String below, PathMatcher matcher) {
    // With a pattern a folder is looked through again: another pattern may have taken other files of it.
    var entered = new HashSet<Path>();
    walk(folder, id, below, matcher, entered);
  }

  private void walk(Path folder, String id, String below, PathMatcher matcher, Set<Path> entered) {
    if (!entered.add(real(folder))) return;
    for (Path child : children(folder)) {
      String name = child.getFileName().toString();
      if (name.startsWith(".")) continue;
      String relative = below.isEmpty() ? name : below + "/" + name;
      if (Files.isDirectory(child)) {
        walk(child, id, relative, matcher, entered);
      } else if (matcher == null ? TextFile.wanted(name) : matcher.matches(Path.of(relative))) {
        addFile(child, id.isEmpty() ? relative : withoutEnd(id) + "/" + relative, relative);
      } else if (matcher == null) {
        int dot = name.lastIndexOf('.');
        others.merge(dot > 0 ? name.substring(dot) : "without an ending", 1, Integer::sum);
      }
    }
  }

  private void addFile(Path file, String id, String relative) {
    if (!Files.exists(file)) throw new InvalidInput(file + " is a link that leads nowhere; repair or remove it");
    if (!reached.add(real(file))) return;
    try {
      // '#' parts an original from what is made of it.
      files.add(TextFile.of(id.replace("#", "%23"), relative, file));
    } catch (IOException e) {
      throw new InvalidInput(file + " cannot be examined (" + e.getMessage() + ")", e);
    }
  }

  private static List<Path> children(Path folder) {
    var out = new ArrayList<Path>();
    try (var children = Files.newDirectoryStream(folder)) {
      children.forEach(out::add);
    } catch (AccessDeniedException e) {
      throw new InvalidInput("folder " + folder + " may not be read by this user", e);
    } catch (IOException | DirectoryIteratorException e) {
      throw new InvalidInput("folder " + folder + " cannot be read (" + e.getMessage() + ")", e);
    }
    // By code units, not as the file system or the language of the machine sorts.
    out.sort(Comparator.comparing(p -> p.getFileName().toString()));
    return out;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw new InvalidInput(path + " cannot be examined (" + e.getMessage() + ")", e);
    }
  }

  private static String withoutEnd(String path) {
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }
}
