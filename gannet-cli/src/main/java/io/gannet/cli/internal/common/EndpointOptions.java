package io.gannet.cli.internal.common;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that servers and clients share. */
abstract class EndpointOptions {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--compress",
      paramLabel = "KIND",
      converter = CompressionKind.Converter.class,
      defaultValue = "none",
      description =
          "The compression of connections, the same on both sides: ${COMPLETION-CANDIDATES}. For"
              + " ws and wss: only deflate, used if both sides enable it. Default:"
              + " ${DEFAULT-VALUE}.")
  CompressionKind compression = CompressionKind.NONE;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification
  EndpointOptions() {}
}
