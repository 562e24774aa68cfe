/** What fuzz targets need of this package. */
@NullMarked
package io.gannet.cli.internal.registry;

import org.jspecify.annotations.NullMarked;
