package io.gannet.cli.internal.common;

import picocli.CommandLine.Parameters;

/** The options of a client, with the server as the first argument. */
public final class TargetParameter extends ClientOptions {

  @Parameters(
      index = "0",
      paramLabel = "URI",
      converter = Address.Converter.class,
      // Separate lines, because picocli would break a URI after its colon.
      description = {
        "The server: tcp://HOST:PORT, tls://HOST:PORT,",
        "ws://HOST:PORT/PATH, wss://HOST:PORT/PATH,",
        "unix:///PATH or unix://@NAME."
      })
  private Address address;

  /** Creates the options. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public TargetParameter() {}

  @Override
  public Address address() {
    return address;
  }
}
