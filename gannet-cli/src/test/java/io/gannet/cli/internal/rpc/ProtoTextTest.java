package io.gannet.cli.internal.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.DescriptorProtos.FieldOptions;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.TextFormat;
import com.google.protobuf.UnknownFieldSet;
import org.junit.jupiter.api.Test;

/** The texts were compiled with protoc 4.36.2, which gave the same descriptors again. */
class ProtoTextTest {

  private static String text(String descriptor) throws Exception {
    FileDescriptorProto.Builder file = FileDescriptorProto.newBuilder();
    TextFormat.merge(descriptor, file);
    return ProtoText.of(file.build());
  }

  @Test
  void allThatProto2HasIsWritten() throws Exception {
    assertThat(
            text(
                """
                name: "rtx.proto" package: "rtx" dependency: "google/protobuf/descriptor.proto"
                message_type { name: "M" field { name: "s" number: 1 type: TYPE_STRING default_value:
                "a\\"\\n\\\\\\303\\251" } field { name: "b" number: 2 type: TYPE_BYTES default_value:
                "\\\\001\\\\377\\\\\\"" } field { name: "d" number: 3 type: TYPE_DOUBLE default_value:
                "-inf" } field { name: "f" number: 4 type: TYPE_FLOAT default_value: "1.5e-07" }
                field { name: "e" number: 6 type: TYPE_ENUM type_name: ".rtx.M.E" default_value:
                "TWO" } field { name: "t" number: 7 type: TYPE_BOOL default_value: "true" options {
                deprecated: true } } field { name: "p" number: 8 label: LABEL_REPEATED type:
                TYPE_INT32 options { packed: true } } field { name: "mm" number: 9 label:
                LABEL_REPEATED type: TYPE_MESSAGE type_name: ".rtx.M.MmEntry" } field { name: "x"
                number: 13 type: TYPE_STRING oneof_index: 0 } field { name: "g" number: 14 type:
                TYPE_GROUP type_name: ".rtx.M.G" oneof_index: 0 } field { name: "y" number: 15 type:
                TYPE_MESSAGE type_name: ".rtx.M" oneof_index: 0 } field { name: "i" number: 16 type:
                TYPE_INT64 default_value: "-9223372036854775808" options { jstype: JS_STRING } }
                field { name: "req" number: 17 label: LABEL_REQUIRED type: TYPE_GROUP type_name:
                ".rtx.M.Req" } field { name: "odd_name_" number: 18 type: TYPE_STRING json_name:
                "what" } field { name: "rr" number: 19 label: LABEL_REPEATED type: TYPE_MESSAGE
                type_name: ".rtx.M.Req" } nested_type { name: "MmEntry" field { name: "key" number: 1
                type: TYPE_STRING } field { name: "value" number: 2 type: TYPE_MESSAGE type_name:
                ".rtx.M" } options { map_entry: true } } nested_type { name: "G" field { name: "z"
                number: 1 type: TYPE_INT32 } } nested_type { name: "Req" field { name: "deep" number:
                1 type: TYPE_INT32 } nested_type { name: "Inner" } } nested_type { name: "N"
                nested_type { name: "NN" enum_type { name: "F" value { name: "A" number: 0 } } }
                extension { name: "ext" extendee: ".rtx.M" number: 100 type: TYPE_MESSAGE type_name:
                ".rtx.M.N" } } enum_type { name: "E" value { name: "ONE" number: 1 } value { name:
                "TWO" number: 2 options { deprecated: true } } value { name: "ZWEI" number: 2 } value
                { name: "NEG" number: -5 } options { allow_alias: true } reserved_range { start: 7
                end: 7 } reserved_range { start: 9 end: 11 } reserved_range { start: 50 end:
                2147483647 } reserved_name: "X" } extension_range { start: 100 end: 200 } options {
                deprecated: true } oneof_decl { name: "choice" } reserved_range { start: 5 end: 6 }
                reserved_range { start: 10 end: 13 } reserved_range { start: 1000 end: 536870912 }
                reserved_name: "old" reserved_name: "older" } service { name: "S" method { name: "A"
                input_type: ".rtx.M" output_type: ".rtx.M" options { deprecated: true
                idempotency_level: IDEMPOTENT } server_streaming: true } method { name: "B"
                input_type: ".rtx.M" output_type: ".rtx.M.N" client_streaming: true } options {
                deprecated: true } } extension { name: "note" extendee:
                ".google.protobuf.FieldOptions" number: 50000 type: TYPE_STRING } extension { name:
                "more" extendee: ".rtx.M" number: 101 label: LABEL_REPEATED type: TYPE_STRING }
                options { java_package: "a.b\\"c" optimize_for: CODE_SIZE }
                """))
        .isEqualTo(
            """
            syntax = "proto2";

            package rtx;

            import "google/protobuf/descriptor.proto";

            option java_package = "a.b\\"c";
            option optimize_for = CODE_SIZE;

            service S {
              option deprecated = true;
              rpc A(.rtx.M) returns (stream .rtx.M) {
                option deprecated = true;
                option idempotency_level = IDEMPOTENT;
              }
              rpc B(stream .rtx.M) returns (.rtx.M.N);
            }

            message M {
              option deprecated = true;
              optional string s = 1 [default = "a\\"\\n\\\\\\303\\251"];
              optional bytes b = 2 [default = "\\001\\377\\""];
              optional double d = 3 [default = -inf];
              optional float f = 4 [default = 1.5e-07];
              optional .rtx.M.E e = 6 [default = TWO];
              optional bool t = 7 [default = true, deprecated = true];
              repeated int32 p = 8 [packed = true];
              map<string, .rtx.M> mm = 9;
              oneof choice {
                string x = 13;
                group G = 14 {
                  optional int32 z = 1;
                }
                .rtx.M y = 15;
              }
              optional int64 i = 16 [default = -9223372036854775808, jstype = JS_STRING];
              required group Req = 17 {
                optional int32 deep = 1;

                message Inner {
                }
              }
              optional string odd_name_ = 18 [json_name = "what"];
              repeated .rtx.M.Req rr = 19;
              reserved 5, 10 to 12, 1000 to max;
              reserved "old", "older";
              extensions 100 to 199;

              message N {
                message NN {
                  enum F {
                    A = 0;
                  }
                }

                extend .rtx.M {
                  optional .rtx.M.N ext = 100;
                }
              }

              enum E {
                option allow_alias = true;
                ONE = 1;
                TWO = 2 [deprecated = true];
                ZWEI = 2;
                NEG = -5;
                reserved 7, 9 to 11, 50 to max;
                reserved "X";
              }
            }

            extend .google.protobuf.FieldOptions {
              optional string note = 50000;
            }

            extend .rtx.M {
              repeated string more = 101;
            }
            """);
  }

