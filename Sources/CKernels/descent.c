#include "kernels.h"
#include "versions.h"

// Gradient descent on DYN_LANES rows, a row a lane.

typedef double lanes __attribute__((vector_size(8 * DYN_LANES), aligned(8)));

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

VERSIONED
void dyn_descend(const dyn_row *row, int64_t steps, const double *e1, const double *e2, double *h,
                 double *w, double *sums) {
  const int64_t classes = row->classes;
  const int64_t *offsets = row->offsets;
  const double *weights = row->weights;
  const double gamma = row->gamma;
  lanes *restrict x = (lanes *)h, *restrict v = (lanes *)w, *restrict s = (lanes *)sums;
  lanes prototypes = {0};
  for (int64_t c = 0; c < classes; c++) prototypes += v[c];
  for (int64_t k = 0; k < steps; k++) {
    const double shrink = e1[k] * row->feature_decay;
    const lanes common = gamma * prototypes;
    lanes pushes = {0};
    for (int64_t c = 0; c < classes; c++) {
      const lanes pull = (e1[k] * weights[c]) * ((1 + gamma) * v[c] - common);
      const int64_t begin = offsets[c], end = offsets[c + 1];
      lanes sum = {0};
      if (shrink == 0) {
        for (int64_t i = begin; i < end; i++) {
          const lanes p = x[i];
          sum += p;
          x[i] = p + pull;
        }
      } else {
        for (int64_t i = begin; i < end; i++) {
          const lanes p = x[i];
          sum += p;
          x[i] = p + (pull - shrink * p);
        }
      }
      s[c] = weights[c] * sum;
      pushes += s[c];
    }
    if (!row->moves_prototypes) continue;
    // The next step's sum of prototypes is taken while they move.
    const double own = e2[k] * (1 + gamma), decay = e2[k] * row->prototype_decay;
    const lanes shared = (e2[k] * gamma) * pushes;
    prototypes = (lanes){0};
    for (int64_t c = 0; c < classes; c++) {
      v[c] += own * s[c] - shared - decay * v[c];
      prototypes += v[c];
    }
  }
}
