package io.gannet.cli.internal.rpc;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.EnumDescriptorProto;
import com.google.protobuf.DescriptorProtos.EnumValueDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Writes a file descriptor as the text of a .proto file. The descriptor is the peer's: names are
 * checked, numbers are numbers, and strings are escaped, so that it can define nothing but itself.
 */
final class ProtoText {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("-?(inf|nan|[0-9]+(\\.[0-9]*)?([eE][-+]?[0-9]+)?)");
  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*");

  /** The end of the numbers of fields, which "max" stands for. */
  private static final int MAX_FIELD = 1 << 29;

  private final FileDescriptorProto file;
  private final boolean isProto3;
  private final boolean hasEdition;
  private final StringBuilder text = new StringBuilder();
  private String indent = "";
  private boolean leftOut;

  private ProtoText(FileDescriptorProto file) {
    this.file = file;
    this.hasEdition = file.getSyntax().equals("editions");
    this.isProto3 = file.getSyntax().equals("proto3");
  }

  /**
   * Writes a file.
   *
   * @throws IllegalArgumentException if it has something that a .proto file can't have
   */
  static String of(FileDescriptorProto file) {
    ProtoText text = new ProtoText(file);
    text.writeFile();
    return text.text.toString();
  }

  /**
   * Checks the name of a file, which is a path below some directory.
   *
   * @return the same name
   */
  static String checkedPath(String name) {
    if (!PATH.matcher(name).matches() || !name.endsWith(".proto")) {
      throw new IllegalArgumentException("'%s' is not the name of a .proto file".formatted(name));
    }
    return name;
  }

  private void writeFile() {
    if (hasEdition) {
      line("edition = \"%s\";".formatted(edition(file.getEdition())));
    } else {
      line("syntax = \"%s\";".formatted(isProto3 ? "proto3" : "proto2"));
    }
    if (!file.getPackage().isEmpty()) {
      blank();
      line("package %s;".formatted(qualified(file.getPackage())));
    }
    writeImports();
    List<String> options = options("", file.getOptions());
    if (!options.isEmpty()) {
      blank();
      options.forEach(option -> line("option " + option + ";"));
    }
    file.getServiceList().forEach(this::writeService);
    file.getMessageTypeList().forEach(this::writeMessage);
    file.getEnumTypeList().forEach(this::writeEnum);
    file.getExtensionList().forEach(this::writeExtension);
    if (leftOut) {
      blank();
      line("// Options that other files define are left out.");
    }
  }

  private static String edition(Edition edition) {
    String name = edition.name();
    if (!name.matches("EDITION_[0-9]{4}")) {
      throw new IllegalArgumentException("unknown edition " + name);
    }
    return name.substring("EDITION_".length());
  }

  private void writeImports() {
    if (file.getDependencyCount() > 0) {
      blank();
    }
    for (int i = 0; i < file.getDependencyCount(); i++) {
      line(
          "import %s\"%s\";"
              .formatted(
                  file.getPublicDependencyList().contains(i) ? "public " : "",
                  checkedPath(file.getDependency(i))));
    }
  }

  private void writeService(ServiceDescriptorProto service) {
    blank();
    open("service " + name(service.getName()));
    options("", service.getOptions()).forEach(option -> line("option " + option + ";"));
    service.getMethodList().forEach(this::writeMethod);
    close();
  }

  private void writeMethod(MethodDescriptorProto method) {
    String rpc =
        "rpc %s(%s%s) returns (%s%s)"
            .formatted(
                name(method.getName()),
                method.getClientStreaming() ? "stream " : "",
                type(method.getInputType()),
                method.getServerStreaming() ? "stream " : "",
                type(method.getOutputType()));
    List<String> options = options("", method.getOptions());
    if (options.isEmpty()) {
      line(rpc + ";");
      return;
    }
    open(rpc);
    options.forEach(option -> line("option " + option + ";"));
    close();
  }

  private void writeMessage(DescriptorProto message) {
    blank();
    open("message " + name(message.getName()));
    writeBody(message);
    close();
  }

  private void writeBody(DescriptorProto message) {
    options("", message.getOptions()).forEach(option -> line("option " + option + ";"));
    Set<Integer> oneofs = new HashSet<>();
    for (FieldDescriptorProto field : message.getFieldList()) {
      if (!field.hasOneofIndex() || field.getProto3Optional()) {
        writeField(field, message.getNestedTypeList());
      } else if (oneofs.add(field.getOneofIndex())) {
        writeOneof(message, field.getOneofIndex());
      }
    }
    writeReserved(message);
    for (DescriptorProto nested : message.getNestedTypeList()) {
      if (!nested.getOptions().getMapEntry() && !isGroup(nested, message)) {
        writeMessage(nested);
      }
    }
    message.getEnumTypeList().forEach(this::writeEnum);
    message.getExtensionList().forEach(this::writeExtension);
  }

