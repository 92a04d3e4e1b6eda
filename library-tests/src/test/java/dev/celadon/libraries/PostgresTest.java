package dev.celadon.libraries;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The JDBC driver of PostgreSQL, alone and behind HikariCP. */
class PostgresTest {

  private static final int CALLS = 100;

  private static Postgres server;

  @BeforeAll
  static void start() throws Exception {
    server = new Postgres();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static HikariDataSource pool(int connections) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(server.url());
    config.setMaximumPoolSize(connections);
    config.setMinimumIdle(connections);
    return new HikariDataSource(config);
  }

  private static int byDriver(int number) throws Exception {
    try (Connection connection = server.connect()) {
      return Postgres.answer(connection, number);
    }
  }

  private static int byPool(HikariDataSource pool, int number) throws Exception {
    try (Connection connection = pool.getConnection()) {
      return Postgres.answer(connection, number);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredQueriesWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    try (Postgres.Lock lock = new Postgres.Lock(server)) {
      Overlap.prove(how, CALLS, CALLS, lock, PostgresTest::byDriver);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolOfTenLetsTenQueriesInAndTheOthersWaitTheirTurn(How how) throws Exception {
    how.assumePossible();
    try (HikariDataSource pool = pool(10);
        Postgres.Lock lock = new Postgres.Lock(server)) {
      Overlap.prove(how, CALLS, 10, lock, number -> byPool(pool, number));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolOfAHundredLetsAllIn(How how) throws Exception {
    how.assumePossible();
    try (HikariDataSource pool = pool(CALLS);
        Postgres.Lock lock = new Postgres.Lock(server)) {
      Overlap.prove(how, CALLS, CALLS, lock, number -> byPool(pool, number));
    }
  }

  @Test
  void inPortableModeAQueryHoldsTheHub() throws Exception {
    assumeFalse(How.isDirect(), "direct mode gives the turn back");
    try (Postgres.Lock lock = new Postgres.Lock(server)) {
      Held.prove(lock, PostgresTest::byDriver);
    }
    try (HikariDataSource pool = pool(1);
        Postgres.Lock lock = new Postgres.Lock(server)) {
      Held.prove(lock, number -> byPool(pool, number));
    }
  }
}
