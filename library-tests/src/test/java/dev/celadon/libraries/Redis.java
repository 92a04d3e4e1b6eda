package dev.celadon.libraries;

import java.nio.file.Path;
import java.util.List;
import redis.clients.jedis.Jedis;

/** A Redis whose clients wait for an item of a list. */
final class Redis extends Server {

  Redis() throws Exception {
    super("redis-server", Path.of("/usr/bin/redis-server"));
  }

  @Override
  Process start(Path program) throws Exception {
    return command(
            List.of(
                program.toString(),
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no"))
        .start();
  }

  @Override
  void ask() {
    try (Jedis jedis = connect()) {
      String _ = jedis.ping();
    }
  }

  Jedis connect() {
    return new Jedis("127.0.0.1", port, 60_000);
  }

  /** The list of a caller; who waits for an item of it waits at the gate. */
  static String list(int number) {
    return "answer-" + number;
  }

  /** Brings everybody's answer at once. */
  final class Answers implements Gate, AutoCloseable {

    private final Jedis jedis = connect();
    private final int callers;

    Answers(int callers) {
      this.callers = callers;
      String _ = jedis.flushAll();
    }

    @Override
    public int waiting() {
      return jedis
          .info("clients")
          .lines()
          .filter(line -> line.startsWith("blocked_clients:"))
          .mapToInt(line -> Integer.parseInt(line.substring("blocked_clients:".length()).strip()))
          .findFirst()
          .orElseThrow();
    }

    @Override
    public void open() {
      for (int number = 0; number < callers; number++) {
        long _ = jedis.rpush(list(number), String.valueOf(number));
      }
    }

    @Override
    public void close() {
      jedis.close();
    }
  }
}
