package io.gannet.transport;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The WebSocket options of an endpoint (RFC 6455, version 13). Immutable.
 *
 * @param text whether messages are sent as text rather than binary, unless a {@link WebSocketCodec}
 *     decides for each message; both kinds are received
 * @param stream whether the codec reads all messages as one stream of bytes, see
 *     {@link #withStream}
 * @param subprotocols on a server, the supported subprotocols, of which the first one that the
 *     client offers is selected; on a client, the offered subprotocols in order of preference. If
 *     the server selects none of them, the handshake fails
 * @param compression whether {@code permessage-deflate} (RFC 7692) is used if the peer agrees, with
 *     windows of 15 bits; {@link EndpointBuilder#maxMessageSize} limits the inflated message
 * @param maxFragments the maximum number of frames in a message; more frames close the session with
 *     code 1009
 * @param paths servers only: the paths of the WebSocket; other paths are answered with status 404.
 *     If empty, every path is accepted. Use {@link EndpointBuilder#setup} for settings that differ
 *     by path
 * @param origins servers only: the origins whose pages may connect, such as
 *     {@code https://example.org}, or {@code *} for any. If empty, only pages of the same host may
 *     connect, on any port, compared with the {@code Host} header. Set the origins if DNS rebinding
 *     must be prevented, where an attacker's host name points to this server. Origins with
 *     {@code http} and {@code https} are equal if scheme, host and port are (RFC 6454), other
 *     origins if their text is. A client without an origin isn't a browser, and may always connect
 * @param guard servers only: decides who may connect, after all other checks
 * @param page servers only: an HTML page for browsers that open the address without a WebSocket;
 *     null for a default page with status 426
 * @param headers clients only: additional headers of the request
 */
public record WebSocketOptions(
    boolean text,
    boolean stream,
    List<String> subprotocols,
    boolean compression,
    int maxFragments,
    List<String> paths,
    List<String> origins,
    Guard guard,
    @Nullable String page,
    Map<String, String> headers) {

  /** Decides about the request of a client. Called on its I/O thread, so it must not block. */
  @FunctionalInterface
  public interface Guard {

    /**
     * Checks a request. Returns normally to accept it.
     *
     * @param handshake the request
     * @throws WebSocketRefusedException to refuse with a status and a reason
     * @throws Exception to refuse with status 500; the exception is logged
     */
    void check(WebSocketHandshake handshake) throws Exception;
  }

  private static final WebSocketOptions DEFAULTS =
      new WebSocketOptions(
          false,
          false,
          List.of(),
          false,
          1024,
          List.of(),
          List.of(),
          handshake -> {},
          null,
          Map.of());

  /**
   * Copies the collections and checks the arguments. Use {@link #defaults()} and the {@code with}
   * methods rather than this constructor, which changes with every new option.
   */
  public WebSocketOptions {
    subprotocols = List.copyOf(subprotocols);
    paths = List.copyOf(paths);
    origins = List.copyOf(origins);
    headers = Map.copyOf(headers);
    Objects.requireNonNull(guard, "guard");
    if (maxFragments < 1) {
      throw new IllegalArgumentException("maxFragments must be at least 1: " + maxFragments);
    }
    for (String path : paths) {
      if (!path.startsWith("/")) {
        throw new IllegalArgumentException("the path must begin with a slash: " + path);
      }
    }
    for (String subprotocol : subprotocols) {
      if (subprotocol.isEmpty() || !subprotocol.chars().allMatch(WebSocketOptions::isTokenChar)) {
        throw new IllegalArgumentException("not the name of a subprotocol: " + subprotocol);
      }
    }
  }

  private static boolean isTokenChar(int c) {
    return c > ' ' && c < 0x7F && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
  }

  /**
   * {@return options with binary messages, no subprotocols, no compression, at most 1,024
   * fragments, and only pages of the same host}
   */
  public static WebSocketOptions defaults() {
    return DEFAULTS;
  }

  /**
   * Sends messages as text, which the codec must write in UTF-8.
   *
   * @return the changed options
   */
  public WebSocketOptions withText() {
    return new WebSocketOptions(
        true,
        stream,
        subprotocols,
        compression,
        maxFragments,
        paths,
        origins,
        guard,
        page,
        headers);
  }

  /**
   * Treats the received messages as one stream of bytes, for protocols that are tunnelled through
   * WebSocket and may be split anywhere, such as MQTT (version 3.1.1, section 6). The codec reads
   * the same bytes as on TCP, whichever message they arrived in. Fragments are passed on as they
   * arrive. Each sent message is still one WebSocket message.
   *
   * <p>The messages are binary, and a text message closes the session with code 1003. After
   * {@link #withText} it is the other way round. A {@link WebSocketCodec} isn't asked for the kind.
   *
   * <p>{@link EndpointBuilder#maxMessageSize} limits the codec's messages, and the content of one
   * frame, also when inflated. {@link #maxFragments} doesn't apply, because fragments are not
   * collected.
   *
   * @return the changed options
   */
  public WebSocketOptions withStream() {
    return new WebSocketOptions(
        text, true, subprotocols, compression, maxFragments, paths, origins, guard, page, headers);
  }

  /**
   * Sets the subprotocols.
   *
   * @param names their names
   * @return the changed options
   */
  public WebSocketOptions withSubprotocols(String... names) {
    return new WebSocketOptions(
        text,
        stream,
        List.of(names),
        compression,
        maxFragments,
        paths,
        origins,
        guard,
        page,
        headers);
  }

  /**
   * Enables {@code permessage-deflate}.
   *
   * @return the changed options
   */
  public WebSocketOptions withCompression() {
    return new WebSocketOptions(
        text, stream, subprotocols, true, maxFragments, paths, origins, guard, page, headers);
  }

  /**
   * Sets the maximum number of frames in a message.
   *
   * @param fragments at least 1
   * @return the changed options
   */
  public WebSocketOptions withMaxFragments(int fragments) {
    return new WebSocketOptions(
        text, stream, subprotocols, compression, fragments, paths, origins, guard, page, headers);
  }

  /**
   * Sets the paths of the WebSocket.
   *
   * @param only the paths, such as {@code /chat}
   * @return the changed options
   */
  public WebSocketOptions withPaths(String... only) {
    return new WebSocketOptions(
        text,
        stream,
        subprotocols,
        compression,
        maxFragments,
        List.of(only),
        origins,
        guard,
        page,
        headers);
  }

  /**
   * Adds origins whose pages may connect.
   *
   * @param allowed the origins, such as {@code https://example.org}; {@code *} for any
   * @return the changed options
   */
  public WebSocketOptions withOrigins(String... allowed) {
    List<String> all = new ArrayList<>(origins);
    all.addAll(List.of(allowed));
    return new WebSocketOptions(
        text, stream, subprotocols, compression, maxFragments, paths, all, guard, page, headers);
  }

  /**
   * Sets the guard that decides about requests.
   *
   * @param value the guard; by default all clients may connect
   * @return the changed options
   */
  public WebSocketOptions withGuard(Guard value) {
    return new WebSocketOptions(
        text,
        stream,
        subprotocols,
        compression,
        maxFragments,
        paths,
        origins,
        value,
        page,
        headers);
  }

  /**
   * Sets the page for browsers that open the server's address without a WebSocket.
   *
   * @param html the page
   * @return the changed options
   */
  public WebSocketOptions withPage(String html) {
    return new WebSocketOptions(
        text,
        stream,
        subprotocols,
        compression,
        maxFragments,
        paths,
        origins,
        guard,
        html,
        headers);
  }

  /**
   * Adds a header to a client's request.
   *
   * @param name the name
   * @param value the value
   * @return the changed options
   */
  public WebSocketOptions withHeader(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new WebSocketOptions(
        text, stream, subprotocols, compression, maxFragments, paths, origins, guard, page, all);
  }
}
