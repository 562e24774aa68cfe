package io.gannet.transport.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A short name for a directory for a while: the address of a Unix socket has room for about a
 * hundred bytes, and a path may have more.
 */
final class ShortDirectory implements AutoCloseable {

  private final Path holder;
  private final Path link;

  /** Makes a link that nobody else can change, in the directory for temporary files. */
  ShortDirectory(Path directory) throws IOException {
    holder = Files.createTempDirectory("gannet");
    link = Files.createSymbolicLink(holder.resolve("d"), directory);
  }

  /** {@return a file of the directory} */
  Path resolve(Path fileName) {
    return link.resolve(fileName);
  }

  /** Removes the link; the directory stays. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(link);
    Files.deleteIfExists(holder);
  }
}
