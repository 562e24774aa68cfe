package io.gannet.transport.internal.library;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Detects libraries that are too old when an endpoint starts, before a missing method is called. A
 * library without a version, such as in a shaded jar or a native image, is accepted.
 */
public final class Libraries {

  /**
   * With 4.2.9, a server never started to listen. Each build tests this version, in
   * {@code gannet-consumers}.
   */
  static final String OLDEST_NETTY = "4.2.15";

  private static final Pattern NUMBERS =
      Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?.*");

  /**
   * A class of each Netty jar that is always needed, because the jars may have different versions.
   */
  private static final List<Class<?>> OF_NETTY =
      List.of(
          EventExecutor.class,
          ByteBuf.class,
          Channel.class,
          ByteToMessageDecoder.class,
          SslHandler.class,
          HttpRequest.class);

  private Libraries() {}

  /**
   * Checks Netty.
   *
   * @throws IllegalStateException if a jar is too old; the message says which, and what to do
   */
  public static void checkNetty() {
    for (Class<?> type : OF_NETTY) {
      check(
          "Netty (%s)".formatted(type.getPackageName()),
          versionOf(type, "Netty"),
          OLDEST_NETTY,
          "import io.netty:netty-bom in such a version");
    }
  }

  /**
   * Checks a library.
   *
   * @param name the name for the message
   * @param found the version, or null if it is unknown
   * @param oldest the oldest supported version
   * @param advice what to do, for the message
   * @throws IllegalStateException if the version is too old
   */
  public static void check(String name, @Nullable String found, String oldest, String advice) {
    if (found != null && isOlder(found, oldest)) {
      throw new IllegalStateException(
          "%s has the version %s, and Gannet needs %s or newer: %s"
              .formatted(name, found, oldest, advice));
    }
  }

  /**
   * {@return the version in the manifest, which may be that of a program that includes the library}
   */
  private static @Nullable String versionOf(Class<?> type, String title) {
    Package of = type.getPackage();
    String found = of.getImplementationTitle();
    return found != null && found.startsWith(title) ? of.getImplementationVersion() : null;
  }

  private static boolean isOlder(String version, String than) {
    Matcher one = NUMBERS.matcher(version);
    Matcher other = NUMBERS.matcher(than);
    if (!one.matches() || !other.matches()) {
      return false;
    }
    for (int i = 1; i <= 3; i++) {
      int difference = Integer.compare(number(one.group(i)), number(other.group(i)));
      if (difference != 0) {
        return difference < 0;
      }
    }
    return false;
  }

  private static int number(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt(digits);
  }
}
