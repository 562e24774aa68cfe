package io.gannet.cli.internal.echo;

import io.gannet.cli.internal.common.Choice;
import io.gannet.transport.Dispatch;
import java.util.Locale;

/** The dispatches, the values of {@code --dispatch}. */
enum DispatchKind {
  VIRTUAL,
  EVENT_LOOP;

  Dispatch dispatch() {
    return switch (this) {
      case VIRTUAL -> Dispatch.virtual();
      case EVENT_LOOP -> Dispatch.eventLoop();
    };
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Reads a dispatch from the command line. */
  static final class Converter extends Choice<DispatchKind> {
    Converter() {
      super(values());
    }
  }
}
