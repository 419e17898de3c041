package org.vulpes.itests;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.vulpes.itests.Distribution.Result;

/** One process of the built distribution that answers the command lines of all test classes; it ends when these do, as its standard input closes. */
final class Served {
  private static Served one;

  private final Process process;
  private final DataOutputStream commands;
  private final BufferedReader out;
  private final BufferedReader err;

  private Served() throws IOException {
    Path home = Distribution.built().home();
    String libraries;
    try (var jars = Files.list(home.resolve("lib"))) {
      libraries = String.join(":", jars.map(Path::toString).toList());
    }
    process = new ProcessBuilder(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(), "@" + home.resolve("conf/jvm.args"), "@" + home.resolve("conf/train.args"),
        "-Dvulpes.home=" + home, "-Dvulpes.terminal=false", "-cp", libraries + ":" + Path.of("target/test-classes").toAbsolutePath(), "org.vulpes.launcher.Served")).start();
    commands = new DataOutputStream(new BufferedOutputStream(process.getOutputStream()));
    out = reader(process.getInputStream());
    err = reader(process.getErrorStream());
  }

  private static BufferedReader reader(InputStream in) {
    return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
  }

  static synchronized Result run(String... arguments) throws IOException, InterruptedException {
    if (one == null || !one.process.isAlive()) one = new Served();
    try {
      return one.answer(arguments);
    } catch (ExecutionException | TimeoutException e) {
      one.process.destroyForcibly();
      throw new AssertionError("no answer within 120 s to " + List.of(arguments), e);
    }
  }

  private Result answer(String... arguments) throws IOException, InterruptedException, ExecutionException, TimeoutException {
    commands.writeInt(arguments.length);
    for (String a : arguments) commands.writeUTF(a);
    commands.flush();
    // Both at once, or a full pipe would stop the other; threads of their own, as the common pool has one for two cores.
    var said = CompletableFuture.supplyAsync(() -> untilEnd(err), Thread::startVirtualThread);
    var printed = CompletableFuture.supplyAsync(() -> untilEnd(out), Thread::startVirtualThread);
    printed.get(120, TimeUnit.SECONDS);
    said.get(120, TimeUnit.SECONDS);
    return new Result(Integer.parseInt(printed.get()[1]), printed.get()[0], said.get()[0]);
  }

  /** What was printed, and the exit code. */
  private static String[] untilEnd(BufferedReader in) {
    try {
      var text = new StringBuilder();
      for (int c = in.read(); c != org.vulpes.launcher.Served.END; c = in.read()) {
        if (c < 0) throw new AssertionError("the process ended after: " + text);
        text.append((char) c);
      }
      return new String[] {text.toString(), in.readLine()};
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
