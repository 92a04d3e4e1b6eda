/**
 * Small servers and clients, one class each; all but one are also among gevent's examples. {@link
 * dev.celadon.examples.network.NetworkProgram} runs them.
 */
@NullMarked
package dev.celadon.examples.network;

import org.jspecify.annotations.NullMarked;
