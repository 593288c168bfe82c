#include "lanes.h"

// Combinations of slopes, and the errors that they estimate.

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
    require_finite(&v, &first);
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
    require_finite(&to, &r);
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
