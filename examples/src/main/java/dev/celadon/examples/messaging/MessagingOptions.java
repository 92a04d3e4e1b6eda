package dev.celadon.examples.messaging;

import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the command line asks for.
 *
 * @param clients how many clients of our own; 1 to 10,000
 * @param seconds how long they ask; 1 to 86,400
 * @param millis how long one answer takes
 * @param serve the endpoint for outside clients, instead of clients of our own; or null
 */
record MessagingOptions(int clients, int seconds, long millis, @Nullable String serve) {

  static final String USAGE =
      """
      usage: examples/run messaging [--clients N] [--seconds S] [--millis M]
             examples/run messaging --serve tcp://HOST:PORT
        --clients N   so many clients ask at once (1 to 10000, default 200)
        --seconds S   for so long (1 to 86400, default 5)
        --millis M    for answers that take so long (0 to 600000, default 100)
        --serve E     serve other programs' clients at endpoint E until interrupted\
      """;

  /** The command line makes no sense; the message says why. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1L;

    Unusable(String why) {
      super(why);
    }
  }

  static MessagingOptions parse(String[] args) throws Unusable {
    MessagingOptions options = new MessagingOptions(200, 5, 100, null);
    boolean clientOptions = false;
    Iterator<String> rest = List.of(args).iterator();
    while (rest.hasNext()) {
      String option = rest.next();
      options =
          switch (option) {
            case "--clients" -> options.withClients((int) number(option, rest, 1, 10_000));
            case "--seconds" -> options.withSeconds((int) number(option, rest, 1, 86_400));
            case "--millis" -> options.withMillis(number(option, rest, 0, Request.MOST_MILLIS));
            case "--serve" -> options.withServe(value(option, rest));
            default -> throw new Unusable("there is no option " + option);
          };
      clientOptions |= !option.equals("--serve");
    }
    if (clientOptions && options.serve() != null) {
      throw new Unusable("--serve brings no clients of its own, so it takes no other option");
    }
    return options;
  }

  private static String value(String option, Iterator<String> rest) throws Unusable {
    if (!rest.hasNext()) {
      throw new Unusable(option + " needs a value");
    }
    return rest.next();
  }

  private static long number(String option, Iterator<String> rest, long least, long most)
      throws Unusable {
    String value = value(option, rest);
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw new Unusable(range(option, value, least, most));
    }
    throw new Unusable(range(option, value, least, most));
  }

  private static String range(String option, String value, long least, long most) {
    return option + " takes a number from " + least + " to " + most + ", not '" + value + "'";
  }

  private MessagingOptions withClients(int clients) {
    return new MessagingOptions(clients, seconds, millis, serve);
  }

  private MessagingOptions withSeconds(int seconds) {
    return new MessagingOptions(clients, seconds, millis, serve);
  }

  private MessagingOptions withMillis(long millis) {
    return new MessagingOptions(clients, seconds, millis, serve);
  }

  private MessagingOptions withServe(String serve) {
    return new MessagingOptions(clients, seconds, millis, serve);
  }
}
