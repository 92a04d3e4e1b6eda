package dev.celadon.benchmarks;

/** What the servers of the network cases speak; each sends back whatever comes. */
enum Protocol {
  TCP,
  TLS,
  UDP
}
