#ifndef SUNDIALS_VECTOR_H
#define SUNDIALS_VECTOR_H

#include <sundials/sundials_nvector.h>

/* A vector on given memory whose operations run on a number of threads. */
N_Vector make_vector(sunindextype count, double *data, int threads, SUNContext context);

#endif
