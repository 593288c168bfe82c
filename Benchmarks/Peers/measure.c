/* What all peers in C share: read the state, time, compare with the closed form, report. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "problem.h"

enum { MOST_REPEATS = 101 };
static const double time_for_repeats = 0.2;

static FILE *open_array(const Problem *problem, const char *name, const char *mode) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s.f64", problem->folder, name);
  FILE *file = fopen(path, mode);
  require(file != NULL, "a file of the reference problem cannot be opened");
  return file;
}

void read_array(const Problem *problem, const char *name, double *array) {
  FILE *file = open_array(problem, name, "rb");
  const size_t count = fread(array, sizeof(double), problem->variables, file);
  require(count == problem->variables, "a file of the reference problem is too short");
  fclose(file);
}

void write_array(const Problem *problem, const char *name, const double *array) {
  FILE *file = open_array(problem, name, "wb");
  const size_t count = fwrite(array, sizeof(double), problem->variables, file);
  require(count == problem->variables && fclose(file) == 0, "a file cannot be written");
}

static long peak_kibibytes(void) {
  char line[256];
  long peak = 0;
  FILE *file = fopen("/proc/self/status", "r");
  while (file && fgets(line, sizeof line, file)) sscanf(line, "VmHWM: %ld", &peak);
  if (file) fclose(file);
  return peak;
}

static void print_errors(const Problem *problem, const double *state) {
  double *reference = allocate(problem->variables);
  read_array(problem, "reference", reference);
  double largest = 0, largest_entry = 0, sum = 0, norm = 0;
  for (size_t i = 0; i < problem->variables; i++) {
    const double difference = state[i] - reference[i];
    largest = fmax(largest, fabs(difference));
    largest_entry = fmax(largest_entry, fabs(reference[i]));
    sum += difference * difference;
    norm += reference[i] * reference[i];
  }
  printf("\"error\": %.3e, \"norm_error\": %.3e", largest / largest_entry, sqrt(sum / norm));
  free(reference);
}

int measure(const Peer *peer, int argc, char **argv) {
  Problem problem = problem_from(argc, argv);
  require(problem.method != NULL, "a peer needs METHOD TOLERANCE THREADS");
  double *state = allocate(problem.variables);
  read_array(&problem, "initial", state);
  void *workspace = peer->create(&problem);
  peer->integrate(workspace, state, problem.end / 1000); /* touches all memory once */

  double seconds[MOST_REPEATS], total = 0;
  int repeats = 0;
  while (repeats < MOST_REPEATS && total < time_for_repeats) {
    read_array(&problem, "initial", state);
    problem.calls = 0;
    const double start = seconds_now();
    peer->integrate(workspace, state, problem.end);
    seconds[repeats] = seconds_now() - start;
    total += seconds[repeats++];
  }
  const long peak = peak_kibibytes();
  printf("{\"package\": \"%s\", \"method\": \"%s\", ", peer->package, problem.method);
  print_errors(&problem, state);
  printf(", \"calls\": %ld, \"peak_kib\": %ld, \"seconds\": [", problem.calls, peak);
  for (int i = 0; i < repeats; i++) printf("%s%.6e", i ? ", " : "", seconds[i]);
  printf("]}\n");
  return 0;
}
