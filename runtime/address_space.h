// Where the detector's address ranges lie, and where the program's may lie.
//
// Shadow cells are found by the low 44 bits of an address. Programs on x86-64 live in three places:
// below 1 TiB (non-PIE programs and their heap), around 0x5555... (PIE and its heap) and below
// 0x7fff... (libraries, mappings, stacks); in the low 44 bits these do not meet unless
// vm.mmap_rnd_bits is above its default and chance has it, which is checked at the start. The
// detector's own ranges go between the first two, so that they leave all room to the program.
#ifndef HBSAN_RUNTIME_ADDRESS_SPACE_H_
#define HBSAN_RUNTIME_ADDRESS_SPACE_H_

#include <cstddef>

namespace hbsan {

// Reserves `bytes`, zero and without backing, in the detector's region. Ends the program with one
// line if the system refuses (ulimit -v, vm.overcommit_memory=2).
void* ReserveAddressSpace(std::size_t bytes);

// Ends the program with one line, or starts it again under another random layout, if two of its
// mappings collide.
// `argv` and `envp` are the process's own; null: it cannot be started again.
void CheckAddressSpace(char** argv, char** envp);

}  // namespace hbsan

#endif  // HBSAN_RUNTIME_ADDRESS_SPACE_H_
