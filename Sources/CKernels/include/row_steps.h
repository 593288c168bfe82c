// Steps of explicit Runge-Kutta pairs on one row (see kernels.h).
#ifndef DYN_ROW_STEPS_H
#define DYN_ROW_STEPS_H

#include "kernels.h"

// The most stages that a pair has, with the step itself as the last.
#define DYN_POINTS 13

typedef enum { DYN_DOPRI5, DYN_DOP853 } dyn_pair;

// One step. Stages are counted from 0; stage 6 of DYN_DOPRI5 and "stage" 12 of DYN_DOP853 are the
// step itself. Every table has DYN_POINTS numbers a row.
//
// Slopes are formed in units that make each what it adds to the point of the next stage, and the
// slope at the step what it adds to the estimate of the error: that term is then an addition, and
// processors have adders beside their multiply-adders.
typedef struct {
  double length;
  const double *units;           // of the slopes, in units of the right-hand side times the length
  const double *combinations;    // [i * DYN_POINTS + j]: of the slope j in the point i
  const double *first;           // the estimates of the error, of the slopes
  const double *second;          // DYN_DOP853 alone
  const double *feature_rates;   // the learning rates at the stages
  const double *prototype_rates;
  double absolute;
  double relative;
  // Results: the largest |estimate_i| / (absolute + relative max(|y_i|, |z_i|)); infinite if an
  // estimate is not finite, NaN if an entry of z is not.
  double first_ratio;
  double second_ratio;
} dyn_row_step;

// The numbers of work space that a step needs, aligned to 64 bytes.
int64_t dyn_row_step_work(dyn_pair pair, const dyn_row *row);

// The class sums of y, which its first step needs.
void dyn_row_sums(const dyn_row *row, const double *y, double *sums);

// Steps from y with its class sums to z, whose sums are written to `next_sums`.
void dyn_row_step_dopri5(const dyn_row *row, dyn_row_step *step, const double *y,
                         const double *sums, double *z, double *next_sums, double *work);
void dyn_row_step_dop853(const dyn_row *row, dyn_row_step *step, const double *y,
                         const double *sums, double *z, double *next_sums, double *work);

#endif
