// PublishedCell: the current one of a sequence of immutable snapshots, for readers that never wait
// (copy-on-write).
//
// A Store is ordered before the Loads that return its snapshot, and nothing else is: what is
// written to a snapshot after it was published is a race with its readers. Readers keep their
// snapshot for as long as they hold it.
#ifndef GOSYNC_PUBLISHED_CELL_H_
#define GOSYNC_PUBLISHED_CELL_H_

#include <memory>
#include <utility>

#include "gosync/value.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

template <typename T>
class PublishedCell {
 public:
  using Snapshot = std::shared_ptr<const T>;

  PublishedCell() = default;  // empty
  explicit PublishedCell(T first) : value_(std::move(first)) {}

  // Null while the cell is empty.
  GOSYNC_INLINE Snapshot Load() const { return value_.Load(); }
  GOSYNC_INLINE void Store(T next) { value_.Store(std::move(next)); }
  // The snapshot before; null if the cell was empty.
  GOSYNC_INLINE Snapshot Swap(T next) { return value_.Swap(std::move(next)); }
  // Publishes change(current snapshot, which may be null). Of updates at the same time each builds
  // on the other; `change` may be called several times for it.
  template <typename Change>
  GOSYNC_INLINE void Update(Change&& change) {
    for (;;) {
      const Snapshot current = Load();
      if (value_.CompareAndSwap(current, change(current))) return;
    }
  }

 private:
  Value<T> value_;
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_PUBLISHED_CELL_H_
