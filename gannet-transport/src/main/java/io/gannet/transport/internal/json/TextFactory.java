package io.gannet.transport.internal.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.io.IOContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonFactoryBuilder;
import tools.jackson.core.json.UTF8StreamJsonParser;

/**
 * Creates parsers that read the same values as Jackson's, but copy a plain text as a whole. Jackson
 * reads one character after the other.
 */
final class TextFactory extends JsonFactory {

  private static final long serialVersionUID = 1L;

  private TextFactory(JsonFactoryBuilder builder) {
    super(builder);
  }

  /** {@return such a factory, or Jackson's own if its parser can't be extended any more} */
  static JsonFactory of(JsonFactoryBuilder builder) {
    JsonFactory factory = new TextFactory(builder);
    byte[] json = {'"', 'a', '"'};
    try (JsonParser parser = factory.createParser(ObjectReadContext.empty(), json)) {
      parser.nextToken();
      return parser.getString().equals("a") ? factory : builder.build();
    } catch (LinkageError e) {
      return builder.build();
    }
  }

  @Override
  protected JsonParser _createParser(
      ObjectReadContext context, IOContext io, byte[] json, int offset, int length) {
    // Other texts are UTF-16 or UTF-32, have a byte order mark, or are a single digit.
    boolean isUtf8 = length > 1 && json[offset] > 0 && json[offset + 1] != 0;
    return isUtf8
        ? new Parser(this, context, io, json, offset, offset + length)
        : super._createParser(context, io, json, offset, length);
  }

  private static final class Parser extends UTF8StreamJsonParser {
    Parser(
        TextFactory factory,
        ObjectReadContext context,
        IOContext io,
        byte[] json,
        int start,
        int end) {
      super(
          context,
          io,
          context.getStreamReadFeatures(factory._streamReadFeatures),
          context.getFormatReadFeatures(factory._formatReadFeatures),
          null,
          factory._byteSymbolCanonicalizer.makeChildOrPlaceholder(factory._factoryFeatures),
          json,
          start,
          end,
          0,
          false);
    }

    @Override
    protected String _finishAndReturnString() {
      int start = _inputPtr;
      int end = PlainText.end(_inputBuffer, start, _inputEnd);
      if (end == _inputEnd || _inputBuffer[end] != '"') {
        return super._finishAndReturnString();
      }
      streamReadConstraints().validateStringLength(end - start);
      String text = new String(_inputBuffer, start, end - start, ISO_8859_1);
      _textBuffer.resetWithString(text);
      _inputPtr = end + 1;
      return text;
    }
  }
}
