/*
 * Loaded before btvirt (5.66), whose controllers share an air: what that air lacks.
 *
 * - It tells of each advertisement once, in the same moment as it answers that the scan has begun,
 *   when the kernel (6.1, mgmt_device_found) does not listen yet. Here it tells a moment later; a
 *   radio repeats it for ever.
 * - It tells no strength. Here the file AIR_STRENGTH says one for the whole air, in dBm.
 * - It gives both ends of a connection the handle that is free at the one. Here each end has its
 *   own, so that an adapter can have as many links as it likes.
 * - With AIR_TRACE all that the controllers are told to do on air is written there, a packet a
 *   line: milliseconds of the monotonic clock, controller, c (command) or e (event), hexadecimal.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { COMMAND = 0x01, DATA = 0x02, EVENT = 0x04 };
enum { DISCONNECTED = 0x05, COMMAND_COMPLETE = 0x0e, LE_META = 0x3e };
enum { CONNECTED = 0x01, REPORT = 0x02 };
enum { RESET = 0x0c03, LE_GROUP = 8, PERIPHERAL = 1 };
/* Of btvirt: its first handle, its controllers; and the links that all of them have. */
enum { HANDLE_FIRST = 42, HANDLES = 64, CONTROLLERS_MAX = 16, LINKS_MAX = 128 };
enum { PACKET_MAX = 4096, TRACED_MAX = 300 };
enum { DBM_MIN = -127, DBM_MAX = 20, DBM_UNKNOWN = 127 };

static const useconds_t late_us = 30000;

struct end {
	int controller;
	unsigned handle;
};

static int descriptors[CONTROLLERS_MAX];
static int controllers;
static uint64_t taken[CONTROLLERS_MAX]; /* handles, from HANDLE_FIRST on */
static struct end links[LINKS_MAX][2];
static int link_count;
static struct end half = { -1, 0 }; /* of a connection that the other end is told of next */
static int sender = -1;		    /* whose packet btvirt read last */
static int is_late;

