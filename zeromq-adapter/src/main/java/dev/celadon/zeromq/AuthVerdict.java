package dev.celadon.zeromq;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Map;
import java.util.Objects;

/**
 * Whether a peer may connect.
 *
 * <p>Immutable.
 */
public sealed interface AuthVerdict {

  /**
   * The peer may connect, without a name.
   *
   * @return the verdict
   */
  static AuthVerdict allow() {
    return new Allow("", Map.of());
  }

  /**
   * The peer may connect.
   *
   * @param userId what its messages carry as {@code User-Id}
   * @return the verdict
   */
  static AuthVerdict allow(String userId) {
    return new Allow(userId, Map.of());
  }

  /**
   * The peer may not connect. It does not try again.
   *
   * @param reason for the logs of this side
   * @return the verdict
   */
  static AuthVerdict deny(String reason) {
    return new Deny(Deny.REFUSED, reason);
  }

  /**
   * The peer may not connect now, because something that is needed to decide is not there.
   *
   * @param reason for the logs of this side
   * @return the verdict
   */
  static AuthVerdict tryLater(String reason) {
    return new Deny(Deny.TRY_LATER, reason);
  }

  /**
   * The peer may connect.
   *
   * @param userId what its messages carry as {@code User-Id}; at most 255 bytes of UTF-8
   * @param metadata what its messages carry as well; names of at most 255 letters, digits and
   *     {@code - _ . +}
   */
  record Allow(String userId, Map<String, String> metadata) implements AuthVerdict {

    private static final int LONGEST = 255;

    /** Checks the names. */
    public Allow {
      metadata = Map.copyOf(metadata);
      int length = userId.getBytes(UTF_8).length;
      if (length > LONGEST) {
        throw new IllegalArgumentException(
            "userId must have at most " + LONGEST + " bytes of UTF-8, not " + length);
      }
      for (String name : metadata.keySet()) {
        if (!name.matches("[A-Za-z0-9._+-]{1,255}")) {
          throw new IllegalArgumentException(
              "metadata must have names of 1 to "
                  + LONGEST
                  + " letters, digits and - _ . +, not \""
                  + name
                  + '"');
        }
      }
    }
  }

  /**
   * The peer may not connect.
   *
   * @param status the status of RFC 27: {@link #TRY_LATER}, {@link #REFUSED} or {@link #FAILED}
   * @param reason for the logs of this side; the peer is told the status only
   */
  record Deny(int status, String reason) implements AuthVerdict {

    /** It cannot be decided now. */
    public static final int TRY_LATER = 300;

    /** The peer is not who it should be. */
    public static final int REFUSED = 400;

    /** Something has failed where it is decided. */
    public static final int FAILED = 500;

    /** Checks the status. */
    public Deny {
      Objects.requireNonNull(reason, "reason");
      if (status != TRY_LATER && status != REFUSED && status != FAILED) {
        throw new IllegalArgumentException("status must be 300, 400 or 500: " + status);
      }
    }
  }
}
