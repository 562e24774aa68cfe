package io.gannet.transport.internal.netty;

import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.DecoderResultProvider;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether a decoded message reports a decoding failure. Most such messages are
 * {@link DecoderResultProvider}s; those of MQTT only have a method with the same name.
 */
final class DecoderResults {

  private static final MethodType TYPE = MethodType.methodType(DecoderResult.class);

  private static final ClassValue<Optional<MethodHandle>> METHODS =
      new ClassValue<>() {
        @Override
        protected Optional<MethodHandle> computeValue(Class<?> type) {
          return find(type);
        }
      };

  private DecoderResults() {}

  /** Returns why a message could not be decoded, or null if it reports no failure. */
  static @Nullable Throwable failure(Object message) {
    DecoderResult result;
    if (message instanceof DecoderResultProvider provider) {
      result = provider.decoderResult();
    } else {
      Optional<MethodHandle> method = METHODS.get(message.getClass());
      result = method.isPresent() ? call(method.get(), message) : null;
    }
    return result != null && result.isFailure() ? result.cause() : null;
  }

  private static Optional<MethodHandle> find(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      try {
        return Optional.of(MethodHandles.publicLookup().findVirtual(each, "decoderResult", TYPE));
      } catch (NoSuchMethodException e) {
        return Optional.empty();
      } catch (IllegalAccessException e) {
        // The class isn't public, but its superclass may be.
      }
    }
    return Optional.empty();
  }

  private static @Nullable DecoderResult call(MethodHandle method, Object message) {
    try {
      return (DecoderResult) method.invoke(message);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("decoderResult of " + message.getClass().getName(), e);
    }
  }
}
