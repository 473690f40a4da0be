// All of gosync: Go's concurrency in C++, with exactly the order that the Go memory model gives.
#ifndef GOSYNC_GOSYNC_H_
#define GOSYNC_GOSYNC_H_

#include "gosync/atomic.h"
#include "gosync/chan.h"
#include "gosync/cond.h"
#include "gosync/fatal.h"
#include "gosync/go.h"
#include "gosync/mutex.h"
#include "gosync/once.h"
#include "gosync/rwmutex.h"
#include "gosync/select.h"
#include "gosync/time.h"
#include "gosync/waitgroup.h"

#endif  // GOSYNC_GOSYNC_H_
