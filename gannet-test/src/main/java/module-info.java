/**
 * Tools for tests of network programs: a clock that a test controls, and a proxy that breaks
 * connections.
 */
module io.gannet.test {
  requires static transitive org.jspecify;

  exports io.gannet.test;
}
