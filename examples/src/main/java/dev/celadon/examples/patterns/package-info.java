/**
 * ZeroMQ's patterns, written for greenlets: one greenlet for each role, and a role that waits is a
 * line of code that waits. {@link dev.celadon.examples.patterns.Pattern} has the list, {@code
 * docs/guide/patterns.md} tells what each one is for.
 */
@NullMarked
package dev.celadon.examples.patterns;

import org.jspecify.annotations.NullMarked;
