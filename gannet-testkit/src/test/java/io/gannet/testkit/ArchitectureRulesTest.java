package io.gannet.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArchitectureRulesTest {
  private static final String FIXTURE = "io.gannet.testkit.fixture";
  private static final String BAD = FIXTURE + ".bad";
  private static final String LEAK = "Internal type leaks: ";
  private static final String SECRET = BAD + ".internal.Secret";

  private static List<String> violations(String root, int minimum) {
    return ArchitectureRules.violations(root, ArchitectureRules.read(root), minimum);
  }

  @Test
  void aModuleThatKeepsTheRulesPasses() {
    assertThat(violations(FIXTURE + ".good", 7)).isEmpty();
  }

  @Test
  void tooFewClassesAreAViolation() {
    assertThat(violations(FIXTURE + ".good", 8))
        .singleElement()
        .asString()
        .startsWith("Only 7 classes found, expected at least 8");
    assertThatThrownBy(() -> ArchitectureRules.check("io.gannet.nowhere", 1))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Only 0 classes found");
  }

  @Test
  void everyWayToLeakAnInternalTypeIsFound() {
    assertThat(violations(BAD, 1).stream().filter(violation -> violation.startsWith(LEAK)))
        .containsExactlyInAnyOrder(
            LEAK + BAD + ".Leaky extends or implements " + SECRET,
            LEAK + "a type parameter of " + BAD + ".Leaky is bounded by " + SECRET,
            LEAK + "method " + BAD + ".Leaky.result() returns " + SECRET,
            LEAK + "method " + BAD + ".Leaky.array([L" + SECRET + ";) takes " + SECRET,
            LEAK + "method " + BAD + ".Leaky.nested() returns " + SECRET,
            LEAK + "method " + BAD + ".Leaky.bound(java.util.List) takes " + SECRET,
            LEAK
                + "method "
                + BAD
                + ".Leaky.bound(java.util.List) has a type parameter bounded by "
                + SECRET,
            LEAK + "method " + BAD + ".Leaky.fails() throws " + SECRET + "Failure",
            LEAK + "field " + BAD + ".Leaky.FIELD has type " + SECRET,
            LEAK + "constructor " + BAD + ".Instances.<init>(" + SECRET + ") takes " + SECRET);
  }

  @Test
  void aPublicClassWithInstancesIsAViolation() {
    assertThat(violations(BAD, 1))
        .filteredOn(violation -> violation.contains("class with instances"))
        .singleElement()
        .asString()
        .contains(BAD + ".Instances");
  }

  @Test
  void aSwitchWithAParameterIsAViolation() {
    assertThat(violations(BAD, 1).stream().filter(violation -> violation.startsWith("Switch")))
        .containsExactlyInAnyOrder(
            "Switch " + BAD + ".Switches.withLight(boolean) must have no parameter",
            "Switch " + BAD + ".SwitchBuilder.light(boolean) must have no parameter");
  }

  @Test
  void aSetterWithTheNameOfTheGetterIsAViolation() {
    assertThat(violations(BAD, 1))
        .contains("Setter " + BAD + ".Property.size(int) has the name of the getter");
  }

  @Test
  void aLongSourceWithoutAReasonIsAViolation(@TempDir Path sources) throws IOException {
    String code = "// a line\n".repeat(500);
    Files.writeString(sources.resolve("Short.java"), code);
    Files.writeString(sources.resolve("Long.java"), code + code);
    Files.writeString(
        sources.resolve("Reasoned.java"),
        "/**\n * A table. Longer than 500\n * lines because it has all rows.\n */\n" + code);
    List<String> violations = new ArrayList<>();
    ArchitectureRules.checkLength(sources, violations);
    assertThat(violations).singleElement().asString().contains("Long.java has 1000 lines");
  }

  @Test
  void aPackageCycleIsAViolation() {
    assertThat(violations(BAD, 1)).anyMatch(violation -> violation.startsWith("Cycle detected"));
  }

  @Test
  void aPackageThatIsNotNullMarkedIsAViolation() {
    assertThat(violations(BAD, 1))
        .contains(
            "Package " + BAD + " has no package-info.java with @NullMarked",
            "Package " + BAD + ".internal has no package-info.java with @NullMarked");
  }
}