  private boolean isGroup(DescriptorProto nested, DescriptorProto message) {
    return message.getFieldList().stream()
        .anyMatch(field -> isGroup(field) && field.getTypeName().endsWith("." + nested.getName()));
  }

  /** In editions, what was a group is a field and a message. */
  private boolean isGroup(FieldDescriptorProto field) {
    return !hasEdition && field.getType() == FieldDescriptorProto.Type.TYPE_GROUP;
  }

  private void writeOneof(DescriptorProto message, int index) {
    open("oneof " + name(message.getOneofDecl(index).getName()));
    options("", message.getOneofDecl(index).getOptions())
        .forEach(option -> line("option " + option + ";"));
    for (FieldDescriptorProto field : message.getFieldList()) {
      if (field.hasOneofIndex() && field.getOneofIndex() == index) {
        writeField(field, message.getNestedTypeList());
      }
    }
    close();
  }

  private void writeReserved(DescriptorProto message) {
    List<String> numbers =
        message.getReservedRangeList().stream()
            .map(range -> range(range.getStart(), range.getEnd()))
            .toList();
    writeReserved(numbers, message.getReservedNameList());
    message
        .getExtensionRangeList()
        .forEach(
            range -> line("extensions %s;".formatted(range(range.getStart(), range.getEnd()))));
  }

  private void writeReserved(List<String> numbers, List<String> names) {
    if (!numbers.isEmpty()) {
      line("reserved %s;".formatted(String.join(", ", numbers)));
    }
    if (!names.isEmpty()) {
      line(
          "reserved %s;"
              .formatted(
                  String.join(
                      ", ",
                      names.stream()
                          .map(ProtoText::name)
                          .map(name -> hasEdition ? name : "\"" + name + "\"")
                          .toList())));
    }
  }

  /** A range of fields, whose end is exclusive. */
  private static String range(int start, int end) {
    if (start == end - 1) {
      return String.valueOf(start);
    }
    return start + " to " + (end >= MAX_FIELD ? "max" : String.valueOf(end - 1));
  }

  private void writeField(FieldDescriptorProto field, List<DescriptorProto> nested) {
    DescriptorProto entry =
        nested.stream()
            .filter(type -> type.getOptions().getMapEntry())
            .filter(type -> field.getTypeName().endsWith("." + type.getName()))
            .findFirst()
            .orElse(null);
    String label = label(field);
    String declared =
        entry == null || entry.getFieldCount() != 2
            ? label + typeOf(field)
            : "map<%s, %s>".formatted(typeOf(entry.getField(0)), typeOf(entry.getField(1)));
    List<String> options = new ArrayList<>();
    if (field.hasDefaultValue()) {
      options.add("default = " + defaultOf(field));
    }
    if (field.hasJsonName() && !field.getJsonName().equals(jsonName(field.getName()))) {
      options.add("json_name = " + quoted(field.getJsonName()));
    }
    options.addAll(options("", field.getOptions()));
    String behind =
        " = %d%s"
            .formatted(
                field.getNumber(),
                options.isEmpty() ? "" : " [" + String.join(", ", options) + "]");
    if (isGroup(field)) {
      DescriptorProto group =
          nested.stream()
              .filter(type -> field.getTypeName().endsWith("." + type.getName()))
              .findFirst()
              .orElseThrow(() -> new IllegalArgumentException("a group without its message"));
      open("%sgroup %s%s".formatted(label, name(group.getName()), behind));
      writeBody(group);
      close();
    } else {
      line("%s %s%s;".formatted(declared, name(field.getName()), behind));
    }
  }

  private String label(FieldDescriptorProto field) {
    if (field.getLabel() == Label.LABEL_REPEATED) {
      return "repeated ";
    }
    if (field.hasOneofIndex() && !field.getProto3Optional()) {
      return "";
    }
    if (field.getLabel() == Label.LABEL_REQUIRED) {
      return "required ";
    }
    return !hasEdition && (!isProto3 || field.getProto3Optional()) ? "optional " : "";
  }

