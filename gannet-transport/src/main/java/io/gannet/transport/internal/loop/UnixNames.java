package io.gannet.transport.internal.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The names of Unix sockets: a path, or an abstract name after an @, as in tools and Go. */
public final class UnixNames {

  private UnixNames() {}

  /** {@return the number of bytes of a name in a socket address} */
  public static int length(String name) {
    return name.getBytes(UTF_8).length;
  }

  /** {@return whether a name isn't that of a file} */
  public static boolean isAbstract(String name) {
    return name.startsWith("@");
  }
}
