/**
 * The programs of the gevent tutorial, one small class each. {@link
 * dev.celadon.examples.tutorial.Tutorial} has them in order, and {@code docs/tutorial.md} walks
 * through them.
 */
@NullMarked
package dev.celadon.examples.tutorial;

import org.jspecify.annotations.NullMarked;
