/*
 * fail-nth.so, for LD_PRELOAD: fails calls of one process by their number.
 *
 *   FAIL_NTH="CALL@CALLER=HOW:N,N,…;…"
 *
 * CALL is malloc (calloc, realloc and strdup count with it), send, recv, sendmsg, recvmsg, poll or
 * connect. CALLER is `program` or a part of the name of the shared object that calls, `libpq` for
 * one; only its calls are counted. HOW is NOMEM, RESET, REFUSED, INTR, AGAIN, EOF (the other end
 * has closed) or SHORT (one byte goes over). N counts from 1. FAIL_NTH_REPORT names a file that
 * gets a line for each failure, and at exit a line for each rule with the number of its calls.
 *
 * Why not libfiu: its preload library covers these calls, but fiu-run can fail them always or by
 * chance only, not the n-th, and not by caller. An allocation that fails within librdkafka ends in
 * its own assertions or a SIGSEGV there, which would say nothing about us.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#define RULES_MAX 32
#define NUMBERS_MAX 256
#define RANGES_MAX 8

enum how { NONE, NOMEM, RESET, REFUSED, INTR, AGAIN, END_OF_FILE, SHORT };

static const char *const how_names[] = { "NONE", "NOMEM", "RESET", "REFUSED",
					 "INTR", "AGAIN", "EOF",   "SHORT" };
static const int how_errors[] = { 0, ENOMEM, ECONNRESET, ECONNREFUSED, EINTR, EAGAIN, 0, 0 };

struct range {
	uintptr_t low, high;
};

struct rule {
	char call[16], caller[32];
	enum how how;
	unsigned long numbers[NUMBERS_MAX];
	int number_count;
	struct range code[RANGES_MAX]; /* where the caller's code is */
	int code_count;
	atomic_ulong calls;
};

static struct rule rules[RULES_MAX];
static int rule_count; /* 0 until the constructor has run: nothing fails before */
static int report = -1;

static struct {
	void *(*malloc)(size_t);
	void *(*calloc)(size_t, size_t);
	void *(*realloc)(void *, size_t);
	char *(*strdup)(const char *);
	ssize_t (*send)(int, const void *, size_t, int);
	ssize_t (*recv)(int, void *, size_t, int);
	ssize_t (*sendmsg)(int, const struct msghdr *, int);
	ssize_t (*recvmsg)(int, struct msghdr *, int);
	int (*poll)(struct pollfd *, nfds_t, int);
	int (*connect)(int, __CONST_SOCKADDR_ARG, socklen_t);
} real;

/* What would have been called without us: the C library's, or a sanitizer's. */
static void find_real(void)
{
	*(void **)&real.malloc = dlsym(RTLD_NEXT, "malloc");
	*(void **)&real.calloc = dlsym(RTLD_NEXT, "calloc");
	*(void **)&real.realloc = dlsym(RTLD_NEXT, "realloc");
	*(void **)&real.strdup = dlsym(RTLD_NEXT, "strdup");
	*(void **)&real.send = dlsym(RTLD_NEXT, "send");
	*(void **)&real.recv = dlsym(RTLD_NEXT, "recv");
	*(void **)&real.sendmsg = dlsym(RTLD_NEXT, "sendmsg");
	*(void **)&real.recvmsg = dlsym(RTLD_NEXT, "recvmsg");
	*(void **)&real.poll = dlsym(RTLD_NEXT, "poll");
	*(void **)&real.connect = dlsym(RTLD_NEXT, "connect");
}

/* ---- which calls fail ---- */

/* No stdio: nothing here may allocate. */
static void tell(const struct rule *rule, unsigned long number, const char *what)
{
	char line[128];
	int length = snprintf(line, sizeof(line), "%s@%s %lu %s\n", rule->call, rule->caller,
			      number, what);
	ssize_t written;

	if (report >= 0)
		written = write(report, line, (size_t)length);
	(void)written;
}

static bool comes_from(const struct rule *rule, uintptr_t address)
{
	for (int i = 0; i < rule->code_count; i++) {
		if (address >= rule->code[i].low && address < rule->code[i].high)
			return true;
	}
	return false;
}

static enum how fate(const char *call, const void *caller)
{
	for (int i = 0; i < rule_count; i++) {
		struct rule *rule = &rules[i];
		unsigned long number;

		if (strcmp(rule->call, call) != 0 || !comes_from(rule, (uintptr_t)caller))
			continue;
		number = atomic_fetch_add(&rule->calls, 1) + 1;
		for (int k = 0; k < rule->number_count; k++) {
			if (rule->numbers[k] == number) {
				tell(rule, number, how_names[rule->how]);
				errno = how_errors[rule->how];
				return rule->how;
			}
		}
	}
	return NONE;
}

/* ---- the calls ---- */

/* A socket that was reset once stays dead: without that, libpq would wait for what the server says
 * about it. */
static enum how fate_of_socket(const char *call, int socket, const void *caller)
{
	enum how how = fate(call, caller);

	if (how == RESET || how == END_OF_FILE) {
		shutdown(socket, SHUT_RDWR);
		errno = how_errors[how];
	}
	return how;
}

#define FATE(call) fate(call, __builtin_return_address(0))
#define FATE_OF_SOCKET(call) fate_of_socket(call, socket, __builtin_return_address(0))

void *malloc(size_t size)
{
	if (!real.malloc)
		find_real();
	return FATE("malloc") ? NULL : real.malloc(size);
}

void *calloc(size_t count, size_t size)
{
	if (!real.calloc)
		find_real();
	return FATE("malloc") ? NULL : real.calloc(count, size);
}

