package io.gannet.cli.internal.common;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options that servers and clients have in common. */
abstract class EndpointOptions {

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--compress",
      paramLabel = "KIND",
      converter = CompressionKind.Converter.class,
      defaultValue = "none",
      description =
          "How connections are compressed, the same on both sides: ${COMPLETION-CANDIDATES}. With"
              + " ws and wss: deflate only, where both sides want it. Default: ${DEFAULT-VALUE}.")
  CompressionKind compression = CompressionKind.NONE;

  @SuppressWarnings("NullAway.Init") // picocli sets the specification
  EndpointOptions() {}
}
