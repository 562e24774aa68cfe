/** The classes that protoc generates from {@code xtcp.proto}. */
@NullMarked
package io.gannet.examples.xtcp.internal.proto;

import org.jspecify.annotations.NullMarked;
