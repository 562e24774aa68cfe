package io.gannet.benchmarks;

import io.gannet.benchmarks.load.CallLoad;
import io.gannet.benchmarks.peers.PeerMain;
import io.gannet.benchmarks.peers.Peers;
import io.gannet.benchmarks.peers.Work;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The command lines of servers and load generators. */
final class Commands {

  private final Options options;
  private final Cores cores;
  private final String java;
  private final String classPath;
  private final Optional<Path> nativeLoad;
  private final Optional<Path> nativeServer;

  Commands(Options options, Cores cores) throws IOException, InterruptedException {
    this.options = options;
    this.cores = cores;
    this.java =
        options.java().orElseGet(() -> ProcessHandle.current().info().command().orElse("java"));
    this.classPath = System.getProperty("java.class.path");
    NativeTools tools = new NativeTools(options.module());
    this.nativeLoad = options.javaLoad() ? Optional.empty() : tools.load();
    this.nativeServer = tools.server();
  }

  private Commands(Commands other, String classPath) {
    this.options = other.options;
    this.cores = other.cores;
    this.java = other.java;
    this.nativeLoad = other.nativeLoad;
    this.nativeServer = other.nativeServer;
    this.classPath = classPath;
  }

  /** Returns the commands for the servers and clients of another build. */
  Commands with(String otherClassPath) {
    return new Commands(this, otherClassPath);
  }

  /** Returns a command line. */
  static List<String> of(String program, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(program);
    command.addAll(List.of(arguments));
    return command;
  }

  boolean hasNativeLoad() {
    return nativeLoad.isPresent();
  }

  boolean hasNativeServer() {
    return nativeServer.isPresent();
  }

  List<String> server(Peers peer, Work work, List<String> flags) {
    if (peer.isNative()) {
      return Cores.pinned(
          cores.server(), List.of(nativeServer.orElseThrow().toString(), work.id()));
    }
    List<String> command = java(flags);
    command.addAll(List.of(PeerMain.class.getName(), peer.id(), work.name()));
    return Cores.pinned(cores.server(), command);
  }

  List<String> load(ServerProcess server, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (nativeLoad.isPresent()) {
      command.add(nativeLoad.get().toString());
    } else {
      command.addAll(java(options.serverFlags()));
      command.add("io.gannet.benchmarks.load.NioLoad");
    }
    command.addAll(target(server));
    command.addAll(arguments);
    return Cores.pinned(cores.load(), command);
  }

  /** Returns the load generator for a peer with its own client; it runs as long as the server. */
  List<String> ownLoad(Peers peer) {
    List<String> command = java(options.serverFlags());
    command.addAll(List.of(CallLoad.class.getName(), peer.id()));
    return Cores.pinned(cores.load(), command);
  }

  /** Returns the arguments that name the load generator's server. */
  static List<String> target(ServerProcess server) {
    return List.of("--port", String.valueOf(server.port()), "--pid", String.valueOf(server.pid()));
  }

  private List<String> java(List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(flags);
    command.add("-cp");
    command.add(classPath);
    return command;
  }
}
