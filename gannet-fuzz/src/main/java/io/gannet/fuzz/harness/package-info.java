/**
 * The harness of fuzz targets: sessions without sockets, and the conditions that must hold for
 * each.
 */
@NullMarked
package io.gannet.fuzz.harness;

import org.jspecify.annotations.NullMarked;
