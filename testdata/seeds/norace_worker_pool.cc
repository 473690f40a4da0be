// A worker pool: jobs in over one channel, results out over another, every job done once.
// hbsan: nothing.
// OUTPUT: 100 results, sum of squares 328350
#include <cstdio>
#include <vector>

#include "gosync/gosync.h"

struct Result {
  int job, square;
};

std::vector<Result> RunPool(const std::vector<int>& jobs, int workers) {
  gosync::Chan<int> todo(jobs.size());
  gosync::Chan<Result> done(jobs.size());
  for (int i = 0; i < workers; ++i) {
    gosync::Go([todo, done] {
      for (int job : todo) done.Send({job, job * job});
    });
  }
  for (int job : jobs) todo.Send(job);
  todo.Close();
  std::vector<Result> results;
  for (std::size_t i = 0; i < jobs.size(); ++i) results.push_back(done.Recv());
  return results;
}

int main() {
  std::vector<int> jobs;
  for (int i = 0; i < 100; ++i) jobs.push_back(i);
  std::vector<bool> seen(100);
  int sum = 0, distinct = 0;
  for (const Result& result : RunPool(jobs, 4)) {
    if (!seen[result.job]) ++distinct;
    seen[result.job] = true;
    sum += result.square;
  }
  std::printf("%d results, sum of squares %d\n", distinct, sum);
}
