package io.gannet.cli.internal.rpc;

import io.gannet.cli.internal.common.CommandFailedException;
import io.gannet.cli.internal.common.CommandLog;
import io.gannet.cli.internal.common.Printable;
import io.gannet.cli.internal.common.Refusals;
import io.gannet.cli.internal.common.TargetParameter;
import io.gannet.cli.internal.common.Version;
import io.gannet.examples.rpc.EchoService;
import io.gannet.rpc.CallOptions;
import io.gannet.rpc.Json;
import io.gannet.rpc.Metadata;
import io.gannet.rpc.Reflection;
import io.gannet.rpc.Reflection.ServiceInfo;
import io.gannet.rpc.RpcClient;
import io.gannet.rpc.RpcCode;
import io.gannet.rpc.RpcException;
import io.gannet.rpc.RpcStream;
import io.gannet.transport.StopMode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Makes one call and prints its result. */
@Command(
    name = "call",
    description = {
      "Calls a method and prints its result, in JSON.",
      "",
      "  gannet call tcp://127.0.0.1:7000 EchoService/echo '{\"text\":\"hi\"}'",
      "",
      "A method with several parameters takes them as a JSON array. If a method returns a stream,"
          + " each item is printed on its own line as it arrives. If the call fails, its code and"
          + " message are printed, and the exit code is 1."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class CallCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private TargetParameter target = new TargetParameter();

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "METHOD",
      description =
          "Service/method; not with --list. With --proto and --typescript: a service, instead of"
              + " all.")
  private @Nullable String method;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "JSON",
      description = "The parameter in JSON, or an array of several parameters.")
  private @Nullable String argument;

  @Option(
      names = "--list",
      description = "Lists the services of the server, with their methods, parameters and results.")
  private boolean list;

  @Option(
      names = "--proto",
      description =
          "Prints .proto files that define the services and their messages, as far as they have"
              + " Protobuf.")
  private boolean proto;

  @Option(
      names = "--typescript",
      description =
          "Prints a TypeScript module with the types of the services for the JavaScript client, as"
              + " far as they have JSON.")
  private boolean typescript;

  @Option(
      names = "--directory",
      paramLabel = "DIRECTORY",
      description = "With --proto: writes the files into a directory, and prints their names.")
  private @Nullable Path directory;

  @Option(
      names = "--names",
      hidden = true,
      description = "Lists only the names of the methods, for shell completion.")
  private boolean names;

  @Option(
      names = "--metadata",
      paramLabel = "KEY=VALUE",
      converter = EntryConverter.class,
      description =
          "An entry of metadata to send. Can be given several times, also with the same key. If"
              + " KEY ends with -bin, the value is bytes in Base64.")
  private List<Metadata.Entry> metadata = List.of();

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      defaultValue = "10",
      description =
          "The time limit in seconds for connecting and the call. Default: ${DEFAULT-VALUE}.")
  private double timeout;

  @Option(
      names = "--wire",
      paramLabel = "WIRE",
      converter = WireKind.Converter.class,
      defaultValue = "gannet",
      description = "The protocol: ${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private WireKind wire = WireKind.GANNET;

  /** Creates the command. */
  @SuppressWarnings("NullAway.Init") // picocli sets what is required
  public CallCommand() {}

  @Override
  public Integer call() {
    CommandLog.onlyErrors();
    check(timeout > 0, "--timeout must be positive");
    checkWhat();
    CallOptions options = options();
    try {
      RpcClient client = connect();
      try {
        print(client, options);
      } finally {
        // No call is running, and a drain would wait for a server that never closes the connection.
        client.stop(StopMode.NOW);
      }
      return 0;
    } catch (RpcException e) {
      if (isAboutServices() && e.code() == RpcCode.UNIMPLEMENTED) {
        throw new CommandFailedException(
            "the server does not list its services; RpcServerBuilder.reflection enables that", e);
      }
      throw new CommandFailedException(e.code() + ": " + e.getMessage(), e);
    }
  }

  private void checkWhat() {
    long several = Stream.of(list, names, proto, typescript).filter(set -> set).count();
    check(several <= 1, "specify one of --list, --proto and --typescript");
    check(
        method == null ? several == 1 : !list && !names,
        "specify a METHOD, such as EchoService/echo, or --list");
    check(directory == null || proto, "--directory is for --proto");
    check(
        argument == null || several == 0,
        "--proto and --typescript take a service and no argument");
  }

  /** Whether to describe services, and not to call a method. */
  private boolean isAboutServices() {
    return list || names || proto || typescript;
  }

  private void check(boolean ok, String message) {
    if (!ok) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }

  private Duration within() {
    return Duration.ofNanos((long) (timeout * 1e9));
  }

  private CallOptions options() {
    return CallOptions.defaults().withTimeout(within()).withMetadata(new Metadata(metadata));
  }

  /** Reads one entry of metadata from the command line. */
  static final class EntryConverter implements ITypeConverter<Metadata.Entry> {
    @Override
    public Metadata.Entry convert(String text) {
      int end = text.indexOf('=');
      if (end < 0) {
        throw new TypeConversionException("'%s' is not KEY=VALUE".formatted(text));
      }
      try {
        return new Metadata.Entry(text.substring(0, end), text.substring(end + 1));
      } catch (IllegalArgumentException e) {
        throw new TypeConversionException(e.getMessage());
      }
    }
  }

  private RpcClient connect() {
    return Refusals.asArguments(
            spec,
            () ->
                RpcClient.over(target.connect())
                    .transport(target::applyTo)
                    .wire(wire.wire)
                    .connectionWait(within())
                    .service(
                        EchoService.Listener.class,
                        heard -> new EchoService.Text(heard.text() + ", too")))
        .start();
  }

  private void print(RpcClient client, CallOptions options) {
    PrintWriter out = spec.commandLine().getOut();
    if (isAboutServices()) {
      describe(client.proxy(Reflection.class, options), out);
    } else {
      printResult(client, Objects.requireNonNull(method), options, out);
    }
    out.flush();
  }

  private void describe(Reflection reflection, PrintWriter out) {
    List<ServiceInfo> services = chosen(reflection.services());
    if (names) {
      ServiceListing.printNames(services, out);
    } else if (typescript) {
      out.print(TypeScriptText.of(services));
    } else if (!proto) {
      ServiceListing.print(services, out);
    } else if (directory == null) {
      ProtoFiles.of(services, reflection).print(out);
    } else {
      ProtoFiles.of(services, reflection).write(directory, out);
    }
  }

  /** The service that the user names, or all; only --list lists those of Gannet unasked. */
  private List<ServiceInfo> chosen(List<ServiceInfo> services) {
    String wanted = method;
    List<ServiceInfo> chosen =
        services.stream()
            .filter(service ->
                wanted == null
                    ? list || names || !service.name().startsWith("gannet.")
                    : service.name().equals(wanted))
            .toList();
    if (wanted != null && chosen.isEmpty()) {
      throw new CommandFailedException("the server has no service '%s'".formatted(wanted));
    }
    return chosen;
  }

  private void printResult(RpcClient client, String path, CallOptions options, PrintWriter out) {
    List<Json> arguments = argument == null ? List.of() : List.of(new Json(argument));
    if (wire == WireKind.GETTY) { // it has no streams
      Object result = client.call(path, Json.class, options, arguments);
      if (result != null) {
        out.println(Printable.json(result.toString()));
      }
      return;
    }
    try (RpcStream<?> results = client.callStream(path, Json.class, options, arguments)) {
      for (Object result : results) {
        out.println(Printable.json(result.toString()));
        out.flush();
      }
    }
  }
}
