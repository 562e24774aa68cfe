package io.gannet.transport.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A temporary short name for a directory, because a Unix socket address has room for only about a
 * hundred bytes.
 */
final class ShortDirectory implements AutoCloseable {

  private final Path holder;
  private final Path link;

  /** Creates a link that other users can't change, in the directory for temporary files. */
  ShortDirectory(Path directory) throws IOException {
    holder = Files.createTempDirectory("gannet");
    link = Files.createSymbolicLink(holder.resolve("d"), directory);
  }

  /** {@return the short path of a file in the directory} */
  Path resolve(Path fileName) {
    return link.resolve(fileName);
  }

  /** Removes the link, not the directory. */
  @Override
  public void close() throws IOException {
    Files.deleteIfExists(link);
    Files.deleteIfExists(holder);
  }
}
