package io.gannet.rpc.internal.call;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Lists of arguments: unlike the JDK's immutable lists, they may contain null. */
final class Values {

  private Values() {}

  static List<@Nullable Object> listOf(@Nullable Object[] values) {
    List<@Nullable Object> list = new ArrayList<>(values.length);
    Collections.addAll(list, values);
    return Collections.unmodifiableList(list);
  }
}
