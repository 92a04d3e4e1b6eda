package dev.celadon.queue;

import org.jspecify.annotations.Nullable;

/**
 * Where an item belongs among sorted items, as {@link SortedItems#seek} found it. Confined to who
 * sought.
 */
final class Place<T> {

  /** What stands before the item, level by level. */
  final SortedItems.@Nullable Node<T>[] before;

  /** The age of the items at which this was found. */
  final long age;

  Place(SortedItems.@Nullable Node<T>[] before, long age) {
    this.before = before;
    this.age = age;
  }
}
