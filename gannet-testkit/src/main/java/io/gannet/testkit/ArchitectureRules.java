package io.gannet.testkit;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.JavaType;
import com.tngtech.archunit.core.domain.JavaTypeVariable;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;

/**
 * The architecture rules for every published module.
 *
 * <ul>
 *   <li>Packages have no cyclic dependencies. The package {@code internal.spi}, by which the
 *       interfaces of an exported package find their implementation, counts as part of that
 *       package.
 *   <li>Nothing public or protected in an exported package mentions a type of an {@code internal}
 *       package: no parameter, result, exception, field, supertype, type argument or bound.
 *   <li>A public type of an exported package is an interface, a record, an enum, an annotation, an
 *       exception, or a final class that has static members only.
 *   <li>A switch of a builder or of an options record has no parameter.
 *   <li>Reading and changing have two names: there is no {@code void x(value)} beside an
 *       {@code x()} that returns something.
 *   <li>No {@code internal} package is exported to everyone, and every other package is exported.
 *   <li>Every package is {@code @NullMarked}.
 *   <li>A source file has at most 500 lines, unless the comment of its class has a sentence that
 *       begins "Longer than 500 lines because".
 * </ul>
 *
 * The exported packages are those of the module descriptor. Without a descriptor, they are all
 * packages that aren't {@code internal}.
 */
public final class ArchitectureRules {
  private static final int MAX_LINES = 500;
  private static final String REASON = "Longer than 500 lines because";

  private ArchitectureRules() {}

