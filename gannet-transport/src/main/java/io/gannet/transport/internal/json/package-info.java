/** JSON values, with Jackson. */
@NullMarked
package io.gannet.transport.internal.json;

import org.jspecify.annotations.NullMarked;
