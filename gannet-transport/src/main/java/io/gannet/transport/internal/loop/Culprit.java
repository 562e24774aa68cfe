package io.gannet.transport.internal.loop;

import java.util.List;

/** Says whose code holds a thread, as far as its stack shows. */
final class Culprit {

  /** What others call, or runs below them: it is named only if there is nobody else. */
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
   * Names it, for people.
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
