/*
 * C11's threads by POSIX's, in the tsan preset's executables only, where they come before the C
 * library's own: gcc 12's ThreadSanitizer knows pthread_create() but not thrd_create(), so a thread
 * that Debian's librdkafka starts has no state there, and the first call that is intercepted on it
 * crashes; nor would it see what mtx_lock() orders. glibc makes both kinds of the same types, but
 * says so in no header: hence the assertions.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <threads.h>

#include "heap.h"

_Static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t), "mtx_t has room for a mutex");
_Static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t), "cnd_t has room for a condition");
_Static_assert(sizeof(once_flag) == sizeof(pthread_once_t), "once_flag has room for a once");
_Static_assert(sizeof(thrd_t) == sizeof(pthread_t), "thrd_t has room for a thread");

struct start {
	thrd_start_t function;
	void *argument;
};

static int as_c11(int error)
{
	switch (error) {
	case 0:
		return thrd_success;
	case ETIMEDOUT:
		return thrd_timedout;
	case EBUSY:
		return thrd_busy;
	case ENOMEM:
		return thrd_nomem;
	default:
		return thrd_error;
	}
}

static void *run(void *argument)
{
	struct start start = *(struct start *)argument;

	free(argument);
	return (void *)(intptr_t)start.function(start.argument);
}

int thrd_create(thrd_t *thread, thrd_start_t function, void *argument)
{
	struct start *start = heap_zeroed(1, sizeof(*start));
	int error;

	*start = (struct start){ function, argument };
	error = pthread_create(thread, NULL, run, start);
	if (error)
		free(start);
	return as_c11(error);
}

int thrd_join(thrd_t thread, int *result)
{
	void *value = NULL;
	int error = pthread_join(thread, &value);

	if (result)
		*result = (int)(intptr_t)value;
	return as_c11(error);
}

int mtx_init(mtx_t *mutex, int type)
{
	pthread_mutexattr_t attributes;
	int error;

	pthread_mutexattr_init(&attributes);
	if (type & mtx_recursive)
		pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
	error = pthread_mutex_init((pthread_mutex_t *)mutex, &attributes);
	pthread_mutexattr_destroy(&attributes);
	return as_c11(error);
}

void mtx_destroy(mtx_t *mutex)
{
	pthread_mutex_destroy((pthread_mutex_t *)mutex);
}

int mtx_lock(mtx_t *mutex)
{
	return as_c11(pthread_mutex_lock((pthread_mutex_t *)mutex));
}

int mtx_trylock(mtx_t *mutex)
{
	return as_c11(pthread_mutex_trylock((pthread_mutex_t *)mutex));
}

int mtx_unlock(mtx_t *mutex)
{
	return as_c11(pthread_mutex_unlock((pthread_mutex_t *)mutex));
}

int cnd_init(cnd_t *condition)
{
	return as_c11(pthread_cond_init((pthread_cond_t *)condition, NULL));
}

void cnd_destroy(cnd_t *condition)
{
	pthread_cond_destroy((pthread_cond_t *)condition);
}

int cnd_signal(cnd_t *condition)
{
	return as_c11(pthread_cond_signal((pthread_cond_t *)condition));
}

int cnd_broadcast(cnd_t *condition)
{
	return as_c11(pthread_cond_broadcast((pthread_cond_t *)condition));
}

int cnd_wait(cnd_t *condition, mtx_t *mutex)
{
	return as_c11(pthread_cond_wait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex));
}

int cnd_timedwait(cnd_t *condition, mtx_t *mutex, const struct timespec *deadline)
{
	return as_c11(pthread_cond_timedwait((pthread_cond_t *)condition, (pthread_mutex_t *)mutex,
					     deadline));
}

void call_once(once_flag *flag, void (*function)(void))
{
	pthread_once((pthread_once_t *)flag, function);
}
