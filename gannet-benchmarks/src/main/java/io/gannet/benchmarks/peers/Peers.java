package io.gannet.benchmarks.peers;

import static io.gannet.benchmarks.peers.Work.CALL;
import static io.gannet.benchmarks.peers.Work.ECHO;
import static io.gannet.benchmarks.peers.Work.FANOUT;
import static io.gannet.benchmarks.peers.Work.POUR;
import static io.gannet.benchmarks.peers.Work.SINK;
import static io.gannet.benchmarks.peers.Work.STREAM;

import io.gannet.rpc.RpcWire;
import io.gannet.transport.Dispatch;
import io.gannet.transport.Io;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The servers that are compared. */
// The suppliers have no state, and the set is private.
@SuppressWarnings("ImmutableEnumChecker")
public enum Peers {
  /** The lower bound: no library, no runtime. */
  C_EPOLL("c-epoll", "bare C, epoll", null, ECHO, SINK, FANOUT),

  GANNET_LOOP(
      "gannet-loop",
      "Gannet, event loop, epoll",
      () -> new GannetPeer(Io.EPOLL, Dispatch.eventLoop()),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  GANNET_LOOP_URING(
      "gannet-loop-uring",
      "Gannet, event loop, io_uring",
      () -> new GannetPeer(Io.IO_URING, Dispatch.eventLoop()),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  GANNET_LOOP_NIO(
      "gannet-loop-nio",
      "Gannet, event loop, NIO",
      () -> new GannetPeer(Io.NIO, Dispatch.eventLoop()),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  GANNET_VIRTUAL(
      "gannet-virtual",
      "Gannet, virtual, epoll",
      () -> new GannetPeer(Io.EPOLL, Dispatch.virtual()),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  GANNET_VIRTUAL_URING(
      "gannet-virtual-uring",
      "Gannet, virtual, io_uring",
      () -> new GannetPeer(Io.IO_URING, Dispatch.virtual()),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  GANNET_VIRTUAL_NIO(
      "gannet-virtual-nio",
      "Gannet, virtual, NIO",
      () -> new GannetPeer(Io.NIO, Dispatch.virtual()),
      ECHO,
      SINK,
      FANOUT,
      POUR),

  GANNET_LOOP_OWN_CODEC(
      "gannet-loop-own-codec",
      "Gannet, event loop, a user's codec",
      () -> new GannetPeer(Io.EPOLL, Dispatch.eventLoop(), new LengthPrefixed()),
      ECHO),

  NETTY_FUSED(
      "netty-fused",
      "Netty, one handler, epoll",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.FUSED),
      ECHO,
      SINK),
  NETTY_FUSED_URING(
      "netty-fused-uring",
      "Netty, one handler, io_uring",
      () -> new NettyPeer(Io.IO_URING, NettyStyle.FUSED),
      ECHO,
      SINK),
  NETTY_FUSED_NIO(
      "netty-fused-nio",
      "Netty, one handler, NIO",
      () -> new NettyPeer(Io.NIO, NettyStyle.FUSED),
      ECHO,
      SINK),
  NETTY_VIRTUAL(
      "netty-virtual",
      "Netty, one handler, virtual threads",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.VIRTUAL_EACH),
      ECHO),
  NETTY_VIRTUAL_BATCH(
      "netty-virtual-batch",
      "Netty, one handler, virtual, batched",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.VIRTUAL_BATCH),
      ECHO),
  NETTY_VIRTUAL_FLUSH(
      "netty-virtual-flush",
      "Netty, one handler, virtual, flushed",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.VIRTUAL_BATCH_AND_FLUSH),
      ECHO),
  NETTY_IDIOMATIC(
      "netty-idiomatic",
      "Netty, idiomatic, epoll",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.IDIOMATIC),
      ECHO,
      SINK,
      FANOUT,
      POUR),
  NETTY_NAIVE(
      "netty-naive",
      "Netty, flush per message, epoll",
      () -> new NettyPeer(Io.EPOLL, NettyStyle.NAIVE),
      ECHO,
      FANOUT),
  VIRTUAL_BLOCKING(
      "virtual-blocking",
      "Blocking sockets, virtual threads",
      VirtualBlockingPeer::new,
      ECHO,
      SINK),
  VERTX("vertx", "Vert.x", VertxPeer::new, ECHO, SINK, FANOUT),
  REACTOR_NETTY("reactor-netty", "Reactor Netty", ReactorNettyPeer::new, ECHO),
  MINA("mina", "Apache MINA", MinaPeer::new, ECHO, SINK, FANOUT),
  SMART_SOCKET("smart-socket", "smart-socket", SmartSocketPeer::new, ECHO, SINK),

