package io.gannet.cli.internal.process;

import io.gannet.cli.internal.common.Choice;
import java.util.Locale;

/** The registries that a server can be started for, and the one that needs none. */
public enum RegistryKind {
  /** In this process. */
  MEMORY,
  /** ZooKeeper, in a JVM of its own. */
  ZOOKEEPER,
  /** etcd, as it is found on this machine. */
  ETCD;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads one from the command line. */
  public static final class Converter extends Choice<RegistryKind> {

    /** Creates a converter. */
    public Converter() {
      super(values());
    }
  }
}
