package io.gannet.benchmarks;

import java.util.Collection;

/**
 * Repeated measurements of one value.
 *
 * @param median the median
 * @param least the smallest
 * @param most the largest
 * @param count the number of measurements
 */
record Statistics(double median, double least, double most, int count) {

  static Statistics of(Collection<Double> values) {
    double[] sorted =
        values.stream()
            .mapToDouble(Double::doubleValue)
            .filter(value -> !Double.isNaN(value))
            .sorted()
            .toArray();
    if (sorted.length == 0) {
      return new Statistics(Double.NaN, Double.NaN, Double.NaN, 0);
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Statistics(median, sorted[0], sorted[sorted.length - 1], sorted.length);
  }
}
