#pragma once
#include <cblas.h>
#include <stddef.h>

// What is used of LAPACK. OpenBLAS carries it as Fortran gives it, and Debian's package has no header
// for that: every argument by its address, matrices column after column, and at the end the lengths of
// the one-letter texts.

// Cholesky factor of a symmetric matrix.
void dpotrf_(const char *uplo, const int *n, double *a, const int *lda, int *info, size_t uploLength);

// Eigenvalues and eigenvectors of a symmetric matrix, by divide and conquer.
void dsyevd_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w,
             double *work, const int *lwork, int *iwork, const int *liwork, int *info,
             size_t jobzLength, size_t uploLength);
