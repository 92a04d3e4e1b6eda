package dev.celadon.zeromq;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A libzmq in a process of its own.
 *
 * <p>At Python's exit nobody ends a context: what its I/O thread has not written by then is lost,
 * whatever the linger says. So a program here ends its own, as its last act.
 */
final class Python {

  static final String ABSENT = "python3 with pyzmq is not there: install python3-zmq";

  private static final String PROGRAM = "/usr/bin/python3";

  private static final String PRELUDE =
      """
      import atexit, struct, sys, zmq
      context = zmq.Context()
      sockets = []
      def end():
          for s in sockets:
              s.close()
          context.term()
      atexit.register(end)
      def socket(kind):
          s = context.socket(kind)
          sockets.append(s)
          s.linger = 5000
          s.rcvtimeo = 20000
          s.sndtimeo = 20000
          return s
      def connected(kind, endpoint):
          s = socket(kind)
          s.connect(endpoint)
          return s
      def bound(s):
          port = s.bind_to_random_port('tcp://127.0.0.1')
          print('tcp://127.0.0.1:%d' % port, flush=True)
          return s
      """;

  private Python() {}

  static boolean isThere() throws IOException, InterruptedException {
    return knows("import zmq");
  }

  static boolean hasCurve() throws IOException, InterruptedException {
    return knows("import zmq; assert zmq.has('curve')");
  }

  private static boolean knows(String statement) throws IOException, InterruptedException {
    if (!new File(PROGRAM).canExecute()) {
      return false;
    }
    Process probe = new ProcessBuilder(PROGRAM, "-c", statement).redirectErrorStream(true).start();
    return probe.waitFor(30, TimeUnit.SECONDS) && probe.exitValue() == 0;
  }

  static Process start(String program, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(PROGRAM, "-c", PRELUDE + program));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }
}
