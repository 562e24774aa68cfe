package io.gannet.cli.internal.common;

import picocli.CommandLine.Option;

/** The options of a client that say where and how it connects, with the server as an option. */
public final class ConnectOptions extends ClientOptions {

  @Option(
      names = "--connect",
      required = true,
      paramLabel = "URI",
      converter = Address.Converter.class,
      // Separate lines, because picocli would break a URI after its colon.
      description = {
        "The server: tcp://HOST:PORT, tls://HOST:PORT,",
        "udp://HOST:PORT, ws://HOST:PORT/PATH,",
        "wss://HOST:PORT/PATH, unix:///PATH or unix://@NAME."
      })
  private Address address;

  /** Creates the options. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public ConnectOptions() {}

  @Override
  public Address address() {
    return address;
  }
}
