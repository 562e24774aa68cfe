/** Directories that need no registry. */
@NullMarked
package io.gannet.rpc.internal.directory;

import org.jspecify.annotations.NullMarked;