  /**
   * Checks all rules except the one for logging, see {@link #check(String, int, Set)}.
   *
   * @param rootPackage the module's root package
   * @param minimumClasses the minimum number of classes
   * @throws AssertionError if a rule is violated; lists all violations
   */
  public static void check(String rootPackage, int minimumClasses) {
    JavaClasses classes = read(rootPackage, ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
    fail(rootPackage, allViolations(rootPackage, classes, minimumClasses));
  }

  /**
   * Checks all rules on the classes of a package and the packages below it, without test classes,
   * and on the sources of the module in whose directory the test runs, or of the one whose tests
   * run there. Checks also that peers can't flood the log: classes in {@code internal} packages log
   * at INFO or above only through {@code FailureLog}, which limits the rate.
   *
   * @param rootPackage the module's root package
   * @param minimumClasses the minimum number of classes, so that the rules don't pass because no
   *     classes were found
   * @param loggers the simple names of the classes that may log directly, because peers can't cause
   *     it, or not often; each of them must do so
   * @throws AssertionError if a rule is violated; lists all violations
   */
  public static void check(String rootPackage, int minimumClasses, Set<String> loggers) {
    JavaClasses classes = read(rootPackage, ImportOption.Predefined.DO_NOT_INCLUDE_TESTS);
    List<String> violations = allViolations(rootPackage, classes, minimumClasses);
    checkLogging(classes, loggers, violations);
    fail(rootPackage, violations);
  }

  /**
   * Reads the classes with their supertypes and annotations. No rule needs the contents of other
   * classes that they call or mention, and reading those would take most of the time.
   */
  static JavaClasses read(String rootPackage, ImportOption... options) {
    return ArchConfiguration.withThreadLocalScope(configuration -> {
      for (String type : List.of("MemberTypes", "AccessesToTypes")) {
        configuration.setProperty(
            "import.dependencyResolutionProcess.maxIterationsFor" + type, "0");
      }
      return new ClassFileImporter(List.of(options)).importPackages(rootPackage);
    });
  }

  private static List<String> allViolations(
      String rootPackage, JavaClasses classes, int minimumClasses) {
    List<String> violations = violations(rootPackage, classes, minimumClasses);
    checkLength(sources(), violations);
    return violations;
  }

  private static void fail(String rootPackage, List<String> violations) {
    if (!violations.isEmpty()) {
      throw new AssertionError(
          violations.size()
              + " violations of the architecture rules in "
              + rootPackage
              + ":\n"
              + String.join("\n", violations));
    }
  }

  private static void checkLogging(
      JavaClasses classes, Set<String> allowed, List<String> violations) {
    Set<String> loggers =
        classes.stream()
            .filter(type -> type.getPackageName().contains(".internal"))
            .filter(type ->
                type.getMethodCallsFromSelf().stream()
                    .anyMatch(call ->
                        call.getTargetOwner().getName().equals("org.slf4j.Logger")
                            && Set.of("info", "warn", "error").contains(call.getName())))
            .map(type -> type.getName().replaceAll(".*\\.|\\$.*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    if (!loggers.equals(allowed)) {
      violations.add(
          "these classes log at INFO or above: %s; those that may are %s, see FailureLog"
              .formatted(loggers, new TreeSet<>(allowed)));
    }
  }

  static List<String> violations(String rootPackage, JavaClasses imported, int minimumClasses) {
    JavaClasses classes =
        imported.that(
            DescribedPredicate.describe(
                "in " + rootPackage,
                type ->
                    type.getPackageName().equals(rootPackage)
                        || type.getPackageName().startsWith(rootPackage + ".")));
    List<String> violations = new ArrayList<>();
    long count =
        classes.stream().filter(type -> !type.getSimpleName().equals("package-info")).count();
    if (count < minimumClasses) {
      violations.add(
          "Only "
              + count
              + " classes found, expected at least "
              + minimumClasses
              + ": the rules may not have seen the module");
    }
    Set<String> packages =
        classes.stream()
            .map(JavaClass::getPackageName)
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> exported = exportedPackages(classes, packages, violations);
    checkCycles(classes, violations);
    checkNullMarked(classes, packages, violations);
    for (JavaClass type : classes) {
      if (exported.contains(type.getPackageName()) && isAccessible(type)) {
        checkShape(type, violations);
        checkLeaks(type, violations);
        checkSwitches(type, violations);
        checkSetters(type, violations);
      }
    }
    return violations;
  }

  private static Set<String> exportedPackages(
      JavaClasses classes, Set<String> packages, List<String> violations) {
    Set<String> open =
        packages.stream().filter(name -> !isInternal(name)).collect(Collectors.toSet());
    Optional<ModuleDescriptor> descriptor = descriptor(classes);
    if (descriptor.isEmpty() || descriptor.get().exports().isEmpty()) {
      return open;
    }
    Set<String> exported =
        descriptor.get().exports().stream()
            .filter(export -> !export.isQualified())
            .map(ModuleDescriptor.Exports::source)
            .collect(Collectors.toSet());
    for (String name : packages) {
      if (isInternal(name) && exported.contains(name)) {
        violations.add("Package " + name + " is internal but module-info exports it to everyone");
      } else if (!isInternal(name) && !exported.contains(name)) {
        violations.add("Package " + name + " is neither internal nor exported by module-info");
      }
    }
    return exported;
  }

  /** Reads the module-info.class next to the classes. */
  private static Optional<ModuleDescriptor> descriptor(JavaClasses classes) {
    for (JavaClass type : classes) {
      String uri = type.getSource().map(source -> source.getUri().toString()).orElse("");
      String path = type.getName().replace('.', '/') + ".class";
      if (uri.endsWith(path)) {
        URI info = URI.create(uri.substring(0, uri.length() - path.length()) + "module-info.class");
        try (InputStream in = info.toURL().openStream()) {
          return Optional.of(ModuleDescriptor.read(in));
        } catch (java.io.FileNotFoundException e) {
          return Optional.empty();
        } catch (IOException e) {
          throw new UncheckedIOException("reading " + info, e);
        }
      }
    }
    return Optional.empty();
  }

  private static void checkCycles(JavaClasses classes, List<String> violations) {
    SliceAssignment byPackage =
        new SliceAssignment() {
          @Override
          public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName().replaceFirst("\\.internal\\.spi$", ""));
          }

          @Override
          public String getDescription() {
            return "packages";
          }
        };
    violations.addAll(
        SlicesRuleDefinition.slices()
            .assignedFrom(byPackage)
            .should()
            .beFreeOfCycles()
            .allowEmptyShould(true)
            .evaluate(classes)
            .getFailureReport()
            .getDetails());
  }

  /** {@return the sources of the module, also if its tests run in a module of their own} */
  private static Path sources() {
    Path here = Path.of("").toAbsolutePath();
    String name = String.valueOf(here.getFileName()).replaceFirst("-tests$", "");
    return here.resolveSibling(name).resolve("src/main/java");
  }

  static void checkLength(Path sources, List<String> violations) {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        if (file.toString().endsWith(".java")) {
          String text = Files.readString(file);
          long lines = text.lines().count();
          if (lines > MAX_LINES && !text.replaceAll("\\s+(\\* )?", " ").contains(REASON)) {
            violations.add(
                "%s has %d lines: move out what is a thing of its own, or say why not in the comment of its class (\"%s…\")"
                    .formatted(file, lines, REASON));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + sources.toAbsolutePath(), e);
    }
  }

  private static void checkNullMarked(
      JavaClasses classes, Set<String> packages, List<String> violations) {
    Set<String> marked =
        classes.stream()
            .filter(type ->
                type.getSimpleName().equals("package-info")
                    && type.isAnnotatedWith(NullMarked.class))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    for (String name : packages) {
      if (!marked.contains(name)) {
        violations.add("Package " + name + " has no package-info.java with @NullMarked");
      }
    }
  }

