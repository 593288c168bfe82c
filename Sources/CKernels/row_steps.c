#include "row_steps.h"
#include "lanes.h"

// Steps of explicit Runge-Kutta pairs on one row, two stages a pass.
//
// The slope of a feature at a stage needs that stage's prototypes, and the slope of a prototype that
// stage's class sums. A pass that knows the prototypes of the stages s and s + 1 therefore forms
// both slopes and the point s + 2, and leaves the sums of the points s + 1 and s + 2, from which the
// next two stages' prototypes follow. Slopes that cost less to form than to read are formed again.
//
// Features are worked on in groups of DYN_LANES of one class. The last group of a class overlaps the
// one before, and that of a smaller class repeats its last feature; copies count in no sum, and
// everything else comes out the same for them.

typedef int64_t mask __attribute__((vector_size(8 * DYN_LANES), aligned(8)));

// What a pair is made of, known to the compiler.
typedef struct {
  int end;                     // the stage whose point is the step
  unsigned terms[DYN_POINTS];  // the slopes that enter the point of a stage, a bit each
  unsigned estimate;           // those that enter the estimates of the error
  int has_last_slope;          // the estimate is one, and has the slope at the step as well
} scheme;

// What a pass reads, forms and writes.
typedef struct {
  unsigned read;     // slopes that are read; the others are formed
  int point;         // the stage whose point is read; 0: all are formed
  int last;          // the last slope; the point of the stage after it is the pass's result
  unsigned written;  // slopes that are written
} pass;

// The tables of a step, times its length.
typedef struct {
  double combinations[DYN_POINTS * DYN_POINTS];
  double first[DYN_POINTS], second[DYN_POINTS];
  const double *feature_rates, *prototype_rates;
} coefficients;

// The work space, a number a class but for the first two, which have DYN_LANES numbers a group.
typedef struct {
  double *slopes[DYN_POINTS];
  double *point;
  double *pulls[DYN_POINTS];
  double *prototype_slopes[DYN_POINTS];
  double *prototypes;
  double *sums;       // of the pass's last two points
  double *lane_sums;  // the same, before their lanes are added up
} workspace;

#define BITS(first, end) ((1u << (end)) - (1u << (first)))

static const scheme dopri5 = {6, {0, 1, 3, 7, 15, 31, 1 | BITS(2, 6)}, 1 | BITS(2, 6), 1};
static const pass dopri5_passes[] = {
    {0, 0, 1, 0}, {0, 0, 3, BITS(2, 4)}, {BITS(2, 4), 4, 5, 0}};

static const scheme dop853 = {12,
                              {0, 1, 3, 5, 13, 25, 57, 1 | BITS(3, 7), 1 | BITS(3, 8),
                               1 | BITS(3, 9), 1 | BITS(3, 10), 1 | BITS(3, 11), 1 | BITS(5, 12)},
                              1 | BITS(5, 12),
                              0};
static const pass dop853_passes[] = {
    {0, 0, 1, 0},          {0, 0, 3, BITS(3, 4)},           {BITS(3, 4), 4, 5, BITS(4, 6)},
    {BITS(3, 6), 6, 7, BITS(6, 8)}, {BITS(3, 8), 8, 9, BITS(8, 10)}, {BITS(3, 10), 10, 11, 0}};

INLINE int64_t rounded(int64_t count) { return (count + DYN_LANES - 1) / DYN_LANES * DYN_LANES; }

// The numbers in all groups of a row.
INLINE int64_t grouped(const dyn_row *row) {
  int64_t count = 0;
  for (int64_t c = 0; c < row->classes; c++) count += rounded(row->offsets[c + 1] - row->offsets[c]);
  return count;
}

