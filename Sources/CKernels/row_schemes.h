// What the passes of a Runge-Kutta step on a row are, and the work space that they share.
#ifndef DYN_ROW_SCHEMES_H
#define DYN_ROW_SCHEMES_H

#include "lanes.h"
#include "row_steps.h"

// What a pair is made of, known to the compiler. Which coefficients are zero stands in
// RungeKuttaPair.swift as well: a term without its bit here is left out.
typedef struct {
  int end;                     // the stage whose point is the step
  unsigned terms[DYN_POINTS];  // the slopes that enter the point of a stage, a bit each
  unsigned estimate;           // those that enter the estimates of the error
  int has_last_slope;          // the estimate is one, and has the slope at the step as well
} rk_scheme;

// What a pass reads, forms and writes.
typedef struct {
  unsigned read;     // slopes that are read; the others are formed
  int point;         // the stage whose point is read; 0: all are formed
  int last;          // the last slope; the point of the stage after it is the last point
  unsigned written;  // slopes that are written
  int keeps_point;   // the next pass reads the last point
} rk_pass;

// The tables of a step, times its length.
typedef struct {
  double combinations[DYN_POINTS * DYN_POINTS];
  double first[DYN_POINTS], second[DYN_POINTS];
  const double *feature_rates, *prototype_rates;
} rk_tables;

// The work space, a number a class but for the first two, which have DYN_LANES numbers a group.
typedef struct {
  double *slopes[DYN_POINTS];
  double *point;
  double *pulls[DYN_POINTS];
  double *prototype_slopes[DYN_POINTS];
  double *prototypes;
  double *sums;       // of the pass's last two points
  double *lane_sums;  // the same, before their lanes are added up
} rk_space;

#define BITS(first, end) ((1u << (end)) - (1u << (first)))

static const rk_scheme dopri5 = {6, {0, 1, 3, 7, 15, 31, 1 | BITS(2, 6)}, 1 | BITS(2, 6), 1};
static const rk_pass dopri5_passes[] = {
    {0, 0, 1, 0, 0}, {0, 0, 3, BITS(2, 4), 1}, {BITS(2, 4), 4, 5, 0, 0}};

static const rk_scheme dop853 = {12,
                              {0, 1, 3, 5, 13, 25, 57, 1 | BITS(3, 7), 1 | BITS(3, 8),
                               1 | BITS(3, 9), 1 | BITS(3, 10), 1 | BITS(3, 11), 1 | BITS(5, 12)},
                              1 | BITS(5, 12),
                              0};
static const rk_pass dop853_passes[] = {
    {0, 0, 1, 0, 0},
    {0, 0, 3, BITS(3, 4), 1},
    {BITS(3, 4), 4, 5, BITS(4, 6), 1},
    {BITS(3, 6), 6, 7, BITS(6, 8), 1},
    {BITS(3, 8), 8, 9, BITS(8, 10), 1},
    {BITS(3, 10), 10, 11, 0, 0}};

INLINE int64_t rounded(int64_t count) { return (count + DYN_LANES - 1) / DYN_LANES * DYN_LANES; }

// The numbers in all groups of a row.
INLINE int64_t grouped(const dyn_row *row) {
  int64_t count = 0;
  for (int64_t c = 0; c < row->classes; c++)
    count += rounded(row->offsets[c + 1] - row->offsets[c]);
  return count;
}

// Lays out the work space and returns its length, which is all that is asked where `work` is null.
INLINE int64_t lay_out(const rk_scheme *scheme, const rk_pass *passes, const int count,
                       const dyn_row *row, double *work, rk_space *space) {
  const int64_t groups = grouped(row), classes = rounded(row->classes);
  unsigned written = 0;
  for (int i = 0; i < count; i++) written |= passes[i].written;
  int64_t at = 0;
#define TAKE(target, length) target = work ? work + at : NULL, at += length
  TAKE(space->point, groups);
  for (int i = 0; i <= scheme->end; i++) {
    space->slopes[i] = NULL;
    if (written >> i & 1) TAKE(space->slopes[i], groups);
    TAKE(space->pulls[i], classes);
    TAKE(space->prototype_slopes[i], classes);
  }
  TAKE(space->prototypes, classes);
  TAKE(space->sums, 2 * classes);
  TAKE(space->lane_sums, 2 * DYN_LANES * classes);
#undef TAKE
  return at;
}

INLINE void scale(const rk_scheme *scheme, const dyn_row_step *step, rk_tables *tables) {
  for (int i = 0; i < (scheme->end + 1) * DYN_POINTS; i++)
    tables->combinations[i] = step->length * step->combinations[i];
  for (int i = 0; i <= scheme->end; i++) {
    tables->first[i] = step->length * step->first[i];
    tables->second[i] = step->length * step->second[i];
  }
  tables->feature_rates = step->feature_rates;
  tables->prototype_rates = step->prototype_rates;
}

#endif
