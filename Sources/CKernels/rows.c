#include "lanes.h"

// Passes over rows whose entries are sorted by class.

VERSIONED
void dyn_row_slope(const dyn_row *row, double e1, double e2, const double *y, double *slope) {
  const int64_t classes = row->classes, n = row->offsets[classes];
  const double own = row->own, decay = e1 * row->feature_decay;
  const double *w = y + n;
  double *push = slope + n;
  const double shared = row->shared * span_sum(w, 0, classes);
  for (int64_t c = 0; c < classes; c++) {
    const double pull = e1 * row->weights[c] * (own * w[c] - shared);
    const int64_t end = row->offsets[c + 1];
    int64_t i = row->offsets[c];
    lanes sum = {0};
    for (; i + DYN_LANES <= end; i += DYN_LANES) {
      const lanes h = AT(y, i);
      sum += h;
      PUT(slope, i) = pull - decay * h;
    }
    double total = SUM(sum);
    for (; i < end; i++) {
      total += y[i];
      slope[i] = pull - decay * y[i];
    }
    push[c] = row->weights[c] * total;
  }
  const double pushes = row->shared * span_sum(push, 0, classes);
  for (int64_t c = 0; c < classes; c++)
    push[c] = row->moves_prototypes
                  ? e2 * (own * push[c] - pushes - row->prototype_decay * w[c])
                  : 0;
}

VERSIONED
void dyn_class_moments(int64_t classes, const int64_t *offsets, const double *h, double *sums,
                       double *scatter) {
  for (int64_t c = 0; c < classes; c++) {
    const int64_t end = offsets[c + 1];
    int64_t i = offsets[c];
    sums[c] = span_sum(h, i, end);
    if (end - i < 2) continue;
    const double mean = sums[c] / (double)(end - i);
    lanes squares = {0};
    for (; i + DYN_LANES <= end; i += DYN_LANES) {
      const lanes d = AT(h, i) - mean;
      squares += d * d;
    }
    double total = SUM(squares);
    for (; i < end; i++) total += (h[i] - mean) * (h[i] - mean);
    scatter[c] += total;
  }
}

VERSIONED
double dyn_shifted_distance(int64_t classes, const int64_t *offsets, const double *h,
                            const double *g, double factor, const double *shifts, double scale) {
  lanes squares = {0};
  double total = 0;
  for (int64_t c = 0; c < classes; c++) {
    const int64_t end = offsets[c + 1];
    const double shift = scale * shifts[c];
    int64_t i = offsets[c];
    for (; i + DYN_LANES <= end; i += DYN_LANES) {
      const lanes d = AT(h, i) - (factor * AT(g, i) + shift);
      squares += d * d;
    }
    for (; i < end; i++) {
      const double d = h[i] - (factor * g[i] + shift);
      total += d * d;
    }
  }
  return total + SUM(squares);
}

VERSIONED
void dyn_shift(int64_t classes, const int64_t *offsets, const double *g, double factor,
               const double *shifts, double *h) {
  for (int64_t c = 0; c < classes; c++) {
    const int64_t end = offsets[c + 1];
    int64_t i = offsets[c];
    // Stores past the caches need addresses that are multiples of their width.
    for (; i < end && ((uintptr_t)(h + i) & 63); i++) h[i] = factor * g[i] + shifts[c];
    for (; i + DYN_LANES <= end; i += DYN_LANES) {
      typedef double aligned_lanes __attribute__((vector_size(8 * DYN_LANES)));
      const aligned_lanes v = (aligned_lanes)(factor * AT(g, i) + shifts[c]);
      __builtin_nontemporal_store(v, (aligned_lanes *)(h + i));
    }
    for (; i < end; i++) h[i] = factor * g[i] + shifts[c];
  }
}
