/**
 * JSON messages, with Jackson 3. Needs {@code tools.jackson.core:jackson-databind}, which this library
 * doesn't bring along.
 */
@NullMarked
package io.gannet.transport.json;

import org.jspecify.annotations.NullMarked;
