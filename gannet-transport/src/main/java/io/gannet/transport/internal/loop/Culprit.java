package io.gannet.transport.internal.loop;

import java.util.List;

/** Finds the code that blocks a thread, as far as its stack shows. */
final class Culprit {

  /**
   * Packages that other code calls, or that run below it. They are named only if there is no other
   * code on the stack.
   */
  private static final List<String> BELOW =
      List.of(
          "java.",
          "javax.",
          "jdk.",
          "sun.",
          "com.sun.",
          "io.netty.",
          "io.gannet.transport.internal.");

  private Culprit() {}

  /**
   * Returns the name of the code, for people.
   *
   * @param stack the innermost call first
   */
  static String of(StackTraceElement[] stack) {
    for (StackTraceElement frame : stack) {
      if (frame.getMethodName().equals("<clinit>")) {
        return "the class initialisation of %s, which happens once".formatted(frame.getClassName());
      }
    }
    for (StackTraceElement frame : stack) {
      if (frame.getClassName().startsWith("jdk.jfr.")) {
        return "JDK Flight Recorder";
      }
      if (BELOW.stream().noneMatch(frame.getClassName()::startsWith)) {
        return name(frame);
      }
    }
    return stack.length == 0 ? "code that has ended meanwhile" : name(stack[0]);
  }

  private static String name(StackTraceElement frame) {
    return frame.getClassName() + "." + frame.getMethodName();
  }
}
