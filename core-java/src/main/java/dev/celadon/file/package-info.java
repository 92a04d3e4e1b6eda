/**
 * Floor 4: files and the console, which the JDK can only read and write by blocking. {@link
 * dev.celadon.file.FileObject} does so on threads beside the hub, one call after the other; {@link
 * dev.celadon.file.ConsoleInput} reads lines of the standard input.
 *
 * <pre>{@code
 * try (FileObject file = FileObject.open(path)) {
 *   for (String line : file.lines()) {
 *     handle(line);
 *   }
 * }
 * }</pre>
 */
@NullMarked
package dev.celadon.file;

import org.jspecify.annotations.NullMarked;
