package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.Address;
import io.gannet.cli.internal.common.Choice;
import java.util.Locale;

/** The message formats, the values of {@code --codec}. */
enum EchoCodec {
  LENGTH,
  LINES,
  GETTY_ECHO;

  EchoFormat<?> format(Address.Scheme scheme) {
    return switch (this) {
      case LENGTH -> new LengthFormat();
      case LINES -> new LinesFormat();
      case GETTY_ECHO -> new GettyEchoFormat(scheme);
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a message format from the command line. */
  static final class Converter extends Choice<EchoCodec> {
    Converter() {
      super(values());
    }
  }
}
