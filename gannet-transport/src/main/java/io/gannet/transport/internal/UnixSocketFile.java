package io.gannet.transport.internal;

import io.gannet.transport.TransportException;
import io.gannet.transport.internal.loop.NettyEventLoops;
import io.gannet.transport.internal.loop.UnixNames;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of a Unix socket that a server listens on.
 *
 * <p>Netty removes any file at a path before it binds it, and again when it closes the socket, by
 * then possibly another server's. Therefore the socket is bound in a private directory next to the
 * wanted path, which other users can't enter, because a socket accepts connections as soon as it is
 * bound. There it gets its permissions, and then it is linked to the wanted path, which fails if a
 * file exists. An earlier file is removed only if it is a socket without a listener. At the end,
 * the file is removed only if it is still this server's.
 *
 * <p>The private path may be too long for a socket address although the wanted one isn't, with the
 * JDK sooner than with the kernel. In this case it is accessed through a shorter link.
 */
final class UnixSocketFile {

  private static final Logger LOG = LoggerFactory.getLogger(UnixSocketFile.class);
  private static final int FILE_TYPE = 0xF000;
  private static final int SOCKET = 0xC000;

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path path;
  private final Path ownDirectory;
  private final Path pathToBind;
  private final String nameToBind;
  private boolean hasOwnDirectory;
  private @Nullable ShortDirectory detour;
  private final @Nullable Set<PosixFilePermission> permissions;

  /** Distinguishes this server's file from a file that replaced it; null until it exists. */
  private @Nullable Object key;

  /**
   * Checks whether the path can be used.
   *
   * @throws TransportException if it can't be used
   */
  UnixSocketFile(Path path, @Nullable Set<PosixFilePermission> permissions, NettyEventLoops loops) {
    this.path = path.toAbsolutePath();
    this.permissions = permissions;
    this.ownDirectory =
        this.path.resolveSibling(".%06x".formatted(ThreadLocalRandom.current().nextInt(1 << 24)));
    this.pathToBind = ownDirectory.resolve("s");
    removeStale();
    try {
      Files.createDirectory(ownDirectory, OWNER_ONLY);
      hasOwnDirectory = true;
    } catch (IOException e) {
      throw cant(e);
    }
    this.nameToBind = nameToBind(loops.longestUnixName());
  }

  private String nameToBind(int longest) {
    if (UnixNames.length(pathToBind.toString()) <= longest) {
      return pathToBind.toString();
    }
    try {
      ShortDirectory directory = new ShortDirectory(ownDirectory);
      detour = directory;
      return directory.resolve(pathToBind.getFileName()).toString();
    } catch (IOException e) {
      leaveOwnDirectory();
      throw cant(e);
    }
  }

  private Path directory() {
    return Objects.requireNonNull(path.getParent());
  }

  private TransportException cant(IOException e) {
    return new TransportException("can't listen on %s: %s".formatted(path, e), e);
  }

  /** {@return the path to bind, short enough for an address} */
  String nameToBind() {
    return nameToBind;
  }

  private void removeStale() {
    try {
      BasicFileAttributes before = attributes();
      if (!isSocket()) {
        throw new TransportException(
            "can't listen on %s: it exists and is not a socket; remove it, or choose another path"
                .formatted(path));
      }
      if (isAlive()) {
        throw inUse(null);
      }
      if (Objects.equals(before.fileKey(), attributes().fileKey())) {
        Files.delete(path);
        LOG.info("removed {}, a stale socket without a listener", path);
      }
    } catch (NoSuchFileException e) {
      // There is no file.
    } catch (IOException e) {
      throw cant(e);
    }
  }

  private BasicFileAttributes attributes() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private boolean isSocket() throws IOException {
    int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
    return (mode & FILE_TYPE) == SOCKET;
  }

  /** {@return whether a process may listen on the socket; true if in doubt} */
  private boolean isAlive() throws IOException {
    try (ShortDirectory directory = new ShortDirectory(directory());
        SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      probe.configureBlocking(false); // a full backlog must not block
      probe.connect(UnixDomainSocketAddress.of(directory.resolve(path.getFileName())));
      return true;
    } catch (ConnectException e) {
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private TransportException inUse(@Nullable Throwable cause) {
    return new TransportException(
        "can't listen on %s: another process listens there".formatted(path), cause);
  }

  /**
   * Called when the socket is bound: sets its permissions and links it to its path.
   *
   * @throws TransportException if that fails
   */
  void publish() {
    try {
      if (permissions != null) {
        Files.setPosixFilePermissions(pathToBind, permissions);
      }
      Files.createLink(path, pathToBind);
      key = attributes().fileKey();
    } catch (FileAlreadyExistsException e) {
      throw inUse(e);
    } catch (IOException e) {
      throw cant(e);
    } finally {
      leaveOwnDirectory();
    }
  }

  private void leaveOwnDirectory() {
    if (!hasOwnDirectory) {
      return; // another server's file may have this name by now
    }
    hasOwnDirectory = false;
    deleteQuietly(pathToBind);
    deleteQuietly(ownDirectory);
    endDetour();
  }

  private void endDetour() {
    ShortDirectory directory = detour;
    detour = null;
    if (directory != null) {
      try {
        directory.close();
      } catch (IOException e) {
        LOG.warn("can't remove a link to {}", ownDirectory, e);
      }
    }
  }

  /** Removes the file, if it is still this server's. */
  void delete() {
    leaveOwnDirectory();
    Object own = key;
    key = null; // later, another server's file may have this key
    try {
      if (own != null && own.equals(attributes().fileKey())) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // Another process has removed it.
    } catch (IOException e) {
      LOG.warn("can't remove {}", path, e);
    }
  }

  private static void deleteQuietly(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("can't remove {}", file, e);
    }
  }
}
