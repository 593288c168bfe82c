// Vectors of DYN_LANES numbers, whatever the width of the processor's own, and what is made of them
// in several places.
#ifndef DYN_LANES_H
#define DYN_LANES_H

#include "kernels.h"
#include "versions.h"

#include <math.h>
#include <stddef.h>

typedef double lanes __attribute__((vector_size(8 * DYN_LANES), aligned(8)));

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

// The largest ratio of errors to what is allowed. A maximum drops NaN; the sum of zeros times the
// ratios keeps it, and tells of steps that are not finite.
typedef struct {
  lanes largest, poison;
  double absolute, relative;
} ratios;

INLINE void start_ratios(double absolute, double relative, ratios *r) {
  r->largest = r->poison = (lanes){0};
  r->absolute = absolute;
  r->relative = relative;
}

INLINE void weigh_lanes(const lanes *y, const lanes *z, const lanes *error, ratios *r) {
  const lanes size = __builtin_elementwise_max(__builtin_elementwise_abs(*y),
                                               __builtin_elementwise_abs(*z));
  const lanes ratio =
      __builtin_elementwise_abs(*error) / (r->absolute + r->relative * size);
  r->poison += 0 * (ratio + *z);
  r->largest = __builtin_elementwise_max(r->largest, ratio);
}

INLINE void weigh_one(double y, double z, double error, ratios *r) {
  const double ratio = fabs(error) / (r->absolute + r->relative * fmax(fabs(y), fabs(z)));
  r->poison[0] += 0 * (ratio + z);
  r->largest[0] = fmax(r->largest[0], ratio);
}

INLINE double largest_ratio(const ratios *r) {
  return __builtin_reduce_max(r->largest) + SUM(r->poison);
}

#endif
