/** The classes that protoc generates from {@code rpc.proto}. */
@NullMarked
package io.gannet.examples.rpc.internal.proto;

import org.jspecify.annotations.NullMarked;
