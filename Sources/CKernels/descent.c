#include "lanes.h"

// Gradient descent on DYN_LANES rows, a row a lane.

// Turns the rows of a square block into columns: neighbours, pairs and fours change places.
INLINE void transpose(lanes *v) {
  for (int k = 0; k < 4; k++) {
    const lanes a = v[k], b = v[k + 4];
    v[k] = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    v[k + 4] = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int k = 0; k < 8; k += k % 4 == 1 ? 3 : 1) {
    const lanes a = v[k], b = v[k + 2];
    v[k] = __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
    v[k + 2] = __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
  }
  for (int k = 0; k < 8; k += 2) {
    const lanes a = v[k], b = v[k + 1];
    v[k] = __builtin_shufflevector(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
    v[k + 1] = __builtin_shufflevector(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
  }
}

VERSIONED
void dyn_interleave(int64_t rows, int64_t count, const double *from, int64_t stride,
                    double *to) {
  lanes *target = (lanes *)to;
  int64_t i = 0;
  for (; rows == DYN_LANES && i + DYN_LANES <= count; i += DYN_LANES) {
    lanes v[DYN_LANES];
    for (int lane = 0; lane < DYN_LANES; lane++) v[lane] = *(const lanes *)(from + lane * stride + i);
    transpose(v);
    for (int k = 0; k < DYN_LANES; k++) target[i + k] = v[k];
  }
  for (; i < count; i++)
    for (int64_t lane = 0; lane < DYN_LANES; lane++)
      to[i * DYN_LANES + lane] = lane < rows ? from[lane * stride + i] : 0;
}

VERSIONED
void dyn_separate(int64_t rows, int64_t count, const double *from, double *to,
                  int64_t stride) {
  const lanes *source = (const lanes *)from;
  int64_t i = 0;
  for (; rows == DYN_LANES && i + DYN_LANES <= count; i += DYN_LANES) {
    lanes v[DYN_LANES];
    for (int k = 0; k < DYN_LANES; k++) v[k] = source[i + k];
    transpose(v);
    for (int lane = 0; lane < DYN_LANES; lane++) *(lanes *)(to + lane * stride + i) = v[lane];
  }
  for (int64_t lane = 0; lane < rows; lane++)
    for (int64_t j = i; j < count; j++) to[lane * stride + j] = from[j * DYN_LANES + lane];
}

// One or two steps of the features of a class, with the sums after each. Features that do not shrink
// are multiplied by 1, which is exact: processors with multipliers beside their adders use both.
INLINE void move_class(const int steps, const int shrinks, int64_t begin, int64_t end, lanes *x,
                       const lanes *pulls, const double *shrink, lanes *sums) {
  const double keeps[2] = {1 - shrink[0], 1 - shrink[1]};
  lanes first = {0}, second = {0};
  for (int64_t i = begin; i < end; i++) {
    lanes p = x[i];
    p = shrinks ? p + (pulls[0] - shrink[0] * p) : keeps[0] * p + pulls[0];
    first += p;
    if (steps > 1) {
      p = shrinks ? p + (pulls[1] - shrink[1] * p) : keeps[1] * p + pulls[1];
      second += p;
    }
    x[i] = p;
  }
  sums[0] = first;
  sums[1] = second;
}

// The prototypes of one step with their sum, and what pushes them on: the weighed class sums of the
// features with their sum.
typedef struct {
  lanes *at, *sums, total, pushes;
} prototypes;

// One step of the prototypes.
INLINE void move_prototypes(const dyn_row *row, double e2, const prototypes *from, prototypes *to) {
  const double own = e2 * row->own, decay = e2 * row->prototype_decay;
  const lanes shared = (e2 * row->shared) * from->pushes;
  lanes total = {0};
  for (int64_t c = 0; c < row->classes; c++) {
    lanes v = from->at[c];
    if (row->moves_prototypes) v += own * from->sums[c] - shared - decay * v;
    to->at[c] = v;
    total += v;
  }
  to->total = total;
}

// Steps of all features from the prototypes of one or two steps. The second ones need the class
// sums before the first step alone, so that both are known when the pass begins.
INLINE void move_features(const int steps, const int shrinks, const dyn_row *row, const double *e1,
                          lanes *x, prototypes *first, prototypes *second) {
  const double shrink[2] = {e1[0] * row->feature_decay, e1[steps - 1] * row->feature_decay};
  const lanes common[2] = {row->shared * first->total, row->shared * second->total};
  lanes pushes[2] = {{0}, {0}};
  for (int64_t c = 0; c < row->classes; c++) {
    const double weight = row->weights[c], own = row->own;
    const lanes pulls[2] = {(e1[0] * weight) * (own * first->at[c] - common[0]),
                            (e1[steps - 1] * weight) * (own * second->at[c] - common[1])};
    lanes sums[2];
    move_class(steps, shrinks, row->offsets[c], row->offsets[c + 1], x, pulls, shrink, sums);
    second->sums[c] = weight * sums[0];
    pushes[0] += second->sums[c];
    if (steps == 1) continue;
    first->sums[c] = weight * sums[1];
    pushes[1] += first->sums[c];
  }
  second->pushes = pushes[0];
  first->pushes = pushes[1];
}

INLINE void descend(const int shrinks, const dyn_row *row, int64_t steps, const double *e1,
                    const double *e2, lanes *x, prototypes *now, prototypes *next) {
  int64_t k = 0;
  for (; k + 2 <= steps; k += 2) {
    move_prototypes(row, e2[k], now, next);
    move_features(2, shrinks, row, e1 + k, x, now, next);
    move_prototypes(row, e2[k + 1], next, now);
  }
  if (k == steps) return;
  move_prototypes(row, e2[k], now, next);
  move_features(1, shrinks, row, e1 + k, x, now, next);
  for (int64_t c = 0; c < row->classes; c++) now->at[c] = next->at[c];
}

VERSIONED
void dyn_descend(const dyn_row *row, int64_t steps, const double *e1, const double *e2, double *h,
                 double *w, double *work) {
  const int64_t classes = row->classes;
  lanes *x = (lanes *)h, *space = (lanes *)work;
  prototypes now = {(lanes *)w, space, {0}, {0}};
  prototypes next = {space + classes, space + 2 * classes, {0}, {0}};
  for (int64_t c = 0; c < classes; c++) {
    now.total += now.at[c];
    lanes sum = {0};
    for (int64_t i = row->offsets[c]; i < row->offsets[c + 1]; i++) sum += x[i];
    now.sums[c] = row->weights[c] * sum;
    now.pushes += now.sums[c];
  }
  if (row->feature_decay == 0) descend(0, row, steps, e1, e2, x, &now, &next);
  else descend(1, row, steps, e1, e2, x, &now, &next);
}
