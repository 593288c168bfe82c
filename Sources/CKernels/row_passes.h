// The passes of a Runge-Kutta step over the features of a row.
#ifndef DYN_ROW_PASSES_H
#define DYN_ROW_PASSES_H

#include "row_schemes.h"

// A point of a stage on one group, as far as the pass knows it.
INLINE void form_point(const rk_scheme *scheme, const rk_pass *pass, const rk_tables *tables,
                       const rk_space *space, const int stage, int64_t at, const lanes *slopes,
                       const lanes *from, lanes *point) {
  const int is_resumed = pass->resumed >> stage & 1;
  lanes v = is_resumed ? AT(space->points[stage], at) : *from;
#pragma clang loop unroll(full)
  for (int j = is_resumed ? pass->first : 0; j < stage && j <= pass->last; j++)
    if (j + 1 == stage) v += slopes[j];
    else if (scheme->terms[stage] >> j & 1)
      v += tables->combinations[stage * DYN_POINTS + j] * slopes[j];
  *point = v;
}

// An estimate of the error of one group, as far as the pass knows it.
INLINE void form_estimate(const rk_scheme *scheme, const rk_pass *pass, const double *weights,
                          const rk_space *space, int64_t at, const lanes *slopes,
                          lanes *estimate) {
  const int is_resumed = pass->resumed >> (scheme->end + 1) & 1;
  lanes v = {0};
  if (is_resumed) v = AT(space->points[scheme->end + 1], at);
#pragma clang loop unroll(full)
  for (int j = is_resumed ? pass->first : 0; j <= pass->last; j++)
    if (scheme->estimate >> j & 1) v += weights[j] * slopes[j];
  *estimate = v;
}

// The points, slopes and sums of one pass on one group, which is at `at` of the work space; `kept`
// marks the lanes that count in sums, null where all do.
INLINE void form_group(const rk_scheme *scheme, const rk_pass *pass, const rk_tables *tables,
                       const rk_space *space, const double *pulls, const double *decays, int64_t at,
                       const double *y, double *z, const mask *kept, lanes *sums, ratios *r) {
  const int end = scheme->end, last = pass->last;
  const lanes from = AT(y, 0);
  lanes slopes[DYN_POINTS];
#pragma clang loop unroll(full)
  for (int i = 0; i <= end; i++) {
    const int is_carried = pass->carried >> i & 1;
    if (i > last + 1 && !is_carried) continue;
    lanes v;
    form_point(scheme, pass, tables, space, i, at, slopes, &from, &v);
    if (i == last || i == last + 1) sums[i - last] += kept ? (lanes)((mask)v & *kept) : v;
    if (i == end && last + 1 == end) PUT(z, 0) = v;
    if (is_carried) PUT(space->points[i], at) = v;
    if (i > last) continue;
    slopes[i] = pass->read >> i & 1 ? AT(space->slopes[i], at) : pulls[i] - decays[i] * v;
    if (pass->written >> i & 1) PUT(space->slopes[i], at) = slopes[i];
  }
  const int carries_estimate = pass->carried >> (end + 1) & 1;
  if (!carries_estimate && last + 1 < end) return;
  lanes first, second;
  form_estimate(scheme, pass, tables->first, space, at, slopes, &first);
  if (carries_estimate) {
    PUT(space->points[end + 1], at) = first;
    return;
  }
  form_estimate(scheme, pass, tables->second, space, at, slopes, &second);
  const lanes to = AT(z, 0);
  require_finite(&to, r);
  weigh_lanes(&from, &to, &first, r);
  weigh_lanes(&from, &to, &second, r + 1);
}

// The estimate of the error of one group with the slope at the step, which is infinite or nan where
// the step is.
INLINE void finish_group(const rk_scheme *scheme, const rk_tables *tables, const rk_space *space,
                         const double *pulls, const double *decays, int64_t at, const double *y,
                         const double *z, ratios *r) {
  const int last = scheme->end;
  const lanes from = AT(y, 0), to = AT(z, 0);
  const lanes error = AT(space->points[last + 1], at) + (pulls[last] - decays[last] * to);
  weigh_lanes(&from, &to, &error, r);
}

// A class smaller than a group: its first feature is repeated.
INLINE void fill(const double *h, int64_t size, double *group) {
  const int64_t copies = DYN_LANES - size;
  for (int64_t l = 0; l < DYN_LANES; l++) group[l] = h[l < copies ? 0 : l - copies];
}

// One pass on all features; `pass` is null for the slope at the step.
INLINE void run(const rk_scheme *scheme, const rk_pass *pass, const dyn_row *row,
                const rk_tables *tables, const rk_space *space, const double *y, double *z,
                ratios *r) {
  static const int64_t marks[2 * DYN_LANES] = {0,  0,  0,  0,  0,  0,  0,  0,
                                               -1, -1, -1, -1, -1, -1, -1, -1};
  const int first = pass ? 0 : scheme->end, last = pass ? pass->last : scheme->end;
  double decays[DYN_POINTS], pulls[DYN_POINTS], small_y[DYN_LANES], small_z[DYN_LANES];
  for (int i = first; i <= last; i++) decays[i] = tables->feature_rates[i] * row->feature_decay;
  int64_t at = 0;
#define GROUP(from, to, kept)                                                                    \
  if (pass) form_group(scheme, pass, tables, space, pulls, decays, at, from, to, kept, sums, r); \
  else finish_group(scheme, tables, space, pulls, decays, at, from, to, r)
  for (int64_t c = 0; c < row->classes; c++) {
    const int64_t begin = row->offsets[c], end = row->offsets[c + 1], size = end - begin;
    for (int i = first; i <= last; i++) pulls[i] = space->pulls[i][c];
    lanes sums[2] = {{0}, {0}};
    int64_t i = begin;
    for (; i + DYN_LANES <= end; i += DYN_LANES, at += DYN_LANES) GROUP(y + i, z + i, NULL);
    if (i < end) {
      const int is_small = size < DYN_LANES;
      const int64_t start = end - DYN_LANES;
      const mask kept = *(const mask *)(marks + (end - i));
      if (is_small) fill(y + begin, size, small_y);
      if (is_small && !pass) fill(z + begin, size, small_z);
      GROUP(is_small ? small_y : y + start, is_small ? small_z : z + start, &kept);
      if (is_small && last + 1 == scheme->end)
        for (int64_t l = begin; l < end; l++) z[l] = small_z[l - start];
      at += DYN_LANES;
    }
    if (!pass) continue;
    PUT(space->lane_sums, c * DYN_LANES) = sums[0];
    PUT(space->lane_sums, (row->classes + c) * DYN_LANES) = sums[1];
  }
#undef GROUP
}

#endif
