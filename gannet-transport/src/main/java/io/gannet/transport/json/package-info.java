/**
 * JSON messages, with Jackson 3. Needs {@code tools.jackson.core:jackson-databind}, which is not a
 * dependency of Gannet's transport.
 */
@NullMarked
package io.gannet.transport.json;

import org.jspecify.annotations.NullMarked;
