package io.gannet.transport.internal.loop;

/** The names of Unix sockets: a path, or an abstract name behind an @, as tools and Go write it. */
public final class UnixNames {

  private UnixNames() {}

  /** {@return whether a name is not one of a file} */
  public static boolean isAbstract(String name) {
    return name.startsWith("@");
  }
}
