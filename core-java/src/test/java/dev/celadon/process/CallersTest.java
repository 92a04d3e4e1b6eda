package dev.celadon.process;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.celadon.Greenlets;
import dev.celadon.greenlet.Greenlet;
import dev.celadon.hub.Hub;
import dev.celadon.net.StreamListener;
import dev.celadon.net.StreamSocket;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // what a close does is the subject
class CallersTest {

  private static final byte[] WORD = "open sesame".getBytes(US_ASCII);
  private static final Duration FOR_EVER = Duration.ofDays(1);

  @TempDir Path folder;

  private UnixDomainSocketAddress address() {
    return UnixDomainSocketAddress.of(folder.resolve("s"));
  }

  private static StreamSocket theChild(Callers callers) throws IOException {
    StreamSocket known = callers.look();
    while (known == null) {
      callers.waitForMore(FOR_EVER);
      known = callers.look();
    }
    return known;
  }

  @Test
  void whoIsSilentKeepsTheChildNotWaiting() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(address());
              Callers callers = new Callers(listener, WORD, FOR_EVER);
              StreamSocket silent = StreamSocket.connect(address());
              StreamSocket slow = StreamSocket.connect(address());
              StreamSocket wrong = StreamSocket.connect(address());
              StreamSocket gone = StreamSocket.connect(address());
              StreamSocket child = StreamSocket.connect(address())) {
            assertNull(callers.look());
            Greenlet<StreamSocket> found = Greenlets.spawn(() -> theChild(callers));
            slow.write(WORD, 0, 3);
            wrong.write("open barley".getBytes(US_ASCII));
            gone.close();
            assertEquals(-1, wrong.read(new byte[1]), "is hung up on");
            child.write(WORD, 0, 5);
            Greenlets.yieldNow();
            child.write(WORD, 5, WORD.length - 5);
            child.write(new byte[] {7});
            try (StreamSocket known = found.result()) {
              assertEquals(7, known.inputStream().read(), "what comes behind the word is its own");
            }
            callers.close();
            assertEquals(-1, silent.read(new byte[1]));
          }
        });
  }

  @Test
  void patienceHasAnEnd() throws Exception {
    Hub.run(
        () -> {
          try (StreamListener listener = StreamListener.bind(address());
              Callers callers = new Callers(listener, WORD, Duration.ZERO);
              StreamSocket silent = StreamSocket.connect(address())) {
            assertNull(callers.look());
            assertNull(callers.look());
            assertEquals(-1, silent.read(new byte[1]));
          }
        });
  }
}
