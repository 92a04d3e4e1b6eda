package dev.celadon.libraries;

import dev.celadon.net.HubSocket;
import dev.celadon.net.HubSocketFactory;
import java.io.IOException;
import java.net.Socket;
import java.sql.Connection;
import java.sql.DriverManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SchemePortResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.io.HttpClientConnectionOperator;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;

/**
 * Libraries that take a factory of sockets: with the sockets of the hub, they give the turn back in
 * portable mode, too.
 */
class HubSocketsTest {

  private static final int CALLS = 100;

  @Test
  void aHundredQueriesOfPostgresWaitAtOnce() throws Exception {
    try (Postgres server = new Postgres();
        Postgres.Lock lock = new Postgres.Lock(server)) {
      String url = server.url() + "&socketFactory=" + HubSocketFactory.class.getName();
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          lock,
          number -> {
            try (Connection connection = DriverManager.getConnection(url)) {
              return Postgres.answer(connection, number);
            }
          });
    }
  }

  @Test
  void aHundredCallsOfJedisWaitAtOnce() throws Exception {
    try (Redis server = new Redis();
        Redis.Answers answers = server.new Answers(CALLS)) {
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          answers,
          number -> {
            try (Jedis jedis = new Jedis(() -> connect(server))) {
              return Integer.parseInt(jedis.blpop(0, Redis.list(number)).get(1));
            }
          });
    }
  }

  private static Socket connect(Redis server) {
    try {
      return new HubSocketFactory().createSocket("127.0.0.1", server.port);
    } catch (IOException e) {
      throw new JedisConnectionException(e);
    }
  }

  @Test
  void aHundredCallsOfApacheHttpClientWaitAtOnce() throws Exception {
    try (GatedHttpServer server = new GatedHttpServer();
        CloseableHttpClient client =
            HttpClients.custom()
                .setConnectionManager(
                    new OverHubSockets().setMaxConnTotal(CALLS).setMaxConnPerRoute(CALLS).build())
                .build()) {
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          server,
          number ->
              client.execute(
                  new HttpGet(server.url(number)),
                  response -> Integer.parseInt(EntityUtils.toString(response.getEntity()))));
    }
  }

  private static final class OverHubSockets extends PoolingHttpClientConnectionManagerBuilder {
    @Override
    protected HttpClientConnectionOperator createConnectionOperator(
        SchemePortResolver ports, DnsResolver names, TlsSocketStrategy tls) {
      return new DefaultHttpClientConnectionOperator(
          _ -> new HubSocket(),
          ports,
          names,
          RegistryBuilder.<TlsSocketStrategy>create().register("https", tls).build());
    }
  }

  @Test
  void aHundredCallsOfOkHttpWaitAtOnce() throws Exception {
    // With fast fallback OkHttp connects on threads of its own, and waits for them.
    OkHttpClient client =
        new OkHttpClient.Builder()
            .socketFactory(new HubSocketFactory())
            .fastFallback(false)
            .build();
    try (GatedHttpServer server = new GatedHttpServer()) {
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          server,
          number -> {
            Request request = new Request.Builder().url(server.url(number)).build();
            try (var response = client.newCall(request).execute()) {
              return Integer.parseInt(response.body().string());
            }
          });
      client.connectionPool().evictAll();
    }
  }
}
