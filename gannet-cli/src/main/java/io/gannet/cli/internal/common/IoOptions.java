package io.gannet.cli.internal.common;

import io.gannet.transport.EventLoops;
import io.gannet.transport.Io;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options that choose the I/O threads. */
public final class IoOptions {

  /** The kinds of I/O. kqueue has no value here, because auto selects it on macOS. */
  enum Kind {
    AUTO(Io.AUTO),
    NIO(Io.NIO),
    EPOLL(Io.EPOLL),
    IO_URING(Io.IO_URING);

    private final Io io;

    Kind(Io io) {
      this.io = io;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Reads a kind of I/O from the command line. */
  static final class KindConverter extends Choice<Kind> {
    KindConverter() {
      super(Kind.values());
    }
  }

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--io",
      paramLabel = "KIND",
      converter = KindConverter.class,
      description = "The I/O mechanism: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.",
      defaultValue = "auto")
  private Kind kind = Kind.AUTO;

  @Option(
      names = "--io-threads",
      paramLabel = "N",
      description = "The number of I/O threads; 0 for one per processor. Default: 0.",
      defaultValue = "0")
  private int threads;

  /** Creates the options. */
  @SuppressWarnings("NullAway.Init") // picocli sets the spec
  public IoOptions() {}

  /**
   * Starts the I/O threads.
   *
   * @return the threads; the caller closes them
   */
  public EventLoops start() {
    if (threads < 0) {
      throw new ParameterException(
          spec.commandLine(), "--io-threads must be 0 or more: " + threads);
    }
    return EventLoops.create(kind.io, threads);
  }
}
