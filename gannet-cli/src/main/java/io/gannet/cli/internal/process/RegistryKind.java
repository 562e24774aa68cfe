package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.Choice;
import java.util.Locale;

/** The kinds of registry: two that need a server, and one in memory. */
public enum RegistryKind {
  /** In this process. */
  MEMORY,
  /** ZooKeeper, in a separate JVM. */
  ZOOKEEPER,
  /** etcd, as installed on this machine. */
  ETCD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads a kind from the command line. */
  public static final class Converter extends Choice<RegistryKind> {

    /** Creates a converter. */
    public Converter() {
      super(values());
    }
  }
}
