package dev.celadon.examples;

import dev.celadon.examples.kotlin.KotlinProgram;
import dev.celadon.examples.messaging.Messaging;
import dev.celadon.examples.network.NetworkProgram;
import dev.celadon.examples.patterns.Pattern;
import dev.celadon.examples.tutorial.Tutorial;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Finds an example by its name and runs it. */
public final class Examples {

  /**
   * A program.
   *
   * @param name what it is called on the command line
   * @param does what it does, in one line
   * @param main runs it and returns its exit status
   */
  record Example(String name, String does, Main main) {}

  interface Main {
    int run(String[] args) throws Exception;
  }

  /** Those that stand for themselves. */
  private static final List<Example> SINGLE =
      List.of(
          new Example(
              "messaging",
              "a ZeroMQ service: Java greenlets and Kotlin suspend functions answer on one hub",
              Messaging::runWithSignals),
          new Example(
              "zmq-req-rep",
              "the tutorial's nine rounds of Hello and World between two greenlets",
              args -> ZmqReqRep.run(args, System.out)),
          new Example(
              "zmq-req-rep-kotlin",
              "the same with suspend functions",
              args -> ZmqReqRepKotlinKt.zmqReqRepKotlin(args, System.out)));

  static final List<Example> ALL =
      Stream.of(
              SINGLE.stream(),
              NetworkProgram.all().stream().map(Examples::example),
              Pattern.all().stream().map(Examples::example),
              KotlinProgram.ALL.stream().map(Examples::example),
              Tutorial.programs().stream().map(Examples::example))
          .flatMap(examples -> examples)
          .toList();

  private Examples() {}

  private static Example example(NetworkProgram program) {
    return new Example(program.name(), program.does(), program::run);
  }

  private static Example example(Pattern pattern) {
    return new Example(
        "patterns/" + pattern.name(),
        pattern.does(),
        _ -> {
          pattern.run();
          return 0;
        });
  }

  private static Example example(KotlinProgram program) {
    return new Example(
        "kotlin/" + program.getName(),
        program.getDoes(),
        _ -> {
          program.run();
          return 0;
        });
  }

  private static Example example(Tutorial.Program program) {
    return new Example(
        "tutorial/" + program.name(),
        program.does(),
        _ -> {
          program.run();
          return 0;
        });
  }

  /**
   * Runs an example, or lists all.
   *
   * @param args the name, then the example's own arguments
   * @throws Exception what the example throws
   */
  public static void main(String[] args) throws Exception {
    if (args.length == 0) {
      System.out.println("usage: examples/run NAME [ARGS]");
      ALL.forEach(example -> System.out.printf("  %-34s %s%n", example.name(), example.does()));
      return;
    }
    for (Example example : ALL) {
      if (example.name().equals(args[0])) {
        int status = example.main().run(Arrays.copyOfRange(args, 1, args.length));
        if (status != 0) {
          System.exit(status);
        }
        return;
      }
    }
    System.err.println(
        "there is no example called " + args[0] + "; examples/run without a name lists them");
    System.exit(2);
  }
}
