package io.gannet.rpc.internal.protobuf;

import com.google.protobuf.MessageLite;
import java.lang.reflect.Type;

/** Distinguishes Protobuf messages from other types. Works without the Protobuf library. */
public final class ProtobufTypes {

  private static final boolean AVAILABLE = isAvailable("com.google.protobuf.MessageLite");
  private static final boolean MAPS_JSON = isAvailable("com.google.protobuf.util.JsonFormat");

  private ProtobufTypes() {}

  private static boolean isAvailable(String name) {
    try {
      Class.forName(name, false, ProtobufTypes.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** {@return whether the library is present that maps messages to JSON} */
  public static boolean mapsJson() {
    return MAPS_JSON;
  }

  /** {@return whether a type is a Protobuf message} */
  public static boolean isMessage(Type type) {
    return AVAILABLE && type instanceof Class<?> raw && Library.isMessage(raw);
  }

  /** Loaded only if the library is present. */
  private static final class Library {
    private Library() {}

    static boolean isMessage(Class<?> raw) {
      return MessageLite.class.isAssignableFrom(raw);
    }
  }
}
