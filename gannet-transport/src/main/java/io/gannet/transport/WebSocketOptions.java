package io.gannet.transport;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How an endpoint speaks WebSocket (RFC 6455, version 13). Immutable.
 *
 * @param text whether messages are sent as text rather than binary, unless a {@link WebSocketCodec}
 *     decides for each; both kinds are received
 * @param stream whether the messages are one stream of bytes for the codec, see {@link #withStream}
 * @param subprotocols on a server those it speaks, of which it takes the first that the client offers;
 *     on a client those it offers, best first: a server that takes none of them is an error
 * @param compression whether {@code permessage-deflate} (RFC 7692) is used if the peer agrees, with windows
 *     of 15 bits; what a message inflates to counts against {@link EndpointBuilder#maxMessageSize}
 * @param maxFragments how many frames a message may have; one with more closes the session with code
 *     1009
 * @param paths servers only: the paths at which there is a WebSocket, others are answered with status
 *     404; at every path if there are none. What differs from path to path is set in {@link
 *     EndpointBuilder#setup}
 * @param origins servers only: the origins from which pages may connect, as {@code
 *     https://example.org}, or {@code *} for any; if there are none, only pages of the same host may,
 *     on any port, compared with the header {@code Host}; name them where a page must not get in whose own
 *     name was made to point to this server (DNS rebinding). Origins are the same if scheme, host and port
 *     are (RFC 6454), others than those of {@code http} and {@code https} if their text is. A client that
 *     sends no origin is no browser, and may always connect
 * @param guard servers only: decides who may connect, after all else has been checked
 * @param page servers only: an HTML page for those who come with a browser instead of a WebSocket; null
 *     for one that says so, with status 426
 * @param headers clients only: headers of the request
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

  /** Decides about the request of a client, on its I/O thread: it must not block. */
  @FunctionalInterface
  public interface Guard {

    /**
     * A client asks for a session.
     *
     * @param handshake its request
     * @throws WebSocketRefusedException to refuse with a status and a reason
     * @throws Exception any other refuses with status 500, and is logged
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

  /** Copies the collections and checks the arguments. */
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
   * {@return binary messages, no subprotocols, no compression, 1,024 fragments, pages of the same host
   * only}
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
   * Makes one stream of bytes of the messages that arrive, for protocols that are tunnelled through
   * WebSocket and may be cut anywhere, such as MQTT (version 3.1.1, section 6). The codec reads what
   * it would read on TCP, whatever message a byte came in; fragments reach it as they come. Each
   * message that is sent is one of WebSocket, as without the option.
   *
   * <p>The messages are binary, and a text message closes the session with code 1003; after {@link
   * #withText} it is the other way round. A {@link WebSocketCodec} is not asked which they are.
   *
   * <p>{@link EndpointBuilder#maxMessageSize} is the limit on the codec's messages, and on what one
   * frame holds, also inflated. {@link #maxFragments} is none: nothing waits for the last fragment.
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
   * Switches {@code permessage-deflate} on.
   *
   * @return the changed options
   */
  public WebSocketOptions withCompression() {
    return new WebSocketOptions(
        text, stream, subprotocols, true, maxFragments, paths, origins, guard, page, headers);
  }

  /**
   * Sets how many frames a message may have.
   *
   * @param fragments at least 1
   * @return the changed options
   */
  public WebSocketOptions withMaxFragments(int fragments) {
    return new WebSocketOptions(
        text, stream, subprotocols, compression, fragments, paths, origins, guard, page, headers);
  }

  /**
   * Sets the paths at which there is a WebSocket.
   *
   * @param only paths, as {@code /chat}
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
   * Adds origins from which pages may connect.
   *
   * @param allowed for instance {@code https://example.org}; {@code *} for any
   * @return the changed options
   */
  public WebSocketOptions withOrigins(String... allowed) {
    List<String> all = new ArrayList<>(origins);
    all.addAll(List.of(allowed));
    return new WebSocketOptions(
        text, stream, subprotocols, compression, maxFragments, paths, all, guard, page, headers);
  }

  /**
   * Sets who decides about requests.
   *
   * @param value everyone may connect by default
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
   * Sets what those see who open the server's address in a browser.
   *
   * @param html a page
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
   * @param name its name
   * @param value its value
   * @return the changed options
   */
  public WebSocketOptions withHeader(String name, String value) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put(name, value);
    return new WebSocketOptions(
        text, stream, subprotocols, compression, maxFragments, paths, origins, guard, page, all);
  }
}
