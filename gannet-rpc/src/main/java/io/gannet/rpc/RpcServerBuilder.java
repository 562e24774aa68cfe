package io.gannet.rpc;

import io.gannet.transport.ServerBuilder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link RpcServer}. */
public interface RpcServerBuilder extends RpcEndpointBuilder<RpcServerBuilder> {

  /**
   * Sets the options of the transport: TLS, compression, limits, observers and so on. Its listener
   * and dispatch are already set.
   *
   * @param settings called when the server starts
   * @return this
   */
  RpcServerBuilder transport(Consumer<ServerBuilder<?>> settings);

  /**
   * Offers several protocols on one port, instead of {@link #wire(RpcWire) one}. They are told
   * apart by what a client negotiates in TLS (ALPN) or sends first, within
   * {@link io.gannet.transport.EndpointBuilder#handshakeTimeout}; a connection of another protocol
   * is closed. With TLS, a client that offers several gets the first of them here. Services,
   * interceptors and limits are the same for all. On TCP, TLS and Unix sockets.
   *
   * @param first a protocol
   * @param second another
   * @param more others; {@link RpcWire#GETTY} can't be among them, because its clients may be
   *     silent at first
   * @return this
   * @throws IllegalArgumentException if a protocol is given twice, or is {@link RpcWire#GETTY}
   */
  RpcServerBuilder wire(RpcWire first, RpcWire second, RpcWire... more);

  /**
   * Allows pages of other origins to call over {@link RpcWire#HTTP} (CORS). Requests of other pages
   * are refused with status 403, unless they come from the server's own origin.
   *
   * @param origins such as {@code https://example.org}; none by default
   * @return this
   * @throws IllegalArgumentException if one isn't scheme, host and optional port
   */
  RpcServerBuilder httpOrigins(String... origins);

  /**
   * Sets the host names by which browsers may call over {@link RpcWire#HTTP} without TLS, in the
   * {@code Host} header. Requests of a page of the server's own origin are refused with status 403
   * if they name another host, because an attacker can point a name of his at this server (DNS
   * rebinding). Addresses, {@code localhost} and names below it are always accepted. Programs that
   * aren't browsers may use any name.
   *
   * @param names such as {@code rpc.example.org}, without a port; none by default
   * @return this
   * @throws IllegalArgumentException if one isn't a host name
   */
  RpcServerBuilder httpHosts(String... names);

  /**
   * Registers each peer with a key that the server chooses, see {@link RpcServer#peer(String)}. The
   * server then finds a client again after it has reconnected.
   *
   * <p>Derive the key from verified data, such as the client's certificate in
   * {@link io.gannet.transport.Session#connection()}. Any client can send any
   * {@link RpcPeer#greeting()}: with a key from there, every client could take the key of every
   * other. If callers authenticate with a token, register them in a call, with
   * {@link RpcPeer#register}.
   *
   * @param key returns the key, or null for none; called once for each connection, on a virtual
   *     thread, before the first call of the peer is handled. If it throws, the connection is
   *     closed. Its duration isn't limited: calls of the peer wait for it, up to their deadlines,
   *     and count towards the limits on running calls
   * @return this
   */
  RpcServerBuilder peerKey(Function<RpcPeer, @Nullable String> key);

  /**
   * Sets what happens if a peer claims a key that another connected peer has.
   *
   * @param value {@link KeyClash#NEWEST} by default
   * @return this
   */
  RpcServerBuilder keyClash(KeyClash value);

  /**
   * Sets the listener for peers that compete for a key.
   *
   * @param listener none by default
   * @return this
   */
  RpcServerBuilder keyListener(KeyListener listener);

  /**
   * Sets an action for each new peer, for instance to call its services.
   *
   * @param action called once for each connection, on a virtual thread, before the first call of
   *     the peer is handled, so it must not wait for such a call. If it throws, the connection is
   *     closed. Its duration isn't limited, like that of {@link #peerKey}
   * @return this
   */
  RpcServerBuilder onPeer(Consumer<RpcPeer> action);

  /**
   * Binds the addresses and starts to accept connections.
   *
   * @return the running server
   * @throws io.gannet.transport.TransportException see {@link ServerBuilder#start()}
   */
  RpcServer start();
}