void *realloc(void *old, size_t size)
{
	if (!real.realloc)
		find_real();
	return FATE("malloc") ? NULL : real.realloc(old, size);
}

char *strdup(const char *text)
{
	return FATE("malloc") ? NULL : real.strdup(text);
}

ssize_t send(int socket, const void *bytes, size_t length, int flags)
{
	enum how how = FATE_OF_SOCKET("send");

	if (how_errors[how])
		return -1;
	return real.send(socket, bytes, how == SHORT && length ? 1 : length, flags);
}

ssize_t recv(int socket, void *bytes, size_t length, int flags)
{
	enum how how = FATE_OF_SOCKET("recv");

	if (how_errors[how])
		return -1;
	if (how == END_OF_FILE)
		return 0;
	return real.recv(socket, bytes, how == SHORT && length ? 1 : length, flags);
}

/* The message with room for one byte. */
static struct msghdr shortened(const struct msghdr *message, struct iovec *first)
{
	struct msghdr one = *message;

	if (one.msg_iovlen && one.msg_iov[0].iov_len) {
		*first = (struct iovec){ one.msg_iov[0].iov_base, 1 };
		one.msg_iov = first;
		one.msg_iovlen = 1;
	}
	return one;
}

ssize_t sendmsg(int socket, const struct msghdr *message, int flags)
{
	enum how how = FATE_OF_SOCKET("sendmsg");
	struct iovec first;
	struct msghdr one;

	if (how_errors[how])
		return -1;
	if (how != SHORT)
		return real.sendmsg(socket, message, flags);
	one = shortened(message, &first);
	return real.sendmsg(socket, &one, flags);
}

ssize_t recvmsg(int socket, struct msghdr *message, int flags)
{
	enum how how = FATE_OF_SOCKET("recvmsg");
	struct iovec first;
	struct msghdr one;

	if (how_errors[how])
		return -1;
	if (how == END_OF_FILE)
		return 0;
	if (how != SHORT)
		return real.recvmsg(socket, message, flags);
	one = shortened(message, &first);
	return real.recvmsg(socket, &one, flags);
}

int poll(struct pollfd *sockets, nfds_t count, int timeout)
{
	return FATE("poll") ? -1 : real.poll(sockets, count, timeout);
}

int connect(int socket, __CONST_SOCKADDR_ARG address, socklen_t length)
{
	return FATE("connect") ? -1 : real.connect(socket, address, length);
}

/* ---- start and end ---- */

static _Noreturn void refuse(const char *what)
{
	static const char prefix[] = "fail-nth: wrong rule: ";
	ssize_t written = write(STDERR_FILENO, prefix, sizeof(prefix) - 1) +
			  write(STDERR_FILENO, what, strlen(what));

	(void)written;
	_exit(2);
}

static enum how how_by_name(const char *name, size_t length)
{
	for (size_t i = 0; i < sizeof(how_names) / sizeof(how_names[0]); i++) {
		if (strlen(how_names[i]) == length && strncmp(how_names[i], name, length) == 0)
			return (enum how)i;
	}
	refuse(name);
}

/* The text up to one of `ends`; the end itself is skipped. */
static const char *take_word(const char *text, char end, char *ret_word, size_t size)
{
	size_t length = strcspn(text, (char[]){ end, '\0' });

	if (text[length] != end || length >= size)
		refuse(text);
	memcpy(ret_word, text, length);
	ret_word[length] = '\0';
	return text + length + 1;
}

static const char *read_rule(const char *text, struct rule *rule)
{
	char how[16];

	text = take_word(text, '@', rule->call, sizeof(rule->call));
	text = take_word(text, '=', rule->caller, sizeof(rule->caller));
	text = take_word(text, ':', how, sizeof(how));
	rule->how = how_by_name(how, strlen(how));
	while (*text && *text != ';') {
		char *end;

		if (rule->number_count == NUMBERS_MAX)
			refuse(text);
		rule->numbers[rule->number_count++] = strtoul(text, &end, 10);
		if (end == text)
			refuse(text);
		text = *end == ',' ? end + 1 : end;
	}
	return *text ? text + 1 : text;
}

static void note_code(struct rule *rule, const struct dl_phdr_info *object)
{
	for (int i = 0; i < object->dlpi_phnum && rule->code_count < RANGES_MAX; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t low = object->dlpi_addr + part->p_vaddr;

		if (part->p_type == PT_LOAD && part->p_flags & PF_X)
			rule->code[rule->code_count++] = (struct range){ low, low + part->p_memsz };
	}
}

/* The program comes first and has no name. */
static int on_object(struct dl_phdr_info *object, size_t size, void *is_program)
{
	(void)size;
	for (int i = 0; i < rule_count; i++) {
		bool program = strcmp(rules[i].caller, "program") == 0;

		if (program ? *(bool *)is_program
			    : strstr(object->dlpi_name, rules[i].caller) != NULL)
			note_code(&rules[i], object);
	}
	*(bool *)is_program = false;
	return 0;
}

__attribute__((constructor)) static void start(void)
{
	const char *text = getenv("FAIL_NTH");
	const char *path = getenv("FAIL_NTH_REPORT");
	bool is_program = true;
	int count = 0;

	find_real();
	if (path)
		report = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	while (text && *text) {
		if (count == RULES_MAX)
			refuse(text);
		text = read_rule(text, &rules[count++]);
	}
	rule_count = count;
	dl_iterate_phdr(on_object, &is_program);
	for (int i = 0; i < rule_count; i++) {
		if (!rules[i].code_count)
			refuse(rules[i].caller);
	}
}

__attribute__((destructor)) static void end(void)
{
	for (int i = 0; i < rule_count; i++)
		tell(&rules[i], atomic_load(&rules[i].calls), "calls");
}
