package dev.celadon.libraries;

/** A server that holds back its answers, seen from its side. */
interface Gate {

  /** How many callers it holds back at the moment. Called on plain threads. */
  int waiting() throws Exception;

  /** Answers those who wait, and whoever comes later. Called on plain threads. */
  void open() throws Exception;
}
