// Many small objects: threads build arithmetic expressions of shared nodes, simplify them into new
// ones, and intern names in maps.
//
// The check: an expression and its simplified form have the same value, modulo 2^64, for some
// values of its variables.
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tools/bench/programs/bench.h"
#include "tools/bench/programs/parallel.h"

namespace {

using Variables = std::map<std::string, uint64_t>;

class Expression {
 public:
  virtual ~Expression() = default;
  virtual uint64_t ValueFor(const Variables& variables) const = 0;
};
using ExpressionPtr = std::shared_ptr<const Expression>;

class Number : public Expression {
 public:
  explicit Number(uint64_t value) : value_(value) {}
  uint64_t ValueFor(const Variables&) const override { return value_; }
  uint64_t value() const { return value_; }

 private:
  uint64_t value_;
};

class Variable : public Expression {
 public:
  explicit Variable(std::string name) : name_(std::move(name)) {}
  uint64_t ValueFor(const Variables& variables) const override { return variables.at(name_); }

 private:
  std::string name_;
};

class Operation : public Expression {
 public:
  Operation(char sign, ExpressionPtr left, ExpressionPtr right)
      : sign_(sign), left_(std::move(left)), right_(std::move(right)) {}
  uint64_t ValueFor(const Variables& variables) const override {
    return Apply(sign_, left_->ValueFor(variables), right_->ValueFor(variables));
  }
  static uint64_t Apply(char sign, uint64_t a, uint64_t b) { return sign == '+' ? a + b : a * b; }
  char sign() const { return sign_; }
  const ExpressionPtr& left() const { return left_; }
  const ExpressionPtr& right() const { return right_; }

 private:
  char sign_;
  ExpressionPtr left_, right_;
};

// Makes each variable once.
class Names {
 public:
  ExpressionPtr Get(uint64_t number) {
    const std::string name = "variable_" + std::to_string(number);
    ExpressionPtr& variable = variables_[name];
    if (variable == nullptr) variable = std::make_shared<Variable>(name);
    return variable;
  }

 private:
  std::map<std::string, ExpressionPtr> variables_;
};

constexpr int kVariables = 40;

ExpressionPtr Random(uint64_t& seed, int depth, Names& names) {
  const uint64_t random = BenchRandom(&seed);
  if (depth == 0) {
    if (random % 2 == 0) return names.Get(random / 2 % kVariables);
    return std::make_shared<Number>(random / 2 % 3);
  }
  ExpressionPtr left = Random(seed, depth - 1, names);
  ExpressionPtr right = random % 8 == 0 ? left : Random(seed, depth - 1, names);
  return std::make_shared<Operation>(random % 3 == 0 ? '+' : '*', std::move(left),
                                     std::move(right));
}

bool IsNumber(const Expression& expression, uint64_t value) {
  const Number* number = dynamic_cast<const Number*>(&expression);
  return number != nullptr && number->value() == value;
}

// Folds constants, and drops x + 0, x * 1 and x * 0.
ExpressionPtr Simplify(const ExpressionPtr& expression) {
  const Operation* operation = dynamic_cast<const Operation*>(expression.get());
  if (operation == nullptr) return expression;
  ExpressionPtr left = Simplify(operation->left()), right = Simplify(operation->right());
  const Number* a = dynamic_cast<const Number*>(left.get());
  const Number* b = dynamic_cast<const Number*>(right.get());
  const char sign = operation->sign();
  if (a != nullptr && b != nullptr) {
    return std::make_shared<Number>(Operation::Apply(sign, a->value(), b->value()));
  }
  const uint64_t neutral = sign == '+' ? 0 : 1;
  if (IsNumber(*left, neutral)) return right;
  if (IsNumber(*right, neutral)) return left;
  if (sign == '*' && IsNumber(*left, 0)) return left;
  if (sign == '*' && IsNumber(*right, 0)) return right;
  return std::make_shared<Operation>(sign, std::move(left), std::move(right));
}

bool Work(int t, size_t expressions, const Variables& variables) {
  uint64_t seed = t + 1;
  Names names;
  std::vector<ExpressionPtr> recent(64);
  bool right = true;
  for (size_t i = 0; i < expressions; ++i) {
    ExpressionPtr& place = recent[i % recent.size()];
    const ExpressionPtr expression = Random(seed, 8, names);
    place = Simplify(expression);
    right = right && place->ValueFor(variables) == expression->ValueFor(variables);
  }
  return right;
}

}  // namespace

int main(int argc, char** argv) {
  const BenchArgs args = BenchParseArgs(argc, argv);
  const size_t expressions = BenchScaled(args.scale, 8000, 20) / args.threads;
  Variables variables;
  for (int i = 0; i < kVariables; ++i) {
    variables["variable_" + std::to_string(i)] = BenchScramble(i);
  }
  std::atomic<bool> right{true};
  bench::RunThreads(args.threads, [&](int t) {
    if (!Work(t, expressions, variables)) right.store(false, std::memory_order_relaxed);
  });
  return BenchVerdict(right.load());
}