// Lays out the work space and returns its length.
INLINE int64_t lay_out(const scheme *m, const pass *passes, const int count, const dyn_row *row,
                       double *work, workspace *s) {
  const int64_t groups = grouped(row), classes = rounded(row->classes);
  unsigned written = 0;
  for (int i = 0; i < count; i++) written |= passes[i].written;
  int64_t at = 0;
#define TAKE(target, length) target = work + at, at += length
  TAKE(s->point, groups);
  for (int i = 0; i <= m->end; i++) {
    s->slopes[i] = NULL;
    if (written >> i & 1) TAKE(s->slopes[i], groups);
    TAKE(s->pulls[i], classes);
    TAKE(s->prototype_slopes[i], classes);
  }
  TAKE(s->prototypes, classes);
  TAKE(s->sums, 2 * classes);
  TAKE(s->lane_sums, 2 * DYN_LANES * classes);
#undef TAKE
  return at;
}

int64_t dyn_row_step_work(dyn_pair pair, const dyn_row *row) {
  workspace s;
  if (pair == DYN_DOPRI5) return lay_out(&dopri5, dopri5_passes, 3, row, NULL, &s);
  return lay_out(&dop853, dop853_passes, 6, row, NULL, &s);
}

INLINE void scale(const scheme *m, const dyn_row_step *step, coefficients *k) {
  for (int i = 0; i < (m->end + 1) * DYN_POINTS; i++)
    k->combinations[i] = step->length * step->combinations[i];
  for (int i = 0; i <= m->end; i++) {
    k->first[i] = step->length * step->first[i];
    k->second[i] = step->length * step->second[i];
  }
  k->feature_rates = step->feature_rates;
  k->prototype_rates = step->prototype_rates;
}

// The points, slopes and sums of one pass on one group, which is at `at` of the work space; `kept`
// marks the lanes that count in sums.
INLINE void form_group(const scheme *m, const pass *q, const coefficients *k,
                       const workspace *s, const double *pulls, const double *decays, int64_t at,
                       const double *y, double *z, const mask *kept, lanes *sums, ratios *r) {
  const lanes from = AT(y, 0);
  lanes slopes[DYN_POINTS];
#pragma clang loop unroll(full)
  for (int i = 0; i <= q->last + 1; i++) {
    if (q->read >> i & 1) {
      slopes[i] = AT(s->slopes[i], at);
      continue;
    }
    lanes v = i > 0 && i == q->point ? AT(s->point, at) : from;
#pragma clang loop unroll(full)
    for (int j = 0; j < i; j++)
      if (i != q->point && m->terms[i] >> j & 1)
        v += k->combinations[i * DYN_POINTS + j] * slopes[j];
    if (i >= q->last) sums[i - q->last] += (lanes)((mask)v & *kept);
    if (i == m->end) PUT(z, 0) = v;
    else if (i > q->last) PUT(s->point, at) = v;
    else slopes[i] = pulls[i] - decays[i] * v;
    if (q->written >> i & 1) PUT(s->slopes[i], at) = slopes[i];
  }
  if (q->last + 1 < m->end) return;
  lanes first = {0}, second = {0};
#pragma clang loop unroll(full)
  for (int j = 0; j < m->end; j++) {
    if (!(m->estimate >> j & 1)) continue;
    first += k->first[j] * slopes[j];
    second += k->second[j] * slopes[j];
  }
  if (m->has_last_slope) {
    PUT(s->point, at) = first;
    return;
  }
  const lanes to = AT(z, 0);
  weigh_lanes(&from, &to, &first, r);
  weigh_lanes(&from, &to, &second, r + 1);
}

// The estimate of the error of one group with the slope at the step.
INLINE void finish_group(const scheme *m, const coefficients *k, const workspace *s,
                         const double *pulls, const double *decays, int64_t at, const double *y,
                         const double *z, ratios *r) {
  const lanes from = AT(y, 0), to = AT(z, 0);
  const lanes error =
      AT(s->point, at) + k->first[m->end] * (pulls[m->end] - decays[m->end] * to);
  weigh_lanes(&from, &to, &error, r);
}

