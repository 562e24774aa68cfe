/** The gannet command. */
// HdrHistogram has neither a module descriptor nor a name in its manifest.
@SuppressWarnings("requires-automatic")
module io.gannet.cli {
  requires com.google.protobuf;
  requires info.picocli;
  requires io.gannet.discovery;
  requires io.gannet.examples;
  requires io.gannet.rpc;
  requires io.gannet.transport;
  requires static org.jspecify;
  requires jdk.unsupported;
  requires HdrHistogram;
  requires org.slf4j;
  requires tools.jackson.databind;

  exports io.gannet.cli;

  // For its interfaces, which are services.
  opens io.gannet.cli.internal.cluster to
      info.picocli,
      io.gannet.rpc;
  opens io.gannet.cli.internal.common to
      info.picocli;
  opens io.gannet.cli.internal.demo to
      info.picocli;
  opens io.gannet.cli.internal.echo to
      info.picocli;
  opens io.gannet.cli.internal.registry to
      info.picocli;
  opens io.gannet.cli.internal.rpc to
      info.picocli;
}
