package io.gannet.benchmarks;

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
  private final Optional<Path> nativeLoad;
  private final Optional<Path> nativeServer;

  Commands(Options options, Cores cores) throws IOException, InterruptedException {
    this.options = options;
    this.cores = cores;
    this.java =
        options.java().orElseGet(() -> ProcessHandle.current().info().command().orElse("java"));
    NativeTools tools = new NativeTools(options.module());
    this.nativeLoad = options.javaLoad() ? Optional.empty() : tools.load();
    this.nativeServer = tools.server();
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

  List<String> load(ServerProcess server, Peers peer, List<String> arguments) {
    List<String> command = new ArrayList<>();
    if (peer.speaksItsOwnProtocol()) {
      command.addAll(java(options.serverFlags()));
      command.add("io.gannet.benchmarks.load.SofaBoltLoad");
    } else if (nativeLoad.isPresent()) {
      command.add(nativeLoad.get().toString());
    } else {
      command.addAll(java(options.serverFlags()));
      command.add("io.gannet.benchmarks.load.NioLoad");
    }
    command.addAll(List.of("--port", String.valueOf(server.port())));
    command.addAll(List.of("--pid", String.valueOf(server.pid())));
    command.addAll(arguments);
    return Cores.pinned(cores.load(), command);
  }

  private List<String> java(List<String> flags) {
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(flags);
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    return command;
  }
}
