// Map, as Go's sync.Map: a map that goroutines use at the same time.
//
// Per key, a write is ordered before each read that observes it. Writes: Store, Swap, Delete,
// LoadAndDelete, LoadOrStore that stored, CompareAndSwap and CompareAndDelete that succeeded.
// Reads: Load, LoadOrStore, LoadAndDelete, Swap, the two that compare, and Range for each entry
// that it visits. Finding nothing observes the Delete. Operations on different keys order nothing.
//
// Keys and values are copied, as Go copies what it puts into an interface. Hash, Equal and what
// copies and destroys keys and values run inside: they must not use the map, and the detector does
// not see them. (What the caller copies into the arguments and out of the results it does see.)
#ifndef GOSYNC_MAP_H_
#define GOSYNC_MAP_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "gosync/clock.h"
#include "gosync/config.h"
#include "gosync/mutex.h"

namespace gosync {
inline namespace GOSYNC_VARIANT {

template <typename K, typename V, typename Hash = std::hash<K>, typename Equal = std::equal_to<K>>
class Map {
 public:
  Map() = default;
  Map(const Map&) = delete;
  Map& operator=(const Map&) = delete;
  GOSYNC_UNCHECKED ~Map() {
    const detail::Hidden hidden;
    for (Shard& shard : shards_) shard.entries.clear();
  }

  // The value; empty if there is none.
  GOSYNC_UNCHECKED std::optional<V> Load(K key) const {
    Shard& shard = ShardOf(key);
    const detail::UnseenHolder hold(shard.lock);
    const Entry* const entry = shard.Observe(key);
    const detail::Hidden hidden;
    return entry != nullptr ? entry->value : std::nullopt;
  }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Store(K key, V value) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    {
      const detail::UnseenHolder hold(shard.lock);
      shard.Put(std::move(key), value, before, GOSYNC_PC());
    }
    Discard(before);
  }
  // The value before; empty if there was none.
  GOSYNC_UNCHECKED __attribute__((noinline)) std::optional<V> Swap(K key, V value) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    const detail::UnseenHolder hold(shard.lock);
    shard.Observe(key);
    shard.Put(std::move(key), value, before, GOSYNC_PC());
    return before;
  }
  // The value that is there, and true; or stores `value`, and returns it with false.
  GOSYNC_UNCHECKED __attribute__((noinline)) std::pair<V, bool> LoadOrStore(K key, V value) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    const detail::UnseenHolder hold(shard.lock);
    if (const Entry* const entry = shard.Observe(key)) {
      const detail::Hidden hidden;
      return {*entry->value, true};
    }
    V stored = Copy(value);
    shard.Put(std::move(key), stored, before, GOSYNC_PC());
    return {std::move(value), false};
  }
  GOSYNC_UNCHECKED __attribute__((noinline)) void Delete(K key) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    {
      const detail::UnseenHolder hold(shard.lock);
      shard.Take(key, before, GOSYNC_PC());
    }
    Discard(before);
  }
  // The value that was there; empty if there was none.
  GOSYNC_UNCHECKED __attribute__((noinline)) std::optional<V> LoadAndDelete(K key) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    const detail::UnseenHolder hold(shard.lock);
    shard.Observe(key);
    shard.Take(key, before, GOSYNC_PC());
    return before;
  }
  // Stores `value` if the present one equals `old`.
  GOSYNC_UNCHECKED __attribute__((noinline)) bool CompareAndSwap(K key, V old, V value) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    {
      const detail::UnseenHolder hold(shard.lock);
      if (!Holds(shard.Observe(key), old)) return false;
      shard.Put(std::move(key), value, before, GOSYNC_PC());
    }
    Discard(before);
    return true;
  }
  // Deletes the value if it equals `old`.
  GOSYNC_UNCHECKED __attribute__((noinline)) bool CompareAndDelete(K key, V old) {
    std::optional<V> before;
    Shard& shard = ShardOf(key);
    {
      const detail::UnseenHolder hold(shard.lock);
      if (!Holds(shard.Observe(key), old)) return false;
      shard.Take(key, before, GOSYNC_PC());
    }
    Discard(before);
    return true;
  }
  // Calls f(key, value) for the entries in no particular order, each key at most once, until f, if
  // it returns a bool, returns false. What others store or delete meanwhile may be visited or not.
  template <typename F>
  GOSYNC_UNCHECKED void Range(F&& f) const {
    for (Shard& shard : shards_) {
      const std::vector<K> keys = KeysOf(shard);
      for (const K& key : keys) {
        const std::optional<V> value = Load(Copy(key));
        if (!value.has_value()) continue;
        if constexpr (std::is_same_v<std::invoke_result_t<F&, const K&, const V&>, bool>) {
          if (!f(key, *value)) return;
        } else {
          f(key, *value);
        }
      }
    }
  }

 private:
  static constexpr unsigned kShardBits = 4;
  // With detection: deleted keys whose last write is remembered, in each shard. Those beyond are
  // remembered as one: who finds none of them is ordered after the deletion of each.
  static constexpr std::size_t kMostDeleted = 4096;

  struct Entry {
    std::optional<V> value;  // empty: deleted
    detail::Clock clock;     // of the last write
  };

  // The functions need the lock.
  struct alignas(64) Shard {
    Mutex lock;
    std::unordered_map<K, Entry, Hash, Equal> entries;
    std::size_t deleted = 0;  // entries without a value
    detail::Clock forgotten;  // of the deletions that left no entry

    // The entry that has a value. Reads, whether there is one or not.
    GOSYNC_UNCHECKED Entry* Observe(const K& key) {
      Entry* const entry = Find(key);
      (entry != nullptr ? entry->clock : forgotten).Acquire();
      return entry != nullptr && entry->value.has_value() ? entry : nullptr;
    }
    // Stores; what was there goes to `before`.
    GOSYNC_UNCHECKED void Put(K&& key, V& value, std::optional<V>& before, std::uintptr_t pc) {
      Entry* entry;
      {
        const detail::Hidden hidden;
        const auto [at, fresh] = entries.try_emplace(std::move(key));
        entry = &at->second;
        if (!fresh && !entry->value.has_value()) --deleted;
        before = std::move(entry->value);
        entry->value.emplace(std::move(value));
      }
      entry->clock.ReleaseStore(entry, pc);
    }
    // Deletes; what was there goes to `before`.
    GOSYNC_UNCHECKED void Take(const K& key, std::optional<V>& before, std::uintptr_t pc) {
      Entry* const entry = Find(key);
      if (entry == nullptr || !entry->value.has_value()) return;
      const bool remember = GOSYNC_RACE != 0 && deleted < kMostDeleted;
      if (remember) {
        entry->clock.ReleaseStore(entry, pc);
      } else {
        forgotten.Release(this, pc);
      }
      const detail::Hidden hidden;
      before = std::move(entry->value);
      if (remember) {
        entry->value.reset();
        ++deleted;
      } else {
        entries.erase(key);
      }
    }

   private:
    GOSYNC_UNCHECKED Entry* Find(const K& key) {
      const detail::Hidden hidden;
      const auto at = entries.find(key);
      return at != entries.end() ? &at->second : nullptr;
    }
  };

  GOSYNC_UNCHECKED Shard& ShardOf(const K& key) const {
    const detail::Hidden hidden;
    const std::uint64_t mixed = std::uint64_t{Hash()(key)} * 0x9e3779b97f4a7c15u;
    return shards_[mixed >> (64 - kShardBits)];
  }
  template <typename T>
  GOSYNC_UNCHECKED static T Copy(const T& value) {
    const detail::Hidden hidden;
    return value;
  }
  GOSYNC_UNCHECKED static bool Holds(const Entry* entry, const V& value) {
    const detail::Hidden hidden;
    return entry != nullptr && *entry->value == value;
  }
  // Outside of the lock: a destructor may use the map.
  GOSYNC_UNCHECKED static void Discard(std::optional<V>& value) {
    const detail::Hidden hidden;
    value.reset();
  }
  GOSYNC_UNCHECKED static std::vector<K> KeysOf(Shard& shard) {
    const detail::UnseenHolder hold(shard.lock);
    const detail::Hidden hidden;
    std::vector<K> keys;
    keys.reserve(shard.entries.size() - shard.deleted);
    for (const auto& [key, entry] : shard.entries) {
      if (entry.value.has_value()) keys.push_back(key);
    }
    return keys;
  }

  mutable Shard shards_[std::size_t{1} << kShardBits];
};

}  // namespace GOSYNC_VARIANT
}  // namespace gosync

#endif  // GOSYNC_MAP_H_
