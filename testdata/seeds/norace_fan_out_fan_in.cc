// Fan-out to several goroutines with an output each, and fan-in: merge closes its output when all
// of its inputs are drained.
// hbsan: nothing.
// OUTPUT: 100 values, sum 338350
#include <cstdio>
#include <memory>
#include <vector>

#include "gosync/gosync.h"

std::vector<gosync::RecvChan<int>> FanOut(gosync::RecvChan<int> input, int workers) {
  std::vector<gosync::RecvChan<int>> outputs;
  for (int i = 0; i < workers; ++i) {
    gosync::Chan<int> output(0);
    outputs.push_back(output);
    gosync::Go([input, output] {
      for (int v : input) output.Send(v * v);
      output.Close();
    });
  }
  return outputs;
}

gosync::RecvChan<int> Merge(const std::vector<gosync::RecvChan<int>>& inputs) {
  gosync::Chan<int> merged(0);
  auto wg = std::make_shared<gosync::WaitGroup>();
  for (const auto& input : inputs) {
    wg->Go([input, merged] {
      for (int v : input) merged.Send(v);
    });
  }
  gosync::Go([wg, merged] {
    wg->Wait();
    merged.Close();
  });
  return merged;
}

int main() {
  gosync::Chan<int> numbers(0);
  gosync::Go([numbers] {
    for (int i = 1; i <= 100; ++i) numbers.Send(i);
    numbers.Close();
  });
  int count = 0, sum = 0;
  for (int v : Merge(FanOut(numbers, 4))) {
    ++count;
    sum += v;
  }
  std::printf("%d values, sum %d\n", count, sum);
}