// A class smaller than a group: its last feature is repeated.
INLINE void fill(const double *h, int64_t size, double *group) {
  for (int64_t l = 0; l < DYN_LANES; l++) group[l] = h[l < size ? l : size - 1];
}

// One pass on all features; `q` is null for the slope at the step.
INLINE void run(const scheme *m, const pass *q, const dyn_row *row, const coefficients *k,
                const workspace *s, const double *y, double *z, ratios *r) {
  static const int64_t marks[2 * DYN_LANES] = {0,  0,  0,  0,  0,  0,  0,  0,
                                               -1, -1, -1, -1, -1, -1, -1, -1};
  const int first = q ? 0 : m->end, last = q ? q->last : m->end;
  double decays[DYN_POINTS], pulls[DYN_POINTS], small_y[DYN_LANES], small_z[DYN_LANES];
  for (int i = first; i <= last; i++) decays[i] = k->feature_rates[i] * row->feature_decay;
  int64_t at = 0;
  for (int64_t c = 0; c < row->classes; c++) {
    const int64_t begin = row->offsets[c], end = row->offsets[c + 1], size = end - begin;
    for (int i = first; i <= last; i++) pulls[i] = s->pulls[i][c];
    lanes sums[2] = {{0}, {0}};
    const int is_small = size < DYN_LANES;
    if (is_small && size > 0) {
      fill(y + begin, size, small_y);
      if (!q) fill(z + begin, size, small_z);
    }
    for (int64_t i = begin; i < end; i += DYN_LANES, at += DYN_LANES) {
      const int64_t start = is_small || i + DYN_LANES <= end ? i : end - DYN_LANES;
      const double *from = is_small ? small_y : y + start;
      double *to = is_small ? small_z : z + start;
      mask kept = *(const mask *)(marks + DYN_LANES - (i - start));
      if (is_small) kept = ~*(const mask *)(marks + DYN_LANES - size);
      if (q) form_group(m, q, k, s, pulls, decays, at, from, to, &kept, sums, r);
      else finish_group(m, k, s, pulls, decays, at, from, to, r);
    }
    if (!q) continue;
    for (int64_t l = 0; is_small && last + 1 == m->end && l < size; l++) z[begin + l] = small_z[l];
    PUT(s->lane_sums, c * DYN_LANES) = sums[0];
    PUT(s->lane_sums, (row->classes + c) * DYN_LANES) = sums[1];
  }
}

// The pulls of a stage on the features, from its prototypes.
INLINE void pull(const dyn_row *row, const coefficients *k, const workspace *s, const int stage,
                 const double *w) {
  const double shared = row->gamma * span_sum(w, 0, row->classes);
  const double rate = k->feature_rates[stage];
  for (int64_t c = 0; c < row->classes; c++)
    s->pulls[stage][c] = rate * row->weights[c] * ((1 + row->gamma) * w[c] - shared);
}

// The slopes of a stage's prototypes, from its class sums.
INLINE void push(const dyn_row *row, const coefficients *k, const workspace *s, const int stage,
                 const double *sums, const double *w) {
  double *slope = s->prototype_slopes[stage];
  const double rate = row->moves_prototypes ? k->prototype_rates[stage] : 0;
  for (int64_t c = 0; c < row->classes; c++) slope[c] = row->weights[c] * sums[c];
  const double shared = row->gamma * span_sum(slope, 0, row->classes);
  for (int64_t c = 0; c < row->classes; c++)
    slope[c] = rate * ((1 + row->gamma) * slope[c] - shared - row->prototype_decay * w[c]);
}

// The prototypes of a stage and their pulls.
INLINE void move(const scheme *m, const dyn_row *row, const coefficients *k, const workspace *s,
                 const int stage, const double *w, double *to) {
  for (int64_t c = 0; c < row->classes; c++) {
    double v = w[c];
    for (int j = 0; j < stage; j++)
      if (m->terms[stage] >> j & 1)
        v += k->combinations[stage * DYN_POINTS + j] * s->prototype_slopes[j][c];
    to[c] = v;
  }
  pull(row, k, s, stage, to);
}

