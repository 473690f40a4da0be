// All of gosync: Go's concurrency in C++, with exactly the order that the Go memory model gives.
#ifndef GOSYNC_GOSYNC_H_
#define GOSYNC_GOSYNC_H_

#include "gosync/atomic.h"
#include "gosync/chan.h"
#include "gosync/cond.h"
#include "gosync/context.h"
#include "gosync/errgroup.h"
#include "gosync/fatal.h"
#include "gosync/go.h"
#include "gosync/map.h"
#include "gosync/mutex.h"
#include "gosync/once.h"
#include "gosync/pool.h"
#include "gosync/published_cell.h"
#include "gosync/rwmutex.h"
#include "gosync/select.h"
#include "gosync/semaphore.h"
#include "gosync/time.h"
#include "gosync/value.h"
#include "gosync/waitgroup.h"

#endif  // GOSYNC_GOSYNC_H_
