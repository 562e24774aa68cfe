package io.gannet.cli.internal.discovery;

import io.gannet.cli.internal.common.Choice;
import io.gannet.cli.internal.process.RegistryServer;
import java.util.Locale;

/** How a registry's server can be away. */
enum OutageKind {
  /** It is killed, and started again with what it has kept. */
  KILL {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      server.kill();
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      server.start();
    }
  },
  /** It is killed, and started again with nothing. */
  FORGET {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      server.kill();
      server.forget();
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      server.start();
    }
  },
  /** It is frozen, and goes on; meanwhile connections stand. */
  FREEZE {
    @Override
    void begin(RegistryServer server) throws InterruptedException {
      server.freeze();
    }

    @Override
    void end(RegistryServer server) throws InterruptedException {
      server.thaw();
    }
  };

  abstract void begin(RegistryServer server) throws InterruptedException;

  /** Returns when the server can be asked again. */
  abstract void end(RegistryServer server) throws InterruptedException;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Reads one from the command line. */
  static final class Converter extends Choice<OutageKind> {
    Converter() {
      super(values());
    }
  }
}
