package dev.celadon.libraries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.celadon.sync.AsyncResult;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.io.entity.EntityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Clients of HTTP, at a server that answers nobody before all have asked. */
class HttpClientsTest {

  private static final int CALLS = 100;

  private GatedHttpServer server;

  @BeforeEach
  void start() throws Exception {
    server = new GatedHttpServer();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
  }

  private int byUrlConnection(int number) throws Exception {
    HttpURLConnection connection =
        (HttpURLConnection) URI.create(server.url(number)).toURL().openConnection();
    try (var body = connection.getInputStream()) {
      return Integer.parseInt(new String(body.readAllBytes(), UTF_8));
    } finally {
      connection.disconnect();
    }
  }

  private static CloseableHttpClient apache(int connections) {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setMaxConnTotal(connections)
                .setMaxConnPerRoute(connections)
                .build())
        .build();
  }

  private int byApache(CloseableHttpClient client, int number) throws Exception {
    return client.execute(
        new HttpGet(server.url(number)),
        response -> Integer.parseInt(EntityUtils.toString(response.getEntity())));
  }

  private int byOkHttp(OkHttpClient client, int number) throws Exception {
    Request request = new Request.Builder().url(server.url(number)).build();
    try (var response = client.newCall(request).execute()) {
      return Integer.parseInt(response.body().string());
    }
  }

  private HttpRequest request(int number) {
    return HttpRequest.newBuilder(URI.create(server.url(number))).build();
  }

  private static HttpClient jdkClient() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @ParameterizedTest
  @EnumSource
  void aHundredUrlConnectionsWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    Overlap.prove(how, CALLS, CALLS, server, this::byUrlConnection);
  }

  @ParameterizedTest
  @EnumSource
  void aHundredSendsOfTheJdksClientWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    try (HttpClient client = jdkClient()) {
      Overlap.prove(
          how,
          CALLS,
          CALLS,
          server,
          number -> Integer.parseInt(client.send(request(number), BodyHandlers.ofString()).body()));
    }
  }

  /** In both modes: the greenlet waits in a call of Celadon. */
  @Test
  void aHundredFuturesOfTheJdksClientAreWaitedForAtOnce() throws Exception {
    try (HttpClient client = jdkClient()) {
      Overlap.prove(
          How.PLAINLY,
          CALLS,
          CALLS,
          server,
          number ->
              Integer.parseInt(
                  AsyncResult.fromFuture(client.sendAsync(request(number), BodyHandlers.ofString()))
                      .result()
                      .body()));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredCallsOfApacheHttpClientWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    try (CloseableHttpClient client = apache(CALLS)) {
      Overlap.prove(how, CALLS, CALLS, server, number -> byApache(client, number));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aPoolOfTenConnectionsOfApacheLetsTenInAndTheOthersWaitTheirTurn(How how) throws Exception {
    how.assumePossible();
    try (CloseableHttpClient client = apache(10)) {
      Overlap.prove(how, CALLS, 10, server, number -> byApache(client, number));
    }
  }

  @ParameterizedTest
  @EnumSource
  void aHundredCallsOfOkHttpWaitAtOnce(How how) throws Exception {
    how.assumePossible();
    OkHttpClient client = new OkHttpClient.Builder().connectionPool(new ConnectionPool()).build();
    Overlap.prove(how, CALLS, CALLS, server, number -> byOkHttp(client, number));
    client.connectionPool().evictAll();
  }

  @Test
  void inPortableModeACallHoldsTheHub() throws Exception {
    assumeFalse(How.isDirect(), "direct mode gives the turn back");
    Held.prove(server, this::byUrlConnection);
    try (GatedHttpServer second = new GatedHttpServer();
        CloseableHttpClient client = apache(1)) {
      server.close();
      server = second;
      Held.prove(second, number -> byApache(client, number));
    }
  }
}
