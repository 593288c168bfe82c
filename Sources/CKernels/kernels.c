#include "kernels.h"
#include "lanes.h"

// Combinations with a number of terms that the compiler knows.
typedef struct {
  double factors[DYN_STAGES], first[DYN_STAGES + 1], second[DYN_STAGES];
  const double *slopes[DYN_STAGES];
} terms;

INLINE void take(const int count, const dyn_combination *from, terms *to) {
  for (int j = 0; j < count; j++) {
    to->factors[j] = from->factors[j];
    to->slopes[j] = from->slopes[j];
  }
}

INLINE void take_errors(const int count, const dyn_errors *from, terms *to) {
  for (int j = 0; j < count; j++) {
    to->first[j] = from->first[j];
    to->second[j] = from->second[j];
  }
  to->first[count] = from->first[count];
}

INLINE void combine_lanes(const int count, const double *factors, const terms *t, int64_t i,
                          lanes *v) {
  for (int j = 0; j < count; j++) *v += factors[j] * AT(t->slopes[j], i);
}

INLINE double combine_one(const int count, const double *factors, const terms *t, int64_t i,
                          double v) {
  for (int j = 0; j < count; j++) v += factors[j] * t->slopes[j][i];
  return v;
}

// Calls CASE with the number of terms as a constant.
#define FOR_EACH_COUNT(count, CASE)                                                              \
  switch (count) {                                                                               \
    CASE(0) CASE(1) CASE(2) CASE(3) CASE(4) CASE(5) CASE(6) CASE(7) CASE(8) CASE(9) CASE(10)     \
  }

VERSIONED
void dyn_row_slope(const dyn_row *row, double e1, double e2, const double *y, double *slope) {
  const int64_t classes = row->classes, n = row->offsets[classes];
  const double gamma = row->gamma, decay = e1 * row->feature_decay;
  const double *w = y + n;
  double *push = slope + n;
  const double shared = gamma * span_sum(w, 0, classes);
  for (int64_t c = 0; c < classes; c++) {
    const double pull = e1 * row->weights[c] * ((1 + gamma) * w[c] - shared);
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
  const double pushes = gamma * span_sum(push, 0, classes);
  const double rate = row->moves_prototypes ? e2 : 0;
  for (int64_t c = 0; c < classes; c++)
    push[c] = rate * ((1 + gamma) * push[c] - pushes - row->prototype_decay * w[c]);
}

INLINE void step(const int terms_count, int64_t count, const double *y,
                 const dyn_combination *combination, double *point, dyn_errors *errors) {
  terms t;
  ratios first, second;
  take(terms_count, combination, &t);
  if (errors) {
    take_errors(terms_count, errors, &t);
    start_ratios(errors->absolute, errors->relative, &first);
    start_ratios(errors->absolute, errors->relative, &second);
  }
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    const lanes from = AT(y, i);
    lanes v = from;
    combine_lanes(terms_count, t.factors, &t, i, &v);
    PUT(point, i) = v;
    if (!errors) continue;
    lanes e = {0};
    combine_lanes(terms_count, t.first, &t, i, &e);
    weigh_lanes(&from, &v, &e, &first);
    e = (lanes){0};
    combine_lanes(terms_count, t.second, &t, i, &e);
    weigh_lanes(&from, &v, &e, &second);
  }
  for (; i < count; i++) {
    point[i] = combine_one(terms_count, t.factors, &t, i, y[i]);
    if (!errors) continue;
    weigh_one(y[i], point[i], combine_one(terms_count, t.first, &t, i, 0), &first);
    weigh_one(y[i], point[i], combine_one(terms_count, t.second, &t, i, 0), &second);
  }
  if (!errors) return;
  errors->first_ratio = largest_ratio(&first);
  errors->second_ratio = largest_ratio(&second);
}

VERSIONED
void dyn_combine(int64_t count, const double *y, const dyn_combination *combination,
                 double *point) {
#define CASE(m) \
  case m: step(m, count, y, combination, point, NULL); break;
  FOR_EACH_COUNT(combination->count, CASE)
#undef CASE
}

VERSIONED
void dyn_step(int64_t count, const double *y, const dyn_combination *combination, double *point,
              dyn_errors *errors) {
#define CASE(m) \
  case m: step(m, count, y, combination, point, errors); break;
  FOR_EACH_COUNT(combination->count, CASE)
#undef CASE
}

INLINE void last_error(const int terms_count, int64_t count, const double *y, const double *z,
                       const dyn_combination *combination, const double *last,
                       dyn_errors *errors) {
  terms t;
  ratios r;
  take(terms_count, combination, &t);
  take_errors(terms_count, errors, &t);
  start_ratios(errors->absolute, errors->relative, &r);
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    lanes e = t.first[terms_count] * AT(last, i), from = AT(y, i), to = AT(z, i);
    combine_lanes(terms_count, t.first, &t, i, &e);
    weigh_lanes(&from, &to, &e, &r);
  }
  for (; i < count; i++)
    weigh_one(y[i], z[i],
              combine_one(terms_count, t.first, &t, i, t.first[terms_count] * last[i]), &r);
  errors->first_ratio = largest_ratio(&r);
}

VERSIONED
void dyn_last_error(int64_t count, const double *y, const double *z,
                    const dyn_combination *combination, const double *last, dyn_errors *errors) {
#define CASE(m) \
  case m: last_error(m, count, y, z, combination, last, errors); break;
  FOR_EACH_COUNT(combination->count, CASE)
#undef CASE
}

VERSIONED
double dyn_largest(int64_t count, const double *y) {
  lanes largest = {0};
  // A maximum drops NaN, which differs from itself.
  __typeof__(largest != largest) bad = {0};
  int64_t i = 0;
  for (; i + DYN_LANES <= count; i += DYN_LANES) {
    const lanes v = AT(y, i);
    bad |= v != v;
    largest = __builtin_elementwise_max(largest, __builtin_elementwise_abs(v));
  }
  double result = __builtin_reduce_max(largest);
  int is_bad = __builtin_reduce_or(bad) != 0;
  for (; i < count; i++) {
    is_bad |= y[i] != y[i];
    result = fmax(result, fabs(y[i]));
  }
  return is_bad ? NAN : result;
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
