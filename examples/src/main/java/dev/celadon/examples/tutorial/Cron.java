package dev.celadon.examples.tutorial;

import static dev.celadon.Greenlets.sleep;
import static dev.celadon.Greenlets.spawn;

import dev.celadon.greenlet.Greenlet;
import dev.celadon.process.CompletedProcess;
import dev.celadon.process.Stdio;
import dev.celadon.process.Subprocess;
import dev.celadon.process.SubprocessOptions;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A greenlet goes on while another one waits for a program. */
final class Cron {

  private Cron() {}

  static void run() throws IOException {
    Greenlet<?> g = spawn(Cron::cron);
    SubprocessOptions command = SubprocessOptions.shell("sleep 1; uname").withStdout(Stdio.PIPE);
    try (Subprocess sub = Subprocess.start(command)) {
      CompletedProcess done = sub.communicate();
      g.kill();
      IO.println(done.stdoutText().strip());
    }
  }

  private static @Nullable Void cron() {
    while (true) {
      IO.println("cron");
      sleep(Duration.ofMillis(220));
    }
  }
}
