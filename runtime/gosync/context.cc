#include "gosync/context.h"

#include <atomic>

#include "gosync/kept_function.h"
#include "gosync/mutex.h"
#include "gosync/system.h"
#include "gosync/timers.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {
namespace detail {

// Ancestors live as long as their descendants. A CancelNode holds its children until it or they
// are cancelled: somebody may wait for their Done. Locks are taken from the root downwards.
struct ContextNode {
  ContextNode(ContextNode* its_parent, ContextNode* its_cancels)
      : parent(its_parent), cancels(its_cancels) {
    if (parent != nullptr) AddReference(parent);
  }
  virtual ~ContextNode() {
    if (parent != nullptr) DropReference(parent);
  }
  ContextNode(const ContextNode&) = delete;
  ContextNode& operator=(const ContextNode&) = delete;

  virtual const void* ValueFor(const void* /*key*/) const { return nullptr; }

  std::atomic<std::uint32_t> references{1};
  ContextNode* const parent;
  ContextNode* const cancels;  // the nearest CancelNode from here upwards; null: none
};

namespace {

struct ValueNode : ContextNode {
  ValueNode(ContextNode* its_parent, const void* its_key, std::shared_ptr<const void> its_value)
      : ContextNode(its_parent, its_parent != nullptr ? its_parent->cancels : nullptr),
        key(its_key),
        value(std::move(its_value)) {}
  ~ValueNode() override {
    const Hidden hidden;
    value.reset();
  }
  const void* ValueFor(const void* asked) const override {
    return asked == key ? value.get() : nullptr;
  }
  const void* const key;
  std::shared_ptr<const void> value;
};

struct CancelNode : ContextNode {
  explicit CancelNode(ContextNode* its_parent) : ContextNode(its_parent, this), done(0) {}

  // False if it was cancelled before.
  bool Cancel(Error why, Error its_cause, bool by_parent, std::uintptr_t pc);
  // What follows from it, for this node alone.
  virtual void Cancelled(bool /*by_parent*/, std::uintptr_t /*pc*/) {}
  // Cancelled with its ancestors from now on.
  void Follow(std::uintptr_t pc);

  const Chan<Unit> done;
  std::optional<Time> deadline;
  Mutex lock;
  Error error, cause;
  Clock clock;  // of whoever cancelled it
  CancelNode* children = nullptr;
  CancelNode* next = nullptr;  // siblings; the parent's lock guards them
  CancelNode* previous = nullptr;
  bool listed = false;
};

CancelNode* CancelsOf(const ContextNode* node) {
  return node != nullptr ? static_cast<CancelNode*>(node->cancels) : nullptr;
}

void Unlist(CancelNode& child) {
  CancelNode* const parent = CancelsOf(child.parent);
  if (parent == nullptr) return;
  {
    const UnseenHolder hold(parent->lock);
    if (!child.listed) return;
    child.listed = false;
    (child.previous == nullptr ? parent->children : child.previous->next) = child.next;
    if (child.next != nullptr) child.next->previous = child.previous;
  }
  DropReference(&child);
}

bool CancelNode::Cancel(Error why, Error its_cause, bool by_parent, std::uintptr_t pc) {
  {
    const UnseenHolder hold(lock);
    if (error != nullptr) return false;
    error = why;
    cause = its_cause != nullptr ? std::move(its_cause) : std::move(why);
    clock.ReleaseStore(this, pc);
    Close(done.core(), pc);
    while (CancelNode* const child = children) {
      children = child->next;
      child->listed = false;
      child->Cancel(error, cause, /*by_parent=*/true, pc);
      DropReference(child);
    }
  }
  if (!by_parent) Unlist(*this);
  Cancelled(by_parent, pc);
  return true;
}

void CancelNode::Follow(std::uintptr_t pc) {
  CancelNode* const above = CancelsOf(parent);
  if (above == nullptr) return;
  Error above_error, above_cause;
  {
    const UnseenHolder hold(above->lock);
    above_error = above->error;
    above_cause = above->cause;
    if (above_error == nullptr) {
      AddReference(this);
      next = above->children;
      if (next != nullptr) next->previous = this;
      above->children = this;
      listed = true;
      return;
    }
    above->clock.Acquire();
  }
  Cancel(std::move(above_error), std::move(above_cause), /*by_parent=*/true, pc);
}

struct DeadlineNode : CancelNode {
  using CancelNode::CancelNode;

  void Start(Time when) {
    AddReference(this);
    auto fire = [self = std::shared_ptr<DeadlineNode>(this, [](auto* n) { DropReference(n); })] {
      self->Cancel(DeadlineExceeded(), nullptr, /*by_parent=*/false, /*pc=*/0);
    };
    const UnseenHolder hold(lock);
    if (error == nullptr) timer.emplace(AfterFunc(when - Time(Duration(Now())), std::move(fire)));
  }
  void Cancelled(bool /*by_parent*/, std::uintptr_t /*pc*/) override {
    std::optional<Timer> stopped;
    {
      const UnseenHolder hold(lock);
      stopped.swap(timer);
    }
    if (stopped.has_value()) stopped->Stop();
  }

