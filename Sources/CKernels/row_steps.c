#include "row_passes.h"

// Steps of explicit Runge-Kutta pairs on one row, two stages a pass.
//
// The slope of a feature at a stage needs that stage's prototypes, and the slope of a prototype that
// stage's class sums. A pass that knows the prototypes of the stages s and s + 1 therefore forms
// both slopes and the point s + 2, and leaves the sums of the points s + 1 and s + 2, from which the
// next two stages' prototypes follow. What later passes need of a slope is carried in partial sums of
// their points, or the slope is kept; slopes that cost less to form than to read are formed again.
//
// Features are worked on in groups of DYN_LANES of one class. The last group of a class overlaps the
// one before, and that of a smaller class repeats its last feature; copies count in no sum, and
// everything else comes out the same for them.

int64_t dyn_row_step_work(dyn_pair pair, const dyn_row *row) {
  rk_space space;
  if (pair == DYN_DOPRI5) return lay_out(&dopri5, dopri5_passes, 3, row, NULL, &space);
  return lay_out(&dop853, dop853_passes, 6, row, NULL, &space);
}

// The pulls of a stage on the features, from its prototypes.
INLINE void pull(const dyn_row *row, const rk_tables *tables, const rk_space *space,
                 const int stage, const double *w) {
  const double shared = row->shared * span_sum(w, 0, row->classes);
  const double rate = tables->feature_rates[stage];
  for (int64_t c = 0; c < row->classes; c++)
    space->pulls[stage][c] = rate * row->weights[c] * (row->own * w[c] - shared);
}

// The slopes of a stage's prototypes, from its class sums.
INLINE void push(const dyn_row *row, const rk_tables *tables, const rk_space *space,
                 const int stage, const double *sums, const double *w) {
  double *slope = space->prototype_slopes[stage];
  const double rate = tables->prototype_rates[stage];
  for (int64_t c = 0; c < row->classes; c++) slope[c] = row->weights[c] * sums[c];
  const double shared = row->shared * span_sum(slope, 0, row->classes);
  for (int64_t c = 0; c < row->classes; c++)
    slope[c] = row->moves_prototypes ? rate * (row->own * slope[c] - shared -
                                               row->prototype_decay * w[c])
                                     : 0;
}

// The prototypes of a stage and their pulls.
INLINE void move(const rk_scheme *scheme, const dyn_row *row, const rk_tables *tables,
                 const rk_space *space, const int stage, const double *w, double *to) {
  for (int64_t c = 0; c < row->classes; c++) {
    double v = w[c];
    for (int j = 0; j < stage; j++)
      if (scheme->terms[stage] >> j & 1)
        v += tables->combinations[stage * DYN_POINTS + j] * space->prototype_slopes[j][c];
    to[c] = v;
  }
  if (stage < scheme->end || scheme->has_last_slope) pull(row, tables, space, stage, to);
}

// Moves the prototypes by two stages after a pass whose last slope was that of `stage`.
INLINE void follow(const rk_scheme *scheme, const dyn_row *row, const rk_tables *tables,
                   const rk_space *space, const int stage, const double *w, double *next) {
  const int64_t classes = row->classes;
  for (int64_t c = 0; c < 2 * classes; c++) {
    const lanes v = AT(space->lane_sums, c * DYN_LANES);
    space->sums[c] = SUM(v);
  }
  double *now = stage + 1 == scheme->end ? next : space->prototypes;
  push(row, tables, space, stage, space->sums, space->prototypes);
  move(scheme, row, tables, space, stage + 1, w, now);
  if (stage + 1 < scheme->end || scheme->has_last_slope)
    push(row, tables, space, stage + 1, space->sums + classes, now);
  if (stage + 1 < scheme->end) move(scheme, row, tables, space, stage + 2, w, space->prototypes);
}

// The errors of the prototypes.
INLINE void weigh_prototypes(const rk_scheme *scheme, const dyn_row *row, const rk_tables *tables,
                             const rk_space *space, const double *w, const double *next,
                             ratios *r) {
  for (int64_t c = 0; c < row->classes; c++) {
    double first = 0, second = 0;
    for (int j = 0; j < scheme->end; j++) {
      if (!(scheme->estimate >> j & 1)) continue;
      first += tables->first[j] * space->prototype_slopes[j][c];
      second += tables->second[j] * space->prototype_slopes[j][c];
    }
    if (scheme->has_last_slope)
      first += tables->first[scheme->end] * space->prototype_slopes[scheme->end][c];
    weigh_one(w[c], next[c], first, r);
    weigh_one(w[c], next[c], second, r + 1);
  }
}

INLINE void take_step(const rk_scheme *scheme, const rk_pass *passes, const int count,
                      const dyn_row *row, dyn_row_step *step, const double *y, const double *sums,
                      double *z, double *next_sums, double *work) {
  const double *w = y + row->offsets[row->classes];
  double *next = z + row->offsets[row->classes];
  ratios r[2];
  start_ratios(step->absolute, step->relative, r);
  start_ratios(step->absolute, step->relative, r + 1);
  rk_space space;
  rk_tables copied, *tables = &copied;
  lay_out(scheme, passes, count, row, work, &space);
  copy_tables(scheme, step, tables);
  pull(row, tables, &space, 0, w);
  push(row, tables, &space, 0, sums, w);
  move(scheme, row, tables, &space, 1, w, space.prototypes);
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    run(scheme, passes + i, row, tables, &space, y, z, r);
    follow(scheme, row, tables, &space, passes[i].last, w, next);
  }
  if (scheme->has_last_slope) run(scheme, NULL, row, tables, &space, y, z, r);
  weigh_prototypes(scheme, row, tables, &space, w, next, r);
  for (int64_t c = 0; c < row->classes; c++) next_sums[c] = space.sums[row->classes + c];
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
