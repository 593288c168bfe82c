#include "lanes.h"

// Counts those of one or two groups of eight samples, the first `skip` of the last group left out.
INLINE int64_t count_lanes(const int groups, const dyn_logits *logits, int64_t label,
                           const int64_t *starts, int64_t skip, double x, double y,
                           const double *shift) {
  lanes best[2] = {{0}, {0}}, own[2] = {{0}, {0}};
  for (int g = 0; g < groups; g++) best[g] -= INFINITY;
  for (int64_t c = 0; c < logits->classes; c++) {
    const double *first = logits->first + c * logits->samples;
    const double *second = logits->second + c * logits->samples;
    for (int g = 0; g < groups; g++) {
      const lanes z = x * AT(first, starts[g]) + y * AT(second, starts[g]) + shift[c];
      if (c == label) own[g] = z;
      else best[g] = __builtin_elementwise_max(best[g], z);
    }
  }
  int64_t count = 0;
  for (int g = 0; g < groups; g++) {
    const __typeof__(own[g] > best[g]) larger = own[g] > best[g];
    for (int64_t lane = g == groups - 1 ? skip : 0; lane < DYN_LANES; lane++)
      count -= larger[lane];
  }
  return count;
}

INLINE int64_t count_one(const dyn_logits *logits, int64_t label, int64_t i, double x, double y,
                         const double *shift) {
  double best = -INFINITY, own = 0;
  for (int64_t c = 0; c < logits->classes; c++) {
    const int64_t at = c * logits->samples + i;
    const double z = x * logits->first[at] + y * logits->second[at] + shift[c];
    if (c == label) own = z;
    else best = fmax(best, z);
  }
  return own > best;
}

INLINE void class_shift(const int count, const dyn_logits *logits, int64_t label, int64_t time,
                        double *shift) {
  const int64_t classes = logits->classes;
  const double *tables[DYN_STAGES];
  double factors[DYN_STAGES];
  for (int k = 0; k < count; k++) {
    tables[k] = logits->shifts[k] + label * classes;
    factors[k] = logits->factors[time * count + k];
  }
  int64_t c = 0;
  for (; c + DYN_LANES <= classes; c += DYN_LANES) {
    lanes sum = {0};
    for (int k = 0; k < count; k++) sum += factors[k] * AT(tables[k], c);
    PUT(shift, c) = sum;
  }
  for (; c < classes; c++) {
    shift[c] = 0;
    for (int k = 0; k < count; k++) shift[c] += factors[k] * tables[k][c];
  }
  for (c = 0; logits->offsets && c < classes; c++)
    shift[c] += logits->offsets[time * classes + c];
}

VERSIONED
void dyn_count_correct(const dyn_logits *logits, int64_t label, int64_t begin, int64_t end,
                       double *restrict shift, int64_t *correct) {
  for (int64_t t = 0; t < logits->times; t++) {
    const double x = logits->x[t], y = logits->y[t];
#define CASE(m) \
  case m: class_shift(m, logits, label, t, shift); break;
    FOR_EACH_COUNT(logits->shift_count, CASE)
#undef CASE
    int64_t i = begin;
    for (; i + 2 * DYN_LANES <= end; i += 2 * DYN_LANES) {
      const int64_t pair[2] = {i, i + DYN_LANES};
      correct[t] += count_lanes(2, logits, label, pair, 0, x, y, shift);
    }
    // The rest together with samples before it, of this class or another.
    const int64_t rest[2] = {i, end - DYN_LANES};
    if (end - i > DYN_LANES)
      correct[t] += count_lanes(2, logits, label, rest, i + DYN_LANES - rest[1], x, y, shift);
    else if (i < end && rest[1] >= 0)
      correct[t] += count_lanes(1, logits, label, rest + 1, i - rest[1], x, y, shift);
    else
      for (; i < end; i++) correct[t] += count_one(logits, label, i, x, y, shift);
  }
}
