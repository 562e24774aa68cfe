/** The demo: a chat whose server is restarted while its members talk. */
@NullMarked
package io.gannet.cli.internal.demo;

import org.jspecify.annotations.NullMarked;