static void *real(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

static int controller_of(int fd)
{
	for (int i = 0; i < controllers; i++)
		if (descriptors[i] == fd)
			return i;
	return -1;
}

static int is_traced(const unsigned char *packet, size_t length)
{
	if (packet[0] == COMMAND && length >= 4) {
		unsigned opcode = packet[1] | packet[2] << 8;
		return opcode >> 10 == LE_GROUP || opcode == RESET;
	}
	if (packet[0] != EVENT || length < 4)
		return 0;
	return packet[1] == COMMAND_COMPLETE || packet[1] == LE_META;
}

static void trace(int controller, const unsigned char *packet, size_t length)
{
	static int file = -1;
	const char *path = getenv("AIR_TRACE");
	char line[64 + 2 * TRACED_MAX];
	struct timespec now;
	int at;

	if (!path || length > TRACED_MAX || !is_traced(packet, length))
		return;
	if (file < 0)
		file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	clock_gettime(CLOCK_MONOTONIC, &now);
	at = sprintf(line, "%lld %d %c ", now.tv_sec * 1000LL + now.tv_nsec / 1000000, controller,
		     packet[0] == COMMAND ? 'c' : 'e');
	for (size_t i = 1; i < length; i++)
		at += sprintf(line + at, "%02x", packet[i]);
	line[at++] = '\n';
	if (write(file, line, at) != at)
		abort();
}

static int strength(void)
{
	const char *path = getenv("AIR_STRENGTH");
	char text[8] = "";
	char *end;
	long dbm;
	int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;

	if (file < 0)
		return DBM_UNKNOWN;
	if (read(file, text, sizeof text - 1) < 0)
		text[0] = 0;
	close(file);
	dbm = strtol(text, &end, 10);
	return end == text || dbm < DBM_MIN || dbm > DBM_MAX ? DBM_UNKNOWN : (int)dbm;
}

/* As btvirt chose it for this end, and did not say: the lowest that is free. */
static unsigned take_handle(int controller)
{
	unsigned i = 0;

	while (i < HANDLES - 1 && taken[controller] >> i & 1)
		i++;
	taken[controller] |= 1ull << i;
	return HANDLE_FIRST + i;
}

static void forget(int controller, unsigned handle)
{
	if (handle - HANDLE_FIRST < HANDLES)
		taken[controller] &= ~(1ull << (handle - HANDLE_FIRST));
	for (int i = link_count - 1; i >= 0; i--)
		for (int side = 0; side < 2; side++)
			if (links[i][side].controller == controller &&
			    links[i][side].handle == handle) {
				memcpy(links[i], links[--link_count], sizeof links[i]);
				break;
			}
}

static void connected(int controller, unsigned char *packet)
{
	struct end end = { controller, take_handle(controller) };

	if (packet[7] == PERIPHERAL) {
		packet[5] = end.handle & 0xff;
		packet[6] = end.handle >> 8;
	}
	if (half.controller < 0) {
		half = end;
		return;
	}
	if (link_count < LINKS_MAX) {
		links[link_count][0] = half;
		links[link_count++][1] = end;
	}
	half.controller = -1;
}

/* Comes with the handle of the sender. */
static void deliver(int controller, unsigned char *packet)
{
	unsigned handle = packet[1] | (packet[2] & 0x0f) << 8;

	for (int i = 0; i < link_count; i++)
		for (int side = 0; side < 2; side++) {
			struct end from = links[i][side];
			struct end to = links[i][!side];
			if (from.controller != sender || from.handle != handle ||
			    to.controller != controller)
				continue;
			packet[1] = to.handle & 0xff;
			packet[2] = (packet[2] & 0xf0) | to.handle >> 8;
			return;
		}
}

static void mend(int controller, unsigned char *packet, size_t length)
{
	if (packet[0] == DATA && length > 4)
		deliver(controller, packet);
	if (packet[0] != EVENT || length < 7)
		return;
	if (packet[1] == DISCONNECTED && packet[3] == 0)
		forget(controller, packet[4] | packet[5] << 8);
	if (packet[1] != LE_META)
		return;
	if (packet[3] == CONNECTED && packet[4] == 0 && length > 7)
		connected(controller, packet);
	if (packet[3] == REPORT) {
		packet[length - 1] = strength();
		if (!is_late)
			usleep(late_us);
		is_late = 1;
	}
}

int open(const char *path, int flags, ...)
{
	int (*next)(const char *, int, ...) = real("open");
	va_list rest;
	int fd;

	va_start(rest, flags);
	fd = next(path, flags, va_arg(rest, int));
	va_end(rest);
	if (fd >= 0 && strcmp(path, "/dev/vhci") == 0 && controllers < CONTROLLERS_MAX)
		descriptors[controllers++] = fd;
	return fd;
}

ssize_t read(int fd, void *buffer, size_t size)
{
	static ssize_t (*next)(int, void *, size_t);
	int controller = controller_of(fd);
	const unsigned char *packet = buffer;
	ssize_t length;

	if (!next)
		next = real("read");
	length = next(fd, buffer, size);
	if (controller < 0 || length <= 0)
		return length;
	sender = controller;
	is_late = 0;
	trace(controller, packet, length);
	return length;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static ssize_t (*next)(int, const struct iovec *, int);
	int controller = controller_of(fd);
	unsigned char packet[PACKET_MAX];
	struct iovec whole = { packet, 0 };

	if (!next)
		next = real("writev");
	for (int i = 0; i < count; i++) {
		if (controller < 0 || whole.iov_len + parts[i].iov_len > sizeof packet)
			return next(fd, parts, count);
		memcpy(packet + whole.iov_len, parts[i].iov_base, parts[i].iov_len);
		whole.iov_len += parts[i].iov_len;
	}
	if (whole.iov_len > 3) {
		mend(controller, packet, whole.iov_len);
		trace(controller, packet, whole.iov_len);
	}
	return next(fd, &whole, 1);
}
