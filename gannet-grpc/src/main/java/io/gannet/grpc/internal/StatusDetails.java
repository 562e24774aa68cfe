package io.gannet.grpc.internal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.gannet.rpc.Metadata;
import io.gannet.rpc.internal.wire.CutText;
import io.gannet.rpc.internal.wire.Frame;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The details of a failure as {@code google.rpc.Status}, which gRPC sends in the trailer {@code
 * grpc-status-details-bin}: the type of the exception is the reason, and its details are the
 * metadata, of a {@code google.rpc.ErrorInfo}. Written by hand, so that the Protobuf library isn't
 * needed.
 *
 * @param type the type of the exception, or null
 * @param details its details
 */
record StatusDetails(@Nullable String type, Map<String, String> details) {

  static final StatusDetails NONE = new StatusDetails(null, Map.of());

  /** The domain of failures of Gannet, whose reason is the type of the exception. */
  private static final String DOMAIN = "gannet";

  private static final String ERROR_INFO = "type.googleapis.com/google.rpc.ErrorInfo";

  /** The limits of the details that are sent: most peers take 8 KiB of trailers. */
  private static final int MAX_BYTES = 4 << 10;

  private static final int MAX_ENTRIES = 64;

  /** The room for what isn't details, in bytes. */
  private static final int OVERHEAD = 200;

  private static final int MAX_TEXT = 512;

  // ---------------------------------------------------------------- writing

  /** {@return the value of the trailer, or null if a failure has no details} */
  static @Nullable String encode(Frame.Failure failure) {
    String type = failure.type();
    if (type == null && failure.details().isEmpty()) {
      return null;
    }
    ByteArrayOutputStream info = new ByteArrayOutputStream();
    write(1, type == null ? "" : CutText.of(type, MAX_TEXT), info);
    write(2, DOMAIN, info);
    int room = MAX_BYTES - OVERHEAD - info.size();
    int written = 0;
    int count = 0;
    for (Map.Entry<String, String> detail : failure.details().entrySet()) {
      byte[] entry = entry(detail.getKey(), detail.getValue());
      if (count < MAX_ENTRIES && written + entry.length <= room) {
        write(3, entry, info);
        written += entry.length;
        count++;
      }
    }
    int all = failure.details().size();
    if (count < all) {
      write(3, entry(Metadata.LEFT_OUT, "%,d of %,d entries".formatted(all - count, all)), info);
    }
    ByteArrayOutputStream any = new ByteArrayOutputStream();
    write(1, ERROR_INFO, any);
    write(2, info.toByteArray(), any);
    ByteArrayOutputStream status = new ByteArrayOutputStream();
    status.write(1 << 3);
    status.write(failure.code().number());
    write(2, CutText.of(failure.message(), MAX_TEXT), status);
    write(3, any.toByteArray(), status);
    return Base64.getEncoder().withoutPadding().encodeToString(status.toByteArray());
  }

  private static byte[] entry(String key, String value) {
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    write(1, key, entry);
    write(2, value, entry);
    return entry.toByteArray();
  }

  private static void write(int number, String text, ByteArrayOutputStream out) {
    write(number, text.getBytes(UTF_8), out);
  }

  private static void write(int number, byte[] bytes, ByteArrayOutputStream out) {
    out.write(number << 3 | 2);
    int length = bytes.length;
    for (; length > 0x7F; length >>>= 7) {
      out.write((length & 0x7F) | 0x80);
    }
    out.write(length);
    out.writeBytes(bytes);
  }

  // ---------------------------------------------------------------- reading

  /**
   * {@return the details in a trailer} A detail of another type than {@code ErrorInfo} is left out.
   * The reason and the domain of an {@code ErrorInfo} that Gannet hasn't made are details.
   *
   * @param value the value of the trailer; without details if it is invalid
   */
  static StatusDetails decode(CharSequence value) {
    try {
      ByteBuffer status =
          ByteBuffer.wrap(Base64.getDecoder().decode(value.toString().getBytes(ISO_8859_1)));
      while (status.hasRemaining()) {
        Field field = Field.read(status);
        if (field.number == 3 && ERROR_INFO.equals(first(field.bytes()))) {
          return ofErrorInfo(second(field.bytes()));
        }
      }
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      // Only the details are lost.
    }
    return NONE;
  }

  /** {@return the details in a trailer that {@link #encode} has made, in the form of Connect} */
  static String json(CharSequence value) {
    ByteBuffer status =
        ByteBuffer.wrap(Base64.getDecoder().decode(value.toString().getBytes(ISO_8859_1)));
    StringJoiner json = new StringJoiner(",", "[", "]");
    while (status.hasRemaining()) {
      Field field = Field.read(status);
      if (field.number == 3) {
        ByteBuffer any = field.bytes();
        String type = first(any);
        json.add(
            "{\"type\":\"%s\",\"value\":\"%s\"}"
                .formatted(
                    type.substring(type.lastIndexOf('/') + 1),
                    ISO_8859_1.decode(Base64.getEncoder().withoutPadding().encode(second(any)))));
      }
    }
    return json.toString();
  }

  private static StatusDetails ofErrorInfo(ByteBuffer info) {
    String reason = "";
    String domain = "";
    Map<String, String> details = new LinkedHashMap<>();
    while (info.hasRemaining()) {
      Field field = Field.read(info);
      switch (field.number) {
        case 1 -> reason = text(field.bytes());
        case 2 -> domain = text(field.bytes());
        case 3 -> details.put(first(field.bytes()), text(second(field.bytes())));
        default -> {}
      }
    }
    if (domain.equals(DOMAIN)) {
      return new StatusDetails(reason.isEmpty() ? null : reason, details);
    }
    details.putIfAbsent("reason", reason);
    details.putIfAbsent("domain", domain);
    return new StatusDetails(null, details);
  }

  private static String first(ByteBuffer message) {
    return text(find(message, 1));
  }

  private static ByteBuffer second(ByteBuffer message) {
    return find(message, 2);
  }

  private static ByteBuffer find(ByteBuffer message, int number) {
    ByteBuffer rest = message.duplicate();
    while (rest.hasRemaining()) {
      Field field = Field.read(rest);
      if (field.number == number) {
        return field.bytes();
      }
    }
    return ByteBuffer.allocate(0);
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }

  /** A field of a message; its value is empty if it isn't bytes. */
  private record Field(int number, ByteBuffer value) {

    ByteBuffer bytes() {
      return value.duplicate();
    }

    static Field read(ByteBuffer in) {
      long tag = varint(in);
      int length = 0;
      switch ((int) (tag & 7)) {
        case 0 -> varint(in);
        case 1 -> in.position(position(in, 8));
        case 2 -> length = (int) Math.min(varint(in), Integer.MAX_VALUE);
        case 5 -> in.position(position(in, 4));
        default -> throw new IllegalArgumentException("wire type " + (tag & 7));
      }
      int end = position(in, length);
      ByteBuffer value = in.slice(in.position(), length);
      in.position(end);
      return new Field((int) Math.min(tag >>> 3, Integer.MAX_VALUE), value);
    }

    private static int position(ByteBuffer in, int length) {
      if (length < 0 || length > in.remaining()) {
        throw new IllegalArgumentException("a field ends behind its message");
      }
      return in.position() + length;
    }

    private static long varint(ByteBuffer in) {
      long value = 0;
      for (int shift = 0; shift < 64; shift += 7) {
        byte octet = in.get();
        value |= (long) (octet & 0x7F) << shift;
        if (octet >= 0) {
          return value;
        }
      }
      throw new IllegalArgumentException("a number is too long");
    }
  }
}
