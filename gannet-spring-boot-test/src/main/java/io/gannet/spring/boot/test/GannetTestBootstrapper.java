package io.gannet.spring.boot.test;

import org.springframework.boot.test.autoconfigure.TestSliceTestContextBootstrapper;

/** Reads the properties of {@link GannetTest}. */
final class GannetTestBootstrapper extends TestSliceTestContextBootstrapper<GannetTest> {

  GannetTestBootstrapper() {}
}