// Moves the prototypes by two stages after a pass whose last slope was that of `stage`.
INLINE void follow(const scheme *m, const dyn_row *row, const coefficients *k,
                   const workspace *s, const int stage, const double *w, double *next) {
  const int64_t classes = row->classes;
  for (int64_t c = 0; c < 2 * classes; c++) {
    const lanes v = AT(s->lane_sums, c * DYN_LANES);
    s->sums[c] = SUM(v);
  }
  double *now = stage + 1 == m->end ? next : s->prototypes;
  push(row, k, s, stage, s->sums, s->prototypes);
  move(m, row, k, s, stage + 1, w, now);
  if (stage + 1 < m->end || m->has_last_slope)
    push(row, k, s, stage + 1, s->sums + classes, now);
  if (stage + 1 < m->end) move(m, row, k, s, stage + 2, w, s->prototypes);
}

// The errors of the prototypes.
INLINE void weigh_prototypes(const scheme *m, const dyn_row *row, const coefficients *k,
                             const workspace *s, const double *w, const double *next, ratios *r) {
  for (int64_t c = 0; c < row->classes; c++) {
    double first = 0, second = 0;
    for (int j = 0; j < m->end; j++) {
      if (!(m->estimate >> j & 1)) continue;
      first += k->first[j] * s->prototype_slopes[j][c];
      second += k->second[j] * s->prototype_slopes[j][c];
    }
    if (m->has_last_slope) first += k->first[m->end] * s->prototype_slopes[m->end][c];
    weigh_one(w[c], next[c], first, r);
    weigh_one(w[c], next[c], second, r + 1);
  }
}

INLINE void take_step(const scheme *m, const pass *passes, const int count, const dyn_row *row,
                      dyn_row_step *step, const double *y, const double *sums, double *z,
                      double *next_sums, double *work) {
  const double *w = y + row->offsets[row->classes];
  double *next = z + row->offsets[row->classes];
  ratios r[2];
  start_ratios(step->absolute, step->relative, r);
  start_ratios(step->absolute, step->relative, r + 1);
  workspace s;
  coefficients scaled, *k = &scaled;
  lay_out(m, passes, count, row, work, &s);
  scale(m, step, k);
  pull(row, k, &s, 0, w);
  push(row, k, &s, 0, sums, w);
  move(m, row, k, &s, 1, w, s.prototypes);
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    run(m, passes + i, row, k, &s, y, z, r);
    follow(m, row, k, &s, passes[i].last, w, next);
  }
  if (m->has_last_slope) run(m, NULL, row, k, &s, y, z, r);
  weigh_prototypes(m, row, k, &s, w, next, r);
  for (int64_t c = 0; c < row->classes; c++) next_sums[c] = s.sums[row->classes + c];
  step->first_ratio = largest_ratio(r);
  step->second_ratio = largest_ratio(r + 1);
}

VERSIONED
void dyn_row_step_dopri5(const dyn_row *row, dyn_row_step *step, const double *y,
                         const double *sums, double *z, double *next_sums, double *work) {
  take_step(&dopri5, dopri5_passes, 3, row, step, y, sums, z, next_sums, work);
}

VERSIONED
void dyn_row_step_dop853(const dyn_row *row, dyn_row_step *step, const double *y,
                         const double *sums, double *z, double *next_sums, double *work) {
  take_step(&dop853, dop853_passes, 6, row, step, y, sums, z, next_sums, work);
}

VERSIONED
void dyn_row_sums(const dyn_row *row, const double *y, double *sums) {
  for (int64_t c = 0; c < row->classes; c++)
    sums[c] = span_sum(y, row->offsets[c], row->offsets[c + 1]);
}
