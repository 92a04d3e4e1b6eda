package dev.celadon.net;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.celadon.Greenlets;
import dev.celadon.hub.Hub;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.conscrypt.Conscrypt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The samples of the guide. */
class TlsGuideTest {

  @TempDir Path folder;

  @Test
  void aServerAndItsClients() throws Exception {
    Path chain = folder.resolve("chain.pem");
    Path key = folder.resolve("key.pem");
    Path roots = folder.resolve("roots.pem");
    TlsIdentity identity = TestCertificates.LOCALHOST;
    Files.writeString(chain, TestCertificates.pem(identity.chain()));
    Files.writeString(key, TestCertificates.pem(identity.key()));
    Files.writeString(roots, TestCertificates.pem(TestCertificates.AUTHORITY.trusted()));
    Hub.run(
        () -> {
          TlsOptions serving =
              TlsOptions.defaults()
                  .withIdentity(chain, key)
                  .withApplicationProtocols("h2", "http/1.1");
          TlsOptions trusting = TlsOptions.defaults().withTrusted(roots);
          TlsOptions lenient = trusting.withRaggedEnds(true);
          TlsOptions native_ = trusting.withProvider(Conscrypt.newProvider());

          StreamListener listener =
              StreamListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
          int port = listener.port();
          Greenlets.spawn(
              () -> {
                while (true) {
                  StreamSocket plain = listener.accept();
                  Greenlets.spawn(
                      () -> {
                        try (TlsSocket socket = TlsSocket.server(plain, serving)) {
                          socket.inputStream().transferTo(socket.outputStream());
                        }
                      });
                }
              });
          for (TlsOptions options : List.of(trusting, lenient, native_)) {
            try (TlsSocket socket = TlsSocket.connect("localhost", port, options)) {
              socket.write("hello\n".getBytes(UTF_8));
              byte[] answer = socket.inputStream().readNBytes(6);
              assertArrayEquals("hello\n".getBytes(UTF_8), answer);
            }
          }
          assertTrue(listener.isOpen());
        });
  }
}
