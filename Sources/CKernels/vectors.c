#include "lanes.h"

// Passes over vectors.

VERSIONED
double dyn_largest(int64_t count, const double *y) {
  // Positive numbers are ordered like their bits, and NaN is above them all.
  mask largest = {0};
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES)
    largest = __builtin_elementwise_max(largest, (mask)__builtin_elementwise_abs(AT(y, i)));
  for (; i < count; i++) {
    const lanes v = {y[i]};
    largest = __builtin_elementwise_max(largest, (mask)__builtin_elementwise_abs(v));
  }
  const mask top = {__builtin_reduce_max(largest)};
  return ((lanes)top)[0];
}

VERSIONED
double dyn_largest_ratio(int64_t count, const double *y, const double *errors, double absolute,
                         double relative) {
  ratios r;
  start_ratios(absolute, relative, &r);
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    const lanes v = AT(y, i), e = AT(errors, i);
    require_finite(&v, &r);
    weigh_lanes(&v, &v, &e, &r);
  }
  for (; i < count; i++) weigh_one(y[i], y[i], errors[i], &r);
  return largest_ratio(&r);
}

// dyn_sphere_slope where the square of |h| leaves the range of a double.
static void sphere_slope_far_from_one(int64_t count, double e, int rescaled, const double *v,
                                      const double *h, double *slope) {
  double largest = 0, square = 0, product = 0;
  for (int64_t i = 0; i < count; i++) largest = fabs(h[i]) > largest ? fabs(h[i]) : largest;
  for (int64_t i = 0; i < count; i++) {
    const double x = h[i] / largest;
    square += x * x;
    product += x * v[i];
  }
  const double factor = rescaled ? e : e / largest / sqrt(square), share = product / square;
  for (int64_t i = 0; i < count; i++) slope[i] = factor * (v[i] - share * (h[i] / largest));
}

VERSIONED
void dyn_sphere_slope(int64_t count, double e, int rescaled, const double *v, const double *h,
                      double *slope) {
  lanes squares = {0}, products = {0};
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    const lanes x = AT(h, i);
    squares += x * x;
    products += x * AT(v, i);
  }
  double square = SUM(squares), product = SUM(products);
  for (; i < count; i++) {
    square += h[i] * h[i];
    product += h[i] * v[i];
  }
  if (!(square > 1e-280 && square < 1e280)) {
    sphere_slope_far_from_one(count, e, rescaled, v, h, slope);
    return;
  }
  const double factor = rescaled ? e : e / sqrt(square), share = product / square;
  for (i = 0; i + DYN_LANES <= count; i += DYN_LANES)
    PUT(slope, i) = factor * (AT(v, i) - share * AT(h, i));
  for (; i < count; i++) slope[i] = factor * (v[i] - share * h[i]);
}

VERSIONED
double dyn_products(int64_t count, const double *a, const double *b) {
  lanes sum = {0};
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) sum += AT(a, i) * AT(b, i);
  double total = SUM(sum);
  for (; i < count; i++) total += a[i] * b[i];
  return total;
}

VERSIONED
double dyn_sum(int64_t count, const double *a) { return span_sum(a, 0, count); }

VERSIONED
double dyn_squares(int64_t count, double factor, const double *a) {
  lanes squares = {0};
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    const lanes v = factor * AT(a, i);
    squares += v * v;
  }
  double total = SUM(squares);
  for (; i < count; i++) total += (factor * a[i]) * (factor * a[i]);
  return total;
}

VERSIONED
double dyn_frame_distance(int64_t count, double factor, const double *a, int64_t diagonal, double on,
                          double off) {
  lanes squares = {0};
  double total = 0;
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    lanes v = factor * AT(a, i) + off;
    if (diagonal >= i && diagonal < i + DYN_LANES) v[diagonal - i] -= on + off;
    squares += v * v;
  }
  for (; i < count; i++) {
    const double v = factor * a[i] - (i == diagonal ? on : -off);
    total += v * v;
  }
  return total + SUM(squares);
}