  GANNET_LOOP_WEBSOCKET(
      "gannet-loop-websocket",
      "Gannet, event loop",
      Protocol.WEBSOCKET,
      () -> new GannetPeer(Protocol.WEBSOCKET, Io.EPOLL, Dispatch.eventLoop()),
      ECHO),
  GANNET_VIRTUAL_WEBSOCKET(
      "gannet-virtual-websocket",
      "Gannet, virtual",
      Protocol.WEBSOCKET,
      () -> new GannetPeer(Protocol.WEBSOCKET, Io.EPOLL, Dispatch.virtual()),
      ECHO),
  NETTY_WEBSOCKET(
      "netty-websocket",
      "Netty, idiomatic",
      Protocol.WEBSOCKET,
      () -> new NettyPeer(Protocol.WEBSOCKET, Io.EPOLL, NettyStyle.IDIOMATIC),
      ECHO),

  GANNET_LOOP_TLS(
      "gannet-loop-tls",
      "Gannet, event loop",
      Protocol.TLS,
      () -> new GannetPeer(Protocol.TLS, Io.EPOLL, Dispatch.eventLoop()),
      ECHO),
  GANNET_VIRTUAL_TLS(
      "gannet-virtual-tls",
      "Gannet, virtual",
      Protocol.TLS,
      () -> new GannetPeer(Protocol.TLS, Io.EPOLL, Dispatch.virtual()),
      ECHO),
  NETTY_TLS(
      "netty-tls",
      "Netty, idiomatic",
      Protocol.TLS,
      () -> new NettyPeer(Protocol.TLS, Io.EPOLL, NettyStyle.IDIOMATIC),
      ECHO),

  // Peers with their own protocol and their own client.
  SOFA_BOLT("sofa-bolt", "SOFABolt (its RPC)", SofaBoltPeer::new, SofaBoltCaller::new, ECHO),
  GANNET_RPC(
      "gannet-rpc",
      "Gannet RPC, Protobuf",
      () -> new GannetRpcPeer(RpcWire.GANNET),
      GannetRpcCaller::ofProtobuf,
      CALL,
      STREAM),
  GANNET_RPC_JSON(
      "gannet-rpc-json",
      "Gannet RPC, JSON",
      () -> new GannetRpcPeer(RpcWire.GANNET),
      GannetRpcCaller::ofJson,
      CALL,
      STREAM),
  GANNET_GRPC(
      "gannet-grpc",
      "Gannet as gRPC server, called by gRPC-java",
      () -> new GannetRpcPeer(RpcWire.GRPC),
      GrpcCaller::new,
      CALL,
      STREAM),
  GRPC_CALLED_BY_GANNET(
      "grpc-called-by-gannet",
      "gRPC-java, on the I/O thread, called by Gannet",
      () -> new GrpcPeer(Runnable::run),
      GannetRpcCaller::ofGrpc,
      CALL,
      STREAM),
  GRPC("grpc", "gRPC-java", () -> new GrpcPeer(null), GrpcCaller::new, CALL, STREAM),
  GRPC_VIRTUAL(
      "grpc-virtual",
      "gRPC-java, virtual threads",
      () -> new GrpcPeer(Executors.newVirtualThreadPerTaskExecutor()),
      GrpcCaller::new,
      CALL,
      STREAM),
  GRPC_POOL(
      "grpc-pool",
      "gRPC-java, fixed pool",
      () -> new GrpcPeer(GrpcPeer.pool()),
      GrpcCaller::new,
      CALL,
      STREAM),
  GRPC_DIRECT(
      "grpc-direct",
      "gRPC-java, on the I/O thread",
      () -> new GrpcPeer(Runnable::run),
      GrpcCaller::new,
      CALL,
      STREAM),
  DUBBO("dubbo", "Dubbo, its own protocol", DubboPeer::ofObjects, DubboCaller::ofObjects, CALL),
  DUBBO_TRIPLE(
      "dubbo-triple",
      "Dubbo, Triple with Protobuf",
      DubboPeer::ofProtobuf,
      DubboCaller::ofProtobuf,
      CALL),
  SOFA_RPC("sofa-rpc", "SOFARPC (bolt)", SofaRpcPeer::new, SofaRpcCaller::new, CALL);

