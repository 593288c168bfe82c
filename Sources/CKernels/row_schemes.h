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
  int places;                  // how many vectors carried points are kept in
  int place[DYN_POINTS + 1];   // where each is; two that share a place are never carried together
} rk_scheme;

// What a pass reads, forms and writes. Points are carried from pass to pass as far as they are known:
// y with the terms of all slopes so far. The estimate of the error counts as the point after the
// step's, without y.
typedef struct {
  int first;          // the first slope that no earlier pass has formed
  int last;           // the last slope; the point of the stage after it is known in full
  unsigned read;      // slopes that are read; others are formed, again where they were before
  unsigned written;   // slopes that are written
  unsigned resumed;   // points that are read
  unsigned carried;   // points that are written
} rk_pass;

// The tables of a step, and the rates in its units of slopes.
typedef struct {
  double combinations[DYN_POINTS * DYN_POINTS];
  double first[DYN_POINTS], second[DYN_POINTS];
  double feature_rates[DYN_POINTS], prototype_rates[DYN_POINTS];
} rk_tables;

// The work space, a number a class but for the first two, which have DYN_LANES numbers a group.
typedef struct {
  double *slopes[DYN_POINTS];
  double *points[DYN_POINTS + 1];
  double *pulls[DYN_POINTS];
  double *prototype_slopes[DYN_POINTS];
  double *prototypes;
  double *sums;       // of the pass's last two points
  double *lane_sums;  // the same, before their lanes are added up
} rk_space;

#define BITS(first, end) ((1u << (end)) - (1u << (first)))
#define POINT(i) BITS(i, (i) + 1)
#define DYN_PLACES 4

static const rk_scheme dopri5 = {.end = 6,
                                 .terms = {0, 1, 3, 7, 15, 31, 1 | BITS(2, 6)},
                                 .estimate = 1 | BITS(2, 6),
                                 .has_last_slope = 1,
                                 .places = 4,
                                 .place = {[2] = 0, [4] = 0, [5] = 1, [6] = 2, [7] = 3}};
static const rk_pass dopri5_passes[] = {
    {0, 1, .carried = POINT(2)},
    {2, 3, .resumed = POINT(2), .carried = BITS(4, 8)},
    {4, 5, .resumed = BITS(4, 8), .carried = POINT(7)}};

static const rk_scheme dop853 = {
    .end = 12,
    .terms = {0, 1, 3, 5, 13, 25, 57, 1 | BITS(3, 7), 1 | BITS(3, 8), 1 | BITS(3, 9),
              1 | BITS(3, 10), 1 | BITS(3, 11), 1 | BITS(5, 12)},
    .estimate = 1 | BITS(5, 12),
    .has_last_slope = 0,
    .places = 1};
static const rk_pass dop853_passes[] = {
    {0, 1},
    {2, 3, .written = BITS(3, 4), .carried = POINT(4)},
    {4, 5, .read = BITS(3, 4), .written = BITS(4, 6), .resumed = POINT(4), .carried = POINT(6)},
    {6, 7, .read = BITS(3, 6), .written = BITS(6, 8), .resumed = POINT(6), .carried = POINT(8)},
    {8, 9, .read = BITS(3, 8), .written = BITS(8, 10), .resumed = POINT(8), .carried = POINT(10)},
    {10, 11, .read = BITS(3, 10), .resumed = POINT(10)}};

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
  int64_t at = 0;
  unsigned written = 0;
  for (int i = 0; i < count; i++) written |= passes[i].written;
#define TAKE(target, length) target = work ? work + at : NULL, at += length
  double *places[DYN_PLACES];
#pragma clang loop unroll(full)
  for (int i = 0; i < DYN_PLACES; i++) {
    places[i] = NULL;
    if (i < scheme->places) TAKE(places[i], groups);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i <= DYN_POINTS; i++) space->points[i] = places[scheme->place[i]];
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

// The rates in units of the slopes, and a copy of the rest, which the compiler then knows that no
// result is written into.
INLINE void copy_tables(const rk_scheme *scheme, const dyn_row_step *step, rk_tables *tables) {
  for (int i = 0; i < (scheme->end + 1) * DYN_POINTS; i++)
    tables->combinations[i] = step->combinations[i];
  for (int i = 0; i <= scheme->end; i++) {
    const double unit = step->length * step->units[i];
    tables->first[i] = step->first[i];
    tables->second[i] = step->second[i];
    tables->feature_rates[i] = unit * step->feature_rates[i];
    tables->prototype_rates[i] = unit * step->prototype_rates[i];
  }
}

#endif
