// The inner loops of the solvers on the full state, compiled for several widths of vectors.
//
// A "row" is one coordinate of all samples and prototypes: y = (h_1 ... h_n, w_1 ... w_C), samples
// sorted by class. Sums are taken in eight lanes in a fixed order, whatever the width of the
// processor's vectors. No function allocates, and none writes outside the arrays that it is given.
#ifndef DYN_KERNELS_H
#define DYN_KERNELS_H

#include <stdint.h>

#define DYN_LANES 8
// The most stages that a combination may have.
#define DYN_STAGES 10

// The right-hand side of a row:
//   h_i' = e1 (omega_y/n (own w_y - shared sum w) - lambda_1 h_i)
//   w_c' = e2 (own s_c - shared sum s - lambda_2 w_c),  s_c = omega_c/n (sum of class c of h)
typedef struct {
  int64_t classes;
  const int64_t *offsets;  // classes + 1: the first sample of each class, then n
  const double *weights;   // classes: omega_c/n
  double own, shared;
  double feature_decay;
  double prototype_decay;
  int64_t moves_prototypes;  // 0: w stays
} dyn_row;

// sum_j factors[j] slopes[j], with at most DYN_STAGES terms.
typedef struct {
  int64_t count;
  double factors[DYN_STAGES];
  const double *slopes[DYN_STAGES];
} dyn_combination;

// Error estimates of a step y -> z: combinations of the same slopes, the first with one term more.
typedef struct {
  double first[DYN_STAGES + 1];
  double second[DYN_STAGES];
  double absolute;
  double relative;
  // Results: the largest |estimate_i| / (absolute + relative max(|y_i|, |z_i|)); infinite if an
  // estimate is not finite, NaN if an entry of z is not.
  double first_ratio;
  double second_ratio;
} dyn_errors;

// Writes the right-hand side of a row.
void dyn_row_slope(const dyn_row *row, double e1, double e2, const double *y, double *slope);

// Writes y + combination.
void dyn_combine(int64_t count, const double *y, const dyn_combination *combination,
                 double *point);

// The same for a step, with both estimates of its error.
void dyn_step(int64_t count, const double *y, const dyn_combination *combination, double *point,
              dyn_errors *errors);

// The first estimate where its last term is another slope than those of the combination.
void dyn_last_error(int64_t count, const double *y, const double *z,
                    const dyn_combination *combination, const double *last, dyn_errors *errors);

// The largest |errors_i| / (absolute + relative |y_i|); infinite if an error is not finite, NaN if an
// entry of y is not.
double dyn_largest_ratio(int64_t count, const double *y, const double *errors, double absolute,
                         double relative);

// The largest |y_i|; NaN if any entry is.
double dyn_largest(int64_t count, const double *y);

// Copies up to DYN_LANES rows of `count` entries, `stride` apart, to entries of DYN_LANES lanes, and
// back; lanes without a row are zero.
void dyn_interleave(int64_t rows, int64_t count, const double *from, int64_t stride, double *to);
void dyn_separate(int64_t rows, int64_t count, const double *from, double *to, int64_t stride);

// Gradient descent on DYN_LANES rows at once: step k moves h by e1[k] and w by e2[k] times the
// right-hand side of unit rates. h has n entries of DYN_LANES lanes, w has C and work 3 C.
void dyn_descend(const dyn_row *row, int64_t steps, const double *e1, const double *e2, double *h,
                 double *w, double *work);

// The moments of one row's classes about their means: sums[c] and the sum of (h_i - mean_c)^2, which
// is added to scatter[c].
void dyn_class_moments(int64_t classes, const int64_t *offsets, const double *h, double *sums,
                       double *scatter);

// The sum of (h_i - (factor g_i + scale shifts[y]))^2 over a row.
double dyn_shifted_distance(int64_t classes, const int64_t *offsets, const double *h,
                            const double *g, double factor, const double *shifts, double scale);

// Writes factor g_i + shifts[y] past the caches.
void dyn_shift(int64_t classes, const int64_t *offsets, const double *g, double factor,
               const double *shifts, double *h);

// The right-hand side of one feature on the sphere: e (v - (h'v)/|h|^2 h), divided by |h| unless
// rescaled.
void dyn_sphere_slope(int64_t count, double e, int rescaled, const double *v, const double *h,
                      double *slope);

// The sum of a_i b_i, and of a_i.
double dyn_products(int64_t count, const double *a, const double *b);
double dyn_sum(int64_t count, const double *a);

// The sum of (factor a_i)^2.
double dyn_squares(int64_t count, double factor, const double *a);

// The sum of (factor a_i - b_i)^2, b = -off but for b_diagonal = on.
double dyn_frame_distance(int64_t count, double factor, const double *a, int64_t diagonal, double on,
                          double off);

// Logits at several times: that of class c for sample i of class y at time t is
//   x[t] first[c, i] + y[t] second[c, i] + sum_k factors[t, k] shifts[k][y, c] + offsets[t, c]
// with rows of the first two tables `samples` long, and no offsets where they are null.
typedef struct {
  int64_t classes;
  int64_t samples;
  int64_t times;
  int64_t shift_count;  // at most DYN_STAGES
  const double *first;
  const double *second;
  const double *shifts[DYN_STAGES];
  const double *x;
  const double *y;
  const double *factors;
  const double *offsets;
} dyn_logits;

// Counts the samples begin..<end of class `label` whose own logit is the largest of all: correct[t]
// grows by them. `shift` has room for a number a class.
void dyn_count_correct(const dyn_logits *logits, int64_t label, int64_t begin, int64_t end,
                       double *shift, int64_t *correct);

#endif