  std::optional<Timer> timer;
};

struct FunctionNode : CancelNode {
  FunctionNode(ContextNode* its_parent, std::function<void()> its_f, std::uintptr_t pc)
      : CancelNode(its_parent), f(new KeptFunction(std::move(its_f))) {
    made.ReleaseStore(this, pc);
  }

  void Cancelled(bool by_parent, std::uintptr_t pc) override {
    if (!by_parent) {  // it was stopped
      f = Handle<KeptFunction>();
      return;
    }
    AddReference(this);
    const Launch launch = BeginLaunch(Run, sizeof(FunctionNode*), alignof(FunctionNode*));
    *static_cast<FunctionNode**>(launch.memory) = this;
    EndLaunch(launch, pc);
  }
  static void Run(void* call) {
    FunctionNode* const self = *static_cast<FunctionNode**>(call);
    self->made.Acquire();
    self->f.get()->run();
    self->f = Handle<KeptFunction>();
    DropReference(self);
  }

  Handle<KeptFunction> f;
  Clock made;
};

template <typename E>
Error TheOne() {
  const Quiet quiet;
  static const Error& one = *new Error(std::make_exception_ptr(E()));
  return one;
}

}  // namespace

void AddReference(ContextNode* node) { node->references.fetch_add(1, std::memory_order_relaxed); }

void DropReference(ContextNode* node) {
  if (node->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete node;
}

Time TimeAfter(Duration delay) { return Time(Duration(Deadline(delay.count()))); }

ContextNode* NewCancelled(ContextNode* parent) {
  auto* const node = new CancelNode(parent);
  node->Follow(/*pc=*/0);
  return node;
}

ContextNode* NewWithDeadline(ContextNode* parent, Time deadline, std::uintptr_t pc) {
  const std::optional<Time> earlier = DeadlineOf(parent);
  if (earlier.has_value() && *earlier <= deadline) return NewCancelled(parent);
  auto* const node = new DeadlineNode(parent);
  node->deadline = deadline;
  node->Follow(pc);
  if (deadline <= Time(Duration(Now()))) {
    node->Cancel(DeadlineExceeded(), nullptr, /*by_parent=*/false, pc);
  } else {
    node->Start(deadline);
  }
  return node;
}

ContextNode* NewWithValue(ContextNode* parent, const void* key, std::shared_ptr<const void> value) {
  return new ValueNode(parent, key, std::move(value));
}

ContextNode* NewFunction(ContextNode* parent, std::function<void()> f, std::uintptr_t pc) {
  auto* const node = new FunctionNode(parent, std::move(f), pc);
  node->Follow(pc);
  return node;
}

bool Cancel(ContextNode* node, Error cause, std::uintptr_t pc) {
  CancelNode* const cancels = CancelsOf(node);
  if (cancels == nullptr) return false;
  return cancels->Cancel(gosync::Canceled(), std::move(cause), /*by_parent=*/false, pc);
}

RecvChan<Unit> DoneOf(const ContextNode* node) {
  CancelNode* const cancels = CancelsOf(node);
  return cancels != nullptr ? RecvChan<Unit>(cancels->done) : RecvChan<Unit>();
}

Error ErrorOf(ContextNode* node) {
  CancelNode* const cancels = CancelsOf(node);
  if (cancels == nullptr) return nullptr;
  const UnseenHolder hold(cancels->lock);
  if (cancels->error != nullptr) cancels->clock.Acquire();
  return cancels->error;
}

Error CauseOf(ContextNode* node) {
  CancelNode* const cancels = CancelsOf(node);
  if (cancels == nullptr) return nullptr;
  const UnseenHolder hold(cancels->lock);
  if (cancels->error != nullptr) cancels->clock.Acquire();
  return cancels->cause;
}

std::optional<Time> DeadlineOf(const ContextNode* node) {
  for (const CancelNode* at = CancelsOf(node); at != nullptr; at = CancelsOf(at->parent)) {
    if (at->deadline.has_value()) return at->deadline;
  }
  return std::nullopt;
}

const void* ValueOf(const ContextNode* node, const void* key) {
  for (; node != nullptr; node = node->parent) {
    if (const void* const value = node->ValueFor(key)) return value;
  }
  return nullptr;
}

}  // namespace detail

Error Canceled() { return detail::TheOne<CanceledError>(); }
Error DeadlineExceeded() { return detail::TheOne<DeadlineExceededError>(); }

}  // namespace GOSYNC_VARIANT
}  // namespace gosync