  private static void checkShape(JavaClass type, List<String> violations) {
    boolean fine =
        type.isInterface()
            || type.isEnum()
            || type.isRecord()
            || type.isAnnotation()
            || type.isAssignableTo(Throwable.class)
            || isStaticsOnly(type);
    if (!fine) {
      violations.add(
          "Public type "
              + type.getName()
              + " is a class with instances: make it an interface or a record, or move it to an"
              + " internal package");
    }
  }

  private static boolean isStaticsOnly(JavaClass type) {
    return type.getModifiers().contains(JavaModifier.FINAL)
        && type.getConstructors().stream()
            .allMatch(constructor -> constructor.getModifiers().contains(JavaModifier.PRIVATE))
        && Stream.concat(type.getMethods().stream(), type.getFields().stream())
            .allMatch(member -> member.getModifiers().contains(JavaModifier.STATIC));
  }

  private static void checkSwitches(JavaClass type, List<String> violations) {
    for (JavaMethod method : type.getMethods()) {
      boolean sets =
          (type.isInterface() && type.getSimpleName().endsWith("Builder"))
              || (type.isRecord() && method.getName().startsWith("with"));
      List<JavaClass> parameters = method.getRawParameterTypes();
      if (sets && parameters.size() == 1 && parameters.getFirst().isEquivalentTo(boolean.class)) {
        violations.add("Switch " + method.getFullName() + " must have no parameter");
      }
    }
  }

  private static void checkSetters(JavaClass type, List<String> violations) {
    Set<String> getters =
        type.getMethods().stream()
            .filter(method -> method.getRawParameterTypes().isEmpty() && !isVoid(method))
            .map(JavaMethod::getName)
            .collect(Collectors.toSet());
    type.getMethods().stream()
        .filter(
            method -> isAccessible(method) && isVoid(method) && getters.contains(method.getName()))
        .map(method -> "Setter " + method.getFullName() + " has the name of the getter")
        .forEach(violations::add);
  }

  private static boolean isVoid(JavaMethod method) {
    return method.getRawReturnType().isEquivalentTo(void.class);
  }

  private static void checkLeaks(JavaClass type, List<String> violations) {
    List<JavaType> supertypes = new ArrayList<>(type.getInterfaces());
    type.getSuperclass().ifPresent(supertypes::add);
    report(type.getName() + " extends or implements", supertypes, violations);
    report(
        "a type parameter of " + type.getName() + " is bounded by",
        bounds(type.getTypeParameters()),
        violations);
    for (JavaField field : type.getFields()) {
      if (isAccessible(field)) {
        report("field " + field.getFullName() + " has type", List.of(field.getType()), violations);
      }
    }
    for (JavaMethod method : type.getMethods()) {
      if (isAccessible(method)) {
        String name = "method " + method.getFullName();
        report(name + " returns", List.of(method.getReturnType()), violations);
        report(name + " takes", method.getParameterTypes(), violations);
        report(name + " throws", method.getExceptionTypes(), violations);
        report(
            name + " has a type parameter bounded by",
            bounds(method.getTypeParameters()),
            violations);
      }
    }
    for (JavaConstructor constructor : type.getConstructors()) {
      if (isAccessible(constructor)) {
        String name = "constructor " + constructor.getFullName();
        report(name + " takes", constructor.getParameterTypes(), violations);
        report(name + " throws", constructor.getExceptionTypes(), violations);
      }
    }
  }

  private static List<JavaType> bounds(List<? extends JavaTypeVariable<?>> variables) {
    return variables.stream().flatMap(variable -> variable.getBounds().stream()).toList();
  }

  private static void report(
      String where, Collection<? extends JavaType> types, List<String> violations) {
    types.stream()
        .flatMap(type -> type.getAllInvolvedRawTypes().stream())
        .map(JavaClass::getBaseComponentType)
        .filter(type -> isInternal(type.getPackageName()))
        .map(JavaClass::getName)
        .distinct()
        .forEach(name -> violations.add("Internal type leaks: " + where + " " + name));
  }

  private static boolean isInternal(String packageName) {
    return Arrays.asList(packageName.split("\\.")).contains("internal")
        && packageName.startsWith("io.gannet.");
  }

  /** {@return whether a class and its enclosing classes are public or protected} */
  private static boolean isAccessible(JavaClass type) {
    return isAccessible(type.getModifiers())
        && type.getEnclosingClass().map(ArchitectureRules::isAccessible).orElse(true);
  }

  private static boolean isAccessible(JavaMember member) {
    return isAccessible(member.getModifiers())
        && !member.getModifiers().contains(JavaModifier.SYNTHETIC);
  }

  private static boolean isAccessible(Set<JavaModifier> modifiers) {
    return modifiers.contains(JavaModifier.PUBLIC) || modifiers.contains(JavaModifier.PROTECTED);
  }
}
