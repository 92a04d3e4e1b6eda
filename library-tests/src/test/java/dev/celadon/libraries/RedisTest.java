package dev.celadon.libraries;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.celadon.sync.AsyncResult;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.ConnectionPoolConfig;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.UnifiedJedis;

/** Two clients of Redis: Jedis, which blocks in sockets, and Lettuce, which has Netty's threads. */
class RedisTest {

  private static final int CALLS = 100;

  private static Redis server;

  @BeforeAll
  static void start() throws Exception {
    server = new Redis();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static int byJedis(int number) {
    try (Jedis jedis = server.connect()) {
      return Integer.parseInt(jedis.blpop(0, Redis.list(number)).get(1));
    }
  }

  private static UnifiedJedis jedisPool(int connections) {
    ConnectionPoolConfig config = new ConnectionPoolConfig();
    config.setMaxTotal(connections);
    // Without a limit, a caller in commons-pool2 2.13.1 that finds all places taken by connections
    // in the making spins until one
    // is made, and never lets its hub make one.
    config.setMaxWait(Duration.ofMinutes(1));
    return redis.clients.jedis.RedisClient.builder()
        .hostAndPort("127.0.0.1", server.port)
        .clientConfig(DefaultJedisClientConfig.builder().blockingSocketTimeoutMillis(0).build())
        .poolConfig(config)
        .build();
  }

  private static RedisClient lettuce() {
    return RedisClient.create(
        RedisURI.builder()
            .withHost("127.0.0.1")
            .withPort(server.port)
            .withTimeout(Duration.ofMinutes(1))
            .build());
  }

  private static int byLettuce(RedisClient client, int number) {
    try (StatefulRedisConnection<String, String> connection = client.connect()) {
      return Integer.parseInt(connection.sync().blpop(0, Redis.list(number)).getValue());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredCallsOfJedisWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    try (Redis.Answers answers = server.new Answers(CALLS)) {
      Overlap.prove(how, CALLS, CALLS, answers, RedisTest::byJedis);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolOfTenConnectionsOfJedisLetsTenIn(How how) throws Exception {
    how.assumePossible();
    try (UnifiedJedis pool = jedisPool(10);
        Redis.Answers answers = server.new Answers(CALLS)) {
      Overlap.prove(
          how,
          CALLS,
          10,
          answers,
          number -> Integer.parseInt(pool.blpop(0, Redis.list(number)).get(1)));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredCallsOfLettuceWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    try (RedisClient client = lettuce();
        Redis.Answers answers = server.new Answers(CALLS)) {
      Overlap.prove(how, CALLS, CALLS, answers, number -> byLettuce(client, number));
    }
  }

  /** In both modes: the greenlet waits in calls of Celadon. */
  @Test
  void aHundredFuturesOfLettuceAreWaitedForAtOnce() throws Exception {
    try (RedisClient client = lettuce();
        Redis.Answers answers = server.new Answers(CALLS)) {
      RedisURI uri = RedisURI.create("127.0.0.1", server.port);
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          answers,
          number -> {
            try (StatefulRedisConnection<String, String> connection =
                AsyncResult.fromFuture(
                        client.connectAsync(io.lettuce.core.codec.StringCodec.UTF8, uri))
                    .result()) {
              return Integer.parseInt(
                  AsyncResult.fromFuture(connection.async().blpop(0, Redis.list(number)))
                      .result()
                      .getValue());
            }
          });
    }
  }

  @Test
  void inPortableModeACallHoldsTheHub() throws Exception {
    assumeFalse(How.isDirect(), "direct mode gives the turn back");
    try (Redis.Answers answers = server.new Answers(CALLS)) {
      Held.prove(answers, RedisTest::byJedis);
    }
    try (RedisClient client = lettuce();
        Redis.Answers answers = server.new Answers(CALLS)) {
      Held.prove(answers, number -> byLettuce(client, number));
    }
  }
}
