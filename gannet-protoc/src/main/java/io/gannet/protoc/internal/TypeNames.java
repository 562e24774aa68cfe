package io.gannet.protoc.internal;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The types that a source file mentions. Each gets its simple name and an import, unless another
 * type in the file has that simple name.
 */
final class TypeNames {

  private final String javaPackage;

  /** The qualified names of top-level types, by their simple names. */
  private final Map<String, String> bySimpleName = new HashMap<>();

  private final Set<String> imports = new TreeSet<>();

  /**
   * Creates the names of a file.
   *
   * @param javaPackage the file's package; may be empty
   * @param declared the simple name of the type that the file declares
   */
  TypeNames(String javaPackage, String declared) {
    this.javaPackage = javaPackage;
    bySimpleName.put(declared, join(javaPackage, declared));
  }

  /** {@return the qualified name of a type in a package} */
  static String join(String javaPackage, String name) {
    return javaPackage.isEmpty() ? name : javaPackage + "." + name;
  }

  /**
   * Mentions a type.
   *
   * @param typePackage its package; may be empty
   * @param name its name in that package, with the types around it: {@code Outer.Inner}
   * @return how to write it
   * @throws RefusedException if the type can't be named in this file
   */
  String mention(String typePackage, String name) {
    int dot = name.indexOf('.');
    String top = dot < 0 ? name : name.substring(0, dot);
    String qualified = join(typePackage, top);
    if (!bySimpleName.computeIfAbsent(top, absent -> qualified).equals(qualified)) {
      if (typePackage.isEmpty()) {
        throw new RefusedException("the type %s has no package: set one".formatted(qualified));
      }
      return typePackage + "." + name;
    }
    if (!typePackage.equals(javaPackage)) {
      if (typePackage.isEmpty()) {
        throw new RefusedException(
            "%s can't use the type %s, which has no package: set one"
                .formatted(javaPackage, qualified));
      }
      imports.add(qualified);
    }
    return name;
  }

  /** {@return the types to import, in alphabetical order} */
  Set<String> imports() {
    return imports;
  }
}
