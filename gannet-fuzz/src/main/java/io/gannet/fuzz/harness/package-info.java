/** What fuzz targets are made with: sessions without sockets, and what must hold for each. */
@NullMarked
package io.gannet.fuzz.harness;

import org.jspecify.annotations.NullMarked;
