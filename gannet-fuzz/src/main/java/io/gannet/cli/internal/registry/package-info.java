/** Access for fuzz targets to this package. */
@NullMarked
package io.gannet.cli.internal.registry;

import org.jspecify.annotations.NullMarked;
