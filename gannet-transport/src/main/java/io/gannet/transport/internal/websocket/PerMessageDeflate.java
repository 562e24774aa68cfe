package io.gannet.transport.internal.websocket;

import io.gannet.transport.internal.text.PeerText;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The negotiated parameters of {@code permessage-deflate} (RFC 7692, section 7.1).
 *
 * <p>This side always uses windows of 15 bits, because the JDK's deflater supports no others; its
 * inflater can read smaller ones.
 *
 * @param serverNoContextTakeover whether the server compresses messages independently
 * @param clientNoContextTakeover whether the client compresses messages independently
 * @param serverMaxWindowBits the largest window of the server, as its base-2 logarithm, 8 to 15; 0
 *     if it is absent, which means 15
 */
record PerMessageDeflate(
    boolean serverNoContextTakeover, boolean clientNoContextTakeover, int serverMaxWindowBits) {

  /** The offer of a client, which is compatible with the JDK's deflater. */
  static final String OFFER = "permessage-deflate";

  private static final String NAME = "permessage-deflate";
  private static final String SERVER_NO_CONTEXT_TAKEOVER = "server_no_context_takeover";
  private static final String CLIENT_NO_CONTEXT_TAKEOVER = "client_no_context_takeover";
  private static final String SERVER_MAX_WINDOW_BITS = "server_max_window_bits";
  private static final String CLIENT_MAX_WINDOW_BITS = "client_max_window_bits";
  private static final int MAX_BITS = 15;
  private static final int INVALID = -1;

  /**
   * Selects one of a client's offers, which are in the client's order of preference.
   *
   * @param offers the offers of the client, including other extensions
   * @return the parameters for the response; null if no offer is acceptable
   */
  static @Nullable PerMessageDeflate choose(List<Extension> offers) {
    for (Extension offer : offers) {
      PerMessageDeflate agreed = offer.name().equals(NAME) ? accept(offer) : null;
      if (agreed != null) {
        return agreed;
      }
    }
    return null;
  }

  /** RFC 7692, section 7.1: an offer with an unknown, repeated or invalid parameter is declined. */
  private static @Nullable PerMessageDeflate accept(Extension offer) {
    Parameters parameters = Parameters.of(offer);
    if (parameters == null) {
      return null;
    }
    int serverBits = parameters.bits(SERVER_MAX_WINDOW_BITS);
    int clientBits =
        parameters.isWithoutValue(CLIENT_MAX_WINDOW_BITS)
            ? MAX_BITS
            : parameters.bits(CLIENT_MAX_WINDOW_BITS); // only a hint
    boolean keeps = (serverBits == 0 || serverBits == MAX_BITS) && clientBits != INVALID;
    return keeps ? parameters.agreed() : null;
  }

  /**
   * Parses the server's selection for {@link #OFFER}.
   *
   * @param chosen the extensions in the response
   * @return the parameters; null if there is no extension
   * @throws IllegalArgumentException if the selection was not offered
   */
  static @Nullable PerMessageDeflate chosen(List<Extension> chosen) {
    if (chosen.isEmpty()) {
      return null;
    }
    Extension extension = chosen.getFirst();
    Parameters parameters =
        chosen.size() == 1 && extension.name().equals(NAME) ? Parameters.of(extension) : null;
    if (parameters == null
        || parameters.bits(SERVER_MAX_WINDOW_BITS) == INVALID
        || parameters.names().contains(CLIENT_MAX_WINDOW_BITS)) { // only if the client offers it
      throw new IllegalArgumentException(
          "the server uses an extension that was not offered: "
              + PeerText.escape(chosen.toString()));
    }
    return parameters.agreed();
  }

  /** {@return the server's response, the value of {@code Sec-WebSocket-Extensions}} */
  String answer() {
    StringBuilder answer = new StringBuilder(NAME);
    if (serverNoContextTakeover) {
      answer.append("; ").append(SERVER_NO_CONTEXT_TAKEOVER);
    }
    if (clientNoContextTakeover) {
      answer.append("; ").append(CLIENT_NO_CONTEXT_TAKEOVER);
    }
    if (serverMaxWindowBits != 0) {
      answer.append("; ").append(SERVER_MAX_WINDOW_BITS).append('=').append(serverMaxWindowBits);
    }
    return answer.toString();
  }

  /** The parameters of an extension, which must be known and not repeated. */
  private record Parameters(Extension extension, Set<String> names) {

    static @Nullable Parameters of(Extension extension) {
      Set<String> names = new HashSet<>();
      for (Extension.Parameter parameter : extension.parameters()) {
        boolean valid =
            switch (parameter.name()) {
              case SERVER_NO_CONTEXT_TAKEOVER, CLIENT_NO_CONTEXT_TAKEOVER ->
                  parameter.value() == null;
              case SERVER_MAX_WINDOW_BITS, CLIENT_MAX_WINDOW_BITS -> true;
              default -> false;
            };
        if (!valid || !names.add(parameter.name())) {
          return null;
        }
      }
      return new Parameters(extension, names);
    }

    PerMessageDeflate agreed() {
      return new PerMessageDeflate(
          names.contains(SERVER_NO_CONTEXT_TAKEOVER),
          names.contains(CLIENT_NO_CONTEXT_TAKEOVER),
          bits(SERVER_MAX_WINDOW_BITS));
    }

    boolean isWithoutValue(String name) {
      return names.contains(name) && value(name) == null;
    }

    /** Returns 8 to 15, 0 if the parameter is absent, or {@link #INVALID}. */
    int bits(String name) {
      if (!names.contains(name)) {
        return 0;
      }
      return switch (value(name)) {
        case "8" -> 8;
        case "9" -> 9;
        case "10" -> 10;
        case "11" -> 11;
        case "12" -> 12;
        case "13" -> 13;
        case "14" -> 14;
        case "15" -> 15;
        case null, default -> INVALID; // no leading zeroes either
      };
    }

    private @Nullable String value(String name) {
      for (Extension.Parameter parameter : extension.parameters()) {
        if (parameter.name().equals(name)) {
          return parameter.value();
        }
      }
      return null;
    }
  }
}
