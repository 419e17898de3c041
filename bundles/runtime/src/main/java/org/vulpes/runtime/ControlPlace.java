package org.vulpes.runtime;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where a run's socket lies: {@code .control/socket} in the run's folder, or, where that path is too long for a socket or the file system has none, in a private folder
 * among the temporary files, which {@code .control/path} names. The folder is open to its owner alone, and so is the socket.
 */
final class ControlPlace {
  static final String FOLDER = ".control";
  private static final String SOCKET = "socket";
  private static final String POINTER = "path";
  /** The address holds 104 (macOS) or 108 bytes (Linux), a zero at the end included. */
  private static final int MOST_BYTES = 100;
  private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
  private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");

  private ControlPlace() {}

  /** A socket that is listening. @param away folder among the temporary files; null when the socket lies in the run's folder */
  record Listening(ServerSocketChannel channel, Path socket, Path pointer, Path away) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      channel.close();
      Files.deleteIfExists(socket);
      Files.deleteIfExists(pointer);
      if (away != null) Files.deleteIfExists(away);
    }
  }

  /** Binds the socket of the run in this folder; one that a killed process left is taken away. @throws IOException when another process listens there, or nowhere can be listened */
  static Listening listen(Path runFolder) throws IOException {
    Path folder = runFolder.toRealPath().resolve(FOLDER);
    if (!Files.isDirectory(folder)) Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
    Files.setPosixFilePermissions(folder, OWNER_FOLDER);
    Path stale = find(runFolder);
    if (stale != null) {
      if (answers(stale)) throw new IOException("another process trains in this folder");
      Files.deleteIfExists(stale);
    }
    Path pointer = folder.resolve(POINTER);
    Files.deleteIfExists(pointer);
    Path near = folder.resolve(SOCKET);
    if (bytes(near) <= MOST_BYTES) {
      try {
        return new Listening(bind(near), near, pointer, null);
      } catch (IOException noSocketsHere) {
        // Some network file systems have none; the temporary folder does.
      }
    }
    Path away = Files.createTempDirectory("vulpes-control-", PosixFilePermissions.asFileAttribute(OWNER_FOLDER));
    Path far = away.resolve(SOCKET);
    try {
      ServerSocketChannel channel = bind(far);
      Files.deleteIfExists(near);
      Files.writeString(Files.createFile(pointer, PosixFilePermissions.asFileAttribute(OWNER_FILE)), far.toString());
      return new Listening(channel, far, pointer, away);
    } catch (IOException e) {
      Files.deleteIfExists(far);
      Files.deleteIfExists(away);
      throw e;
    }
  }

  private static ServerSocketChannel bind(Path socket) throws IOException {
    var channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      channel.bind(UnixDomainSocketAddress.of(socket));
      Files.setPosixFilePermissions(socket, OWNER_FILE);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static int bytes(Path p) {
    return p.toString().getBytes(StandardCharsets.UTF_8).length;
  }

  /** The socket of the run in this folder, whether somebody listens or not; null when there is none. */
  static Path find(Path runFolder) throws IOException {
    Path folder = runFolder.toRealPath().resolve(FOLDER);
    Path near = folder.resolve(SOCKET);
    if (bytes(near) <= MOST_BYTES && Files.exists(near)) return near;
    Path pointer = folder.resolve(POINTER);
    if (!Files.exists(pointer)) return null;
    Path far = Path.of(Files.readString(pointer).strip());
    return Files.exists(far) ? far : null;
  }

  static boolean answers(Path socket) {
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      return channel.isConnected();
    } catch (IOException e) {
      return false;
    }
  }
}