  private static String typeOf(FieldDescriptorProto field) {
    return switch (field.getType()) {
      case TYPE_MESSAGE, TYPE_ENUM, TYPE_GROUP -> type(field.getTypeName());
      default -> field.getType().name().substring("TYPE_".length()).toLowerCase(Locale.ROOT);
    };
  }

  private static String defaultOf(FieldDescriptorProto field) {
    String value = field.getDefaultValue();
    return switch (field.getType()) {
      case TYPE_STRING -> quoted(value);
      case TYPE_BYTES -> {
        try {
          yield "\"" + TextFormat.escapeBytes(TextFormat.unescapeBytes(value)) + "\"";
        } catch (TextFormat.InvalidEscapeSequenceException e) {
          throw new IllegalArgumentException("a default that isn't bytes", e);
        }
      }
      case TYPE_ENUM, TYPE_BOOL -> name(value);
      default -> {
        if (!NUMBER.matcher(value).matches()) {
          throw new IllegalArgumentException("a default that isn't a number");
        }
        yield value;
      }
    };
  }

  /** The name that a field has in JSON if the file sets none. */
  private static String jsonName(String field) {
    StringBuilder name = new StringBuilder();
    boolean upper = false;
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        name.append(upper ? Character.toUpperCase(c) : c);
        upper = false;
      }
    }
    return name.toString();
  }

  private void writeEnum(EnumDescriptorProto type) {
    blank();
    open("enum " + name(type.getName()));
    options("", type.getOptions()).forEach(option -> line("option " + option + ";"));
    for (EnumValueDescriptorProto value : type.getValueList()) {
      List<String> options = options("", value.getOptions());
      line(
          "%s = %d%s;"
              .formatted(
                  name(value.getName()),
                  value.getNumber(),
                  options.isEmpty() ? "" : " [" + String.join(", ", options) + "]"));
    }
    writeReserved(
        type.getReservedRangeList().stream()
            .map(range ->
                range.getStart() == range.getEnd()
                    ? String.valueOf(range.getStart())
                    : range.getStart()
                        + " to "
                        + (range.getEnd() == Integer.MAX_VALUE ? "max" : range.getEnd()))
            .toList(),
        type.getReservedNameList());
    close();
  }

  private void writeExtension(FieldDescriptorProto field) {
    blank();
    open("extend " + type(field.getExtendee()));
    writeField(field, List.of());
    close();
  }

  /** The options that are set, as "name = value". */
  private List<String> options(String prefix, Message options) {
    List<String> written = new ArrayList<>();
    leftOut |= !options.getUnknownFields().asMap().isEmpty();
    for (Map.Entry<FieldDescriptor, Object> option : options.getAllFields().entrySet()) {
      FieldDescriptor field = option.getKey();
      List<?> values =
          option.getValue() instanceof List<?> list ? list : List.of(option.getValue());
      for (Object value : values) {
        if (field.getName().equals("map_entry")) {
          continue;
        }
        if (value instanceof Message message) {
          if (field.isRepeated()) {
            leftOut = true; // uninterpreted options, and declarations of extensions
          } else {
            written.addAll(options(prefix + field.getName() + ".", message));
          }
        } else {
          written.add("%s%s = %s".formatted(prefix, field.getName(), value(value)));
        }
      }
    }
    return written;
  }

  private static String value(Object value) {
    return switch (value) {
      case EnumValueDescriptor constant -> name(constant.getName());
      case String string -> quoted(string);
      case ByteString bytes -> "\"" + TextFormat.escapeBytes(bytes) + "\"";
      default -> String.valueOf(value);
    };
  }

  private static String quoted(String string) {
    return "\"" + TextFormat.escapeBytes(ByteString.copyFromUtf8(string)) + "\"";
  }

  private static String name(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("'%s' is not a name".formatted(name));
    }
    return name;
  }

  private static String qualified(String name) {
    for (String part : name.split("\\.", -1)) {
      name(part);
    }
    return name;
  }

  /** A reference to a type, which begins with a dot. */
  private static String type(String reference) {
    return reference.startsWith(".")
        ? "." + qualified(reference.substring(1))
        : qualified(reference);
  }

  private void open(String head) {
    line(head + " {");
    indent += "  ";
  }

  private void close() {
    indent = indent.substring(2);
    line("}");
  }

  private void blank() {
    if (!text.isEmpty() && text.charAt(text.length() - 2) != '{') {
      text.append('\n');
    }
  }

  private void line(String line) {
    text.append(indent).append(line).append('\n');
  }
}
