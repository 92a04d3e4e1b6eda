package dev.celadon.benchmarks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** A logarithmic scale: as far from 1 to 2 as from 2 to 4. */
final class LogAxis {

  private static final double[] STEPS = {1, 2, 5};

  private final double low;
  private final double high;
  private final double from;
  private final double to;

  /**
   * A scale that shows some values.
   *
   * @param from where the least is
   * @param to where the most is
   */
  LogAxis(double[] values, double from, double to) {
    this.low = DoubleStream.of(values).min().orElse(1) / 1.1;
    this.high = DoubleStream.of(values).max().orElse(1) * 1.1;
    this.from = from;
    this.to = to;
  }

  double at(double value) {
    return from + (to - from) * Math.log(value / low) / Math.log(high / low);
  }

  /** Round values between the least and the most: not more than would be readable. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    boolean isLong = high / low > 200;
    int last = (int) Math.ceil(Math.log10(high));
    for (int power = (int) Math.floor(Math.log10(low)); power <= last; power++) {
      for (double step : isLong ? new double[] {1} : STEPS) {
        double tick = step * Math.pow(10, power);
        if (tick >= low && tick <= high) {
          ticks.add(tick);
        }
      }
    }
    return ticks;
  }

  /** A value as people write it. */
  static String label(double value) {
    if (value >= 10) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    BigDecimal label = new BigDecimal(value).setScale(value >= 1 ? 1 : 2, RoundingMode.HALF_EVEN);
    return label.signum() == 0 ? "0" : label.stripTrailingZeros().toPlainString();
  }
}