  @Test
  void editionsHaveTheirFeatures() throws Exception {
    assertThat(
            text(
                """
                name: "rty.proto" package: "rty" message_type { name: "M" field { name: "m" number: 1
                type: TYPE_MESSAGE type_name: ".rty.M" options { features { message_encoding:
                DELIMITED } } } field { name: "s" number: 2 type: TYPE_STRING options { features {
                field_presence: LEGACY_REQUIRED } } } field { name: "r" number: 3 label:
                LABEL_REPEATED type: TYPE_INT32 options { features { repeated_field_encoding:
                EXPANDED } } } field { name: "e" number: 4 type: TYPE_ENUM type_name: ".rty.E"
                options { features { field_presence: EXPLICIT } } } field { name: "a" number: 5 type:
                TYPE_INT32 oneof_index: 0 } oneof_decl { name: "o" } reserved_name: "foo"
                reserved_name: "bar" } enum_type { name: "E" value { name: "Z" number: 0 }
                reserved_name: "Q" } options { features { field_presence: IMPLICIT enum_type: CLOSED
                } } syntax: "editions" edition: EDITION_2023
                """))
        .isEqualTo(
            """
            edition = "2023";

            package rty;

            option features.field_presence = IMPLICIT;
            option features.enum_type = CLOSED;

            message M {
              .rty.M m = 1 [features.message_encoding = DELIMITED];
              string s = 2 [features.field_presence = LEGACY_REQUIRED];
              repeated int32 r = 3 [features.repeated_field_encoding = EXPANDED];
              .rty.E e = 4 [features.field_presence = EXPLICIT];
              oneof o {
                int32 a = 5;
              }
              reserved foo, bar;
            }

            enum E {
              Z = 0;
              reserved Q;
            }
            """);
  }

  @Test
  void anOptionOfAnotherFileIsLeftOutAndSoItIsSaid() throws Exception {
    FileDescriptorProto.Builder file =
        FileDescriptorProto.newBuilder().setName("x.proto").setSyntax("proto3");
    FieldOptions options =
        FieldOptions.newBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(
                        50_000,
                        UnknownFieldSet.Field.newBuilder()
                            .addLengthDelimited(ByteString.copyFromUtf8("x"))
                            .build())
                    .build())
            .build();
    TextFormat.merge(
        "message_type { name: 'M' field { name: 'f' number: 1 type: TYPE_BOOL } }", file);
    file.getMessageTypeBuilder(0).getFieldBuilder(0).setOptions(options);

    assertThat(ProtoText.of(file.build()))
        .isEqualTo(
            """
            syntax = "proto3";

            message M {
              bool f = 1;
            }

            // Options that other files define are left out.
            """);
  }
}