  private final String id;
  private final String label;
  private final Protocol wire;
  private final Supplier<Peer> factory;
  private final CallingClient.Factory caller;
  private final Set<Work> works;

  Peers(String id, String label, Supplier<Peer> factory, Work... works) {
    this(id, label, Protocol.PLAIN, factory, null, works);
  }

  Peers(String id, String label, Protocol wire, Supplier<Peer> factory, Work... works) {
    this(id, label, wire, factory, null, works);
  }

  Peers(
      String id,
      String label,
      Supplier<Peer> factory,
      CallingClient.Factory caller,
      Work... works) {
    this(id, label, Protocol.PLAIN, factory, caller, works);
  }

  Peers(
      String id,
      String label,
      Protocol wire,
      Supplier<Peer> factory,
      CallingClient.Factory caller,
      Work... works) {
    this.id = id;
    this.label = label;
    this.wire = wire;
    this.factory = factory;
    this.caller = caller;
    this.works = EnumSet.copyOf(Arrays.asList(works));
  }

  /**
   * Finds a peer.
   *
   * @param id its name on the command line
   * @return the peer
   * @throws IllegalArgumentException if there is no such peer; the message lists all peers
   */
  public static Peers named(String id) {
    return Arrays.stream(values())
        .filter(peer -> peer.id.equals(id))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "unknown peer "
                    + id
                    + "; the peers are "
                    + Arrays.stream(values()).map(Peers::id).collect(Collectors.joining(", "))));
  }

  /** {@return the name on the command line} */
  public String id() {
    return id;
  }

  /**
   * {@return the name in a table}
   */
  public String label() {
    return label;
  }

  /** {@return its transport} */
  public Protocol wire() {
    return wire;
  }

  /** {@return whether it is a C program} */
  public boolean isNative() {
    return factory == null;
  }

  /**
   * {@return whether it is Gannet}
   */
  public boolean isOurs() {
    return id.startsWith("gannet");
  }

  /** {@return whether only its own client can call it} */
  public boolean speaksItsOwnProtocol() {
    return caller != null;
  }

  /**
   * Returns whether this peer supports a work.
   *
   * @param work the work
   * @return whether it is supported
   */
  public boolean does(Work work) {
    return works.contains(work);
  }

  /**
   * {@return the maximum number of calls in flight on one connection} Dubbo's Triple closes a
   * connection with several hundred: "decode only works with an entire header block".
   */
  public int mostCallsInFlight() {
    return this == DUBBO_TRIPLE ? 200 : Integer.MAX_VALUE;
  }

  /** {@return a new server that hasn't been started} */
  public Peer make() {
    return factory.get();
  }

  /**
   * {@return the factory of its clients, if it {@linkplain #speaksItsOwnProtocol() has its own}}
   */
  public CallingClient.Factory caller() {
    return caller;
  }
}
