package io.gannet.transport.codec;

import io.gannet.transport.ReadBuffer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.function.UnaryOperator;

/**
 * Counts the bytes that a codec examines. A search counts up to where it may have looked. The codec
 * doesn't see the framework's own buffer, so this also covers the code for other buffers.
 */
final class CountingReads implements UnaryOperator<ReadBuffer> {

  /** The number of examined bytes. */
  long count;

  @Override
  public ReadBuffer apply(ReadBuffer in) {
    return (ReadBuffer)
        Proxy.newProxyInstance(
            ReadBuffer.class.getClassLoader(),
            new Class<?>[] {ReadBuffer.class},
            (proxy, method, arguments) -> {
              String name = method.getName();
              if (name.equals("indexOf")) {
                count += in.readableBytes() - (int) arguments[1];
              } else if (name.startsWith("get")) {
                count++;
              }
              try {
                return method.invoke(in, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
