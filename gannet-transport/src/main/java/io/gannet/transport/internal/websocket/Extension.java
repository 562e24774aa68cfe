package io.gannet.transport.internal.websocket;

import io.gannet.transport.internal.text.PeerText;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An element of the header {@code Sec-WebSocket-Extensions} (RFC 6455, section 9.1): an offer of a
 * client, or the selection of a server.
 *
 * @param name the name of the extension
 * @param parameters the parameters, in order; a name may be repeated, although no known extension
 *     allows that
 */
record Extension(String name, List<Parameter> parameters) {

  /**
   * A parameter of an extension.
   *
   * @param name the name
   * @param value the value, without quotation marks; null if there is none
   */
  record Parameter(String name, @Nullable String value) {}

  /** Thrown if a header doesn't match the grammar of RFC 6455, so that the connection must fail. */
  static final class MalformedException extends Exception {

    private static final long serialVersionUID = 1;

    MalformedException(String header) {
      super(
          "the header Sec-WebSocket-Extensions is malformed: " + PeerText.escape(header),
          null,
          false,
          false); // a peer can cause many of them
    }
  }

  /**
   * Parses the header.
   *
   * @param headers the values, one for each line of the request or response; together they are one
   *     list
   * @return the extensions, in order
   * @throws MalformedException if a value doesn't match the grammar
   */
  static List<Extension> parse(List<String> headers) throws MalformedException {
    List<Extension> all = new ArrayList<>();
    for (String header : headers) {
      new Parser(header).addTo(all);
    }
    return all;
  }

  /** Returns whether a text is a token (RFC 9110, section 5.6.2). */
  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(Extension::isTokenChar);
  }

  private static boolean isTokenChar(int c) {
    return c > ' ' && c < 0x7F && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0;
  }

  private static final class Parser {

    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    void addTo(List<Extension> all) throws MalformedException {
      do {
        skipSpace();
        if (at < text.length() && text.charAt(at) != ',') { // a list may have empty elements
          all.add(extension());
        }
      } while (takes(','));
      if (at < text.length()) {
        throw new MalformedException(text);
      }
    }

    private Extension extension() throws MalformedException {
      String name = token();
      List<Parameter> parameters = new ArrayList<>();
      while (takes(';')) {
        String parameter = token();
        parameters.add(new Parameter(parameter, takes('=') ? value() : null));
      }
      return new Extension(name, List.copyOf(parameters));
    }

    private String value() throws MalformedException {
      skipSpace();
      if (at == text.length() || text.charAt(at) != '"') {
        return token();
      }
      at++;
      StringBuilder value = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '"') {
        if (text.charAt(at) == '\\') {
          at++;
        }
        if (at < text.length()) {
          value.append(text.charAt(at++));
        }
      }
      if (!takes('"') || !isToken(value.toString())) { // quotes may only contain a token
        throw new MalformedException(text);
      }
      return value.toString();
    }

    private String token() throws MalformedException {
      skipSpace();
      int start = at;
      while (at < text.length() && isTokenChar(text.charAt(at))) {
        at++;
      }
      if (at == start) {
        throw new MalformedException(text);
      }
      return text.substring(start, at);
    }

    private boolean takes(char separator) {
      skipSpace();
      if (at < text.length() && text.charAt(at) == separator) {
        at++;
        return true;
      }
      return false;
    }

    private void skipSpace() {
      while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
        at++;
      }
    }
  }
}
