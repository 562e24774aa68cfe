package io.gannet.protoc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.DescriptorProtos.Edition;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorRequest;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse;
import com.google.protobuf.compiler.PluginProtos.CodeGeneratorResponse.Feature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneratorTest {

  private static final String[] ALL = {
    "books.proto",
    "odd_names.proto",
    "comments.proto",
    "old.proto",
    "edition_2023.proto",
    "edition_2024.proto"
  };

  @Test
  void allInterfacesCompileWithAllChecks(@TempDir Path classes) {
    Map<String, String> sources = Fixture.sources("style=both", ALL);

    assertThat(Fixture.compile(classes, sources, "-Werror", "-Xdoclint:all")).isEmpty();
    assertThat(sources)
        .containsKeys(
            "org/example/books/Library.java",
            "org/example/books/LibraryAsync.java",
            "org/example/old/Post.java",
            "odd/names/record_.java",
            "editions/Notes.java",
            "editions/latest/Sheets.java")
        .doesNotContainKey("odd/names/Empty.java"); // it has no methods
  }

  @Test
  void anInterfaceIsWrittenAsUsersReadIt() {
    assertThat(Fixture.sources("", "books.proto"))
        .containsOnly(Map.entry("org/example/books/Library.java", Fixture.resource("Library.txt")));
    assertThat(Fixture.sources("style=async", "books.proto"))
        .containsOnly(
            Map.entry("org/example/books/LibraryAsync.java", Fixture.resource("LibraryAsync.txt")));
  }

  @Test
  void aCommentIsNeverCode() {
    String source = Fixture.sources("", "comments.proto").get("comments/Comments.java");

    assertThat(source).isEqualTo(Fixture.resource("Comments.txt"));
  }

  @Test
  void controlCharactersOfACommentAreReplaced() {
    FileDescriptorProto.Builder file = Fixture.file("books.proto");
    file.getSourceCodeInfoBuilder().getLocationBuilderList().stream()
        .filter(location -> location.getLeadingComments().contains("Finds a book"))
        .forEach(location -> location.setLeadingComments("a\u001b[31m\u0000\u2028b\r*/"));

    assertThat(Fixture.run(Fixture.request("books.proto", file)).getFile(0).getContent())
        .contains("   * a\ufffd[31m\ufffd\ufffdb\n   * *&#47;\n");
  }

  @Test
  void namesThatWouldHideOthersAreQualified() {
    assertThat(Fixture.sources("style=both", "odd_names.proto").get("odd/names/record_Async.java"))
        .contains(
            "  io.gannet.rpc.RpcStream<RpcStream.Deep.Deeper> class_(RpcStream request);",
            "CompletionStage<odd.names.RpcService> class2("
                + "io.gannet.rpc.RpcStream<odd.names.RpcMethod> requests);",
            "  CompletionStage<odd.names.CompletionStage> get_book(Idempotent request);",
            "  CompletionStage<odd.names.CompletionStage> GetBook(Idempotent request);",
            "  @io.gannet.rpc.Idempotent\n",
            "  CompletionStage<odd.names.StringValue> yield_(StringValue request);");
  }

  @Test
  void optionalFieldsAndEditionsAreSupported() {
    CodeGeneratorResponse response = Fixture.run(Fixture.request("", "books.proto"));

    assertThat(response.getSupportedFeatures())
        .isEqualTo(Feature.FEATURE_PROTO3_OPTIONAL_VALUE | Feature.FEATURE_SUPPORTS_EDITIONS_VALUE);
    assertThat(response.getMinimumEdition()).isEqualTo(Edition.EDITION_PROTO2_VALUE);
    assertThat(response.getMaximumEdition()).isEqualTo(Edition.EDITION_2024_VALUE);
  }

  @Test
  void unknownParametersAreRefused() {
    assertThat(errorFor("lite")).isEqualTo("unknown parameter 'lite': there is style");
    assertThat(errorFor("style=both,x=1")).isEqualTo("unknown parameter 'x': there is style");
    assertThat(errorFor("style=rx"))
        .isEqualTo("unknown style 'rx': there are blocking, async, both");
    assertThat(errorFor("style")).isEqualTo("unknown style '': there are blocking, async, both");
    assertThat(errorFor("style=async,style=async")).contains("twice");
    assertThat(errorFor("style=async,")).isEmpty();
  }

  private static String errorFor(String parameter) {
    return Fixture.run(Fixture.request(parameter, "books.proto")).getError();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x; class Evil {}",
        "../../etc",
        "a..b",
        ".",
        "a.class",
        "a.b\u0000",
        "a\\u003b",
        "a b",
        "1a"
      })
  void aJavaPackageThatIsNoneIsRefused(String javaPackage) {
    FileDescriptorProto.Builder file = Fixture.file("books.proto");
    file.getOptionsBuilder().setJavaPackage(javaPackage);

    CodeGeneratorResponse response = Fixture.run(Fixture.request("books.proto", file));

    assertThat(response.getFileList()).isEmpty();
    assertThat(response.getError()).contains("is not a name in Java", "java_package");
  }

  @Test
  void anOuterClassThatIsNoneIsRefused() {
    FileDescriptorProto.Builder file = Fixture.file("edition_2023.proto");
    file.getOptionsBuilder().setJavaOuterClassname("Notes<Evil>");

    assertThat(Fixture.run(Fixture.request("edition_2023.proto", file)).getError())
        .contains("is not a name in Java", "java_outer_classname");
  }

  @ParameterizedTest
  @ValueSource(strings = {"x\"y", "x y", "x\n", "", "*/", "名"})
  void aServiceOrMethodWithoutANameIsRefused(String name) {
    FileDescriptorProto.Builder service = Fixture.file("books.proto");
    service.getServiceBuilder(0).setName(name);
    FileDescriptorProto.Builder method = Fixture.file("books.proto");
    method.getServiceBuilder(0).getMethodBuilder(0).setName(name);
    FileDescriptorProto.Builder pack = Fixture.file("edition_2023.proto").setPackage("a." + name);
    pack.getMessageTypeBuilder(0).clearField();
    pack.getServiceBuilder(0).getMethodBuilder(0).setInputType("Note").setOutputType("Note");

    assertThat(Fixture.run(Fixture.request("books.proto", service)).getError()).isNotEmpty();
    assertThat(Fixture.run(Fixture.request("books.proto", method)).getError()).isNotEmpty();
    assertThat(Fixture.run(Fixture.request("edition_2023.proto", pack)).getError()).isNotEmpty();
  }

  @Test
  void theNameOfTheFileIsNeverCode() {
    FileDescriptorProto.Builder file =
        Fixture.file("comments.proto").setName("a\n\\u000a; x.proto");

    assertThat(
            Fixture.run(
                    Fixture.request("comments.proto", file)
                        .clearFileToGenerate()
                        .addFileToGenerate(file.getName()))
                .getFile(0)
                .getContent())
        .startsWith("// Generated by protoc-gen-gannet from a__u000a__x.proto. Don't edit.\n");
  }

  @Test
  void namesThatClashAreRefused() {
    FileDescriptorProto.Builder type = Fixture.file("books.proto");
    type.addMessageTypeBuilder().setName("LibraryAsync");
    FileDescriptorProto.Builder methods = Fixture.file("books.proto");
    methods.getServiceBuilder(0).getMethodBuilder(0).setName("class");
    methods.getServiceBuilder(0).getMethodBuilder(1).setName("class_");

    assertThat(
            Fixture.run(Fixture.request("books.proto", type).setParameter("style=both")).getError())
        .isEqualTo(
            "the interface of books.Library would be org.example.books.LibraryAsync, as is the"
                + " message books.LibraryAsync: rename one of them");
    assertThat(Fixture.run(Fixture.request("books.proto", methods)).getError())
        .isEqualTo(
            "the methods books.Library.class and books.Library.class_ would both be called class_"
                + " in Java: rename one of them");
  }

  @Test
  void aMessageWithoutAPackageCanBeUsedOnlyWithoutOne() {
    FileDescriptorProto.Builder messages = FileDescriptorProto.newBuilder().setName("m.proto");
    messages.addMessageTypeBuilder().setName("M");
    FileDescriptorProto.Builder services =
        FileDescriptorProto.newBuilder().setName("s.proto").addDependency("m.proto");
    services
        .addServiceBuilder()
        .setName("S")
        .addMethodBuilder()
        .setName("call")
        .setInputType(".M")
        .setOutputType(".M");
    CodeGeneratorRequest.Builder request =
        CodeGeneratorRequest.newBuilder().addProtoFile(messages).addFileToGenerate("s.proto");

    CodeGeneratorResponse without = Fixture.run(request.clone().addProtoFile(services));
    assertThat(without.getFile(0).getName()).isEqualTo("S.java");
    assertThat(without.getFile(0).getContent())
        .contains("MOuterClass.M call(MOuterClass.M request);");
    services.setPackage("a");
    assertThat(Fixture.run(request.addProtoFile(services)).getError())
        .isEqualTo("a can't use the type MOuterClass, which has no package: set one");
  }

  @Test
  void aTypeThatIsMissingIsRefused() {
    FileDescriptorProto.Builder file = Fixture.file("books.proto");
    file.getServiceBuilder(0).getMethodBuilder(0).setInputType(".books.Missing");

    assertThat(Fixture.run(Fixture.request("books.proto", file)).getError())
        .startsWith("books.proto is invalid: ");
  }

  @Test
  void theDocumentShowsWhatTheConsumerProjectRuns() throws IOException {
    String document = Files.readString(Path.of("../docs/grpc.md"));
    Path project = Path.of("../gannet-consumers/src/it/consumers/proto");

    assertThat(withoutSpace(Files.readString(project.resolve("pom.xml"))))
        .contains(withoutSpace(block(document, "xml")));
    assertThat(Files.readString(project.resolve("src/main/protobuf/library.proto")))
        .contains(block(document, "proto"));
  }

  private static String block(String document, String language) {
    String fence = "```" + language + "\n";
    int start = document.indexOf(fence) + fence.length();
    return document.substring(start, document.indexOf("```", start));
  }

  private static String withoutSpace(String text) {
    return text.replaceAll("\\s+", "");
  }
}
