// The passes of a Runge-Kutta step over the features of a row.
#ifndef DYN_ROW_PASSES_H
#define DYN_ROW_PASSES_H

#include "row_schemes.h"

// The points, slopes and sums of one pass on one group, which is at `at` of the work space; `kept`
// marks the lanes that count in sums.
INLINE void form_group(const rk_scheme *scheme, const rk_pass *pass, const rk_tables *tables,
                       const rk_space *space, const double *pulls, const double *decays, int64_t at,
                       const double *y, double *z, const mask *kept, lanes *sums, ratios *r) {
  const lanes from = AT(y, 0);
  lanes slopes[DYN_POINTS];
#pragma clang loop unroll(full)
  for (int i = 0; i <= pass->last + 1; i++) {
    if (pass->read >> i & 1) {
      slopes[i] = AT(space->slopes[i], at);
      continue;
    }
    lanes v = i > 0 && i == pass->point ? AT(space->point, at) : from;
#pragma clang loop unroll(full)
    for (int j = 0; j < i; j++)
      if (i != pass->point && scheme->terms[i] >> j & 1)
        v += tables->combinations[i * DYN_POINTS + j] * slopes[j];
    if (i >= pass->last) sums[i - pass->last] += (lanes)((mask)v & *kept);
    if (i <= pass->last) slopes[i] = pulls[i] - decays[i] * v;
    else if (i == scheme->end) PUT(z, 0) = v;
    else if (pass->keeps_point) PUT(space->point, at) = v;
    if (pass->written >> i & 1) PUT(space->slopes[i], at) = slopes[i];
  }
  if (pass->last + 1 < scheme->end) return;
  lanes first = {0}, second = {0};
#pragma clang loop unroll(full)
  for (int j = 0; j < scheme->end; j++) {
    if (!(scheme->estimate >> j & 1)) continue;
    first += tables->first[j] * slopes[j];
    second += tables->second[j] * slopes[j];
  }
  if (scheme->has_last_slope) {
    PUT(space->point, at) = first;
    return;
  }
  const lanes to = AT(z, 0);
  weigh_lanes(&from, &to, &first, r);
  weigh_lanes(&from, &to, &second, r + 1);
}

// The estimate of the error of one group with the slope at the step.
INLINE void finish_group(const rk_scheme *scheme, const rk_tables *tables, const rk_space *space,
                         const double *pulls, const double *decays, int64_t at, const double *y,
                         const double *z, ratios *r) {
  const int last = scheme->end;
  const lanes from = AT(y, 0), to = AT(z, 0);
  const lanes error =
      AT(space->point, at) + tables->first[last] * (pulls[last] - decays[last] * to);
  weigh_lanes(&from, &to, &error, r);
}

// A class smaller than a group: its last feature is repeated.
INLINE void fill(const double *h, int64_t size, double *group) {
  for (int64_t l = 0; l < DYN_LANES; l++) group[l] = h[l < size ? l : size - 1];
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
  for (int64_t c = 0; c < row->classes; c++) {
    const int64_t begin = row->offsets[c], end = row->offsets[c + 1], size = end - begin;
    for (int i = first; i <= last; i++) pulls[i] = space->pulls[i][c];
    lanes sums[2] = {{0}, {0}};
    const int is_small = size < DYN_LANES;
    if (is_small && size > 0) {
      fill(y + begin, size, small_y);
      if (!pass) fill(z + begin, size, small_z);
    }
    for (int64_t i = begin; i < end; i += DYN_LANES, at += DYN_LANES) {
      const int64_t start = is_small || i + DYN_LANES <= end ? i : end - DYN_LANES;
      const double *from = is_small ? small_y : y + start;
      double *to = is_small ? small_z : z + start;
      mask kept = *(const mask *)(marks + DYN_LANES - (i - start));
      if (is_small) kept = ~*(const mask *)(marks + DYN_LANES - size);
      if (pass)
        form_group(scheme, pass, tables, space, pulls, decays, at, from, to, &kept, sums, r);
      else finish_group(scheme, tables, space, pulls, decays, at, from, to, r);
    }
    if (!pass) continue;
    if (is_small && last + 1 == scheme->end)
      for (int64_t l = 0; l < size; l++) z[begin + l] = small_z[l];
    PUT(space->lane_sums, c * DYN_LANES) = sums[0];
    PUT(space->lane_sums, (row->classes + c) * DYN_LANES) = sums[1];
  }
}

#endif
