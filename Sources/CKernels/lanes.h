// Vectors of DYN_LANES numbers, whatever the width of the processor's own, and what is made of them
// in several places.
#ifndef DYN_LANES_H
#define DYN_LANES_H

#include "kernels.h"
#include "versions.h"

#include <math.h>
#include <stddef.h>

typedef double lanes __attribute__((vector_size(8 * DYN_LANES), aligned(8)));
typedef int64_t mask __attribute__((vector_size(8 * DYN_LANES), aligned(8)));

#define AT(pointer, index) (*(const lanes *)((pointer) + (index)))
#define PUT(pointer, index) (*(lanes *)((pointer) + (index)))
#define SUM(v) (((v[0] + v[4]) + (v[2] + v[6])) + ((v[1] + v[5]) + (v[3] + v[7])))

INLINE double span_sum(const double *h, int64_t begin, int64_t end) {
  lanes sum = {0};
  int64_t i = begin;
  for (; i + DYN_LANES <= end; i += DYN_LANES) sum += AT(h, i);
  double total = SUM(sum);
  for (; i < end; i++) total += h[i];
  return total;
}

// Calls CASE with the number of terms as a constant.
#define FOR_EACH_COUNT(count, CASE)                                                              \
  switch (count) {                                                                               \
    CASE(0) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10)     \
  }

// The largest ratio of errors to what is allowed; infinite if an error is not finite, nan if an entry
// of the step is not.
typedef struct {
  double largest, absolute, relative;
  lanes base, share;  // `largest` times the tolerances, as of the last group that raised it
  lanes poison;       // zeros times the entries of the step: nan unless all are finite
} ratios;

INLINE void start_ratios(double absolute, double relative, ratios *r) {
  *r = (ratios){0, absolute, relative, {0}, {0}, {0}};
}

INLINE void require_finite(const lanes *z, ratios *r) { r->poison += 0 * *z; }

INLINE void weigh_one(double y, double z, double error, ratios *r) {
  const double allowed = r->absolute + r->relative * fmax(fabs(y), fabs(z));
  r->poison[0] += 0 * z;
  if (fabs(error) <= r->largest * allowed) return;
  const double ratio = fabs(error) / allowed;
  r->largest = ratio == ratio ? fmax(r->largest, ratio) : INFINITY;
}

// An infinite entry of the step with a finite error is overlooked: that is for `require_finite`.
INLINE void weigh_lanes(const lanes *y, const lanes *z, const lanes *error, ratios *r) {
  // Positive numbers are ordered like their bits.
  const mask size = __builtin_elementwise_max((mask)__builtin_elementwise_abs(*y),
                                              (mask)__builtin_elementwise_abs(*z));
  // A division takes ten times as long as a product, and few groups raise the maximum.
  const mask within = __builtin_elementwise_abs(*error) < r->base + r->share * (lanes)size;
  if (__builtin_expect(__builtin_reduce_and(within) != 0, 1)) return;
  for (int l = 0; l < DYN_LANES; l++) weigh_one((*y)[l], (*z)[l], (*error)[l], r);
  r->base = (lanes){0} + r->largest * r->absolute;
  r->share = (lanes){0} + r->largest * r->relative;
}

INLINE double largest_ratio(const ratios *r) { return r->largest + SUM(r->poison); }

#endif
