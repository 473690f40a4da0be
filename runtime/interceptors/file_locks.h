// Locks of open files: an unlock, or the close of the file → a later lock of the same file.
//
// Only of locks that belong to an opening (flock, F_OFD_SETLK): those of lockf and F_SETLK belong
// to the process, and keep its threads from nothing. An unlock does not say whether the lock was
// shared, so here holders of shared locks order each other too.
#ifndef HBSAN_RUNTIME_INTERCEPTORS_FILE_LOCKS_H_
#define HBSAN_RUNTIME_INTERCEPTORS_FILE_LOCKS_H_

#include <cstdint>

namespace hbsan {

// Before a call that may unlock the file, a close included; cheap if no file was ever locked.
void FileUnlocking(std::uintptr_t pc, int fd);
// After a call that locked it.
void FileLocked(int fd);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_INTERCEPTORS_FILE_LOCKS_H_
