/** What protoc makes of {@code xtcp.proto}. */
@NullMarked
package io.gannet.examples.xtcp.internal.proto;

import org.jspecify.annotations.NullMarked;
