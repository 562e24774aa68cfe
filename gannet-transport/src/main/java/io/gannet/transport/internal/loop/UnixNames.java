package io.gannet.transport.internal.loop;

import static java.nio.charset.StandardCharsets.UTF_8;

/** The names of Unix sockets: a path, or an abstract name behind an @, as tools and Go write it. */
public final class UnixNames {

  private UnixNames() {}

  /** {@return how many bytes a name takes in the address of a socket} */
  public static int length(String name) {
    return name.getBytes(UTF_8).length;
  }

  /** {@return whether a name is not one of a file} */
  public static boolean isAbstract(String name) {
    return name.startsWith("@");
  }
}
