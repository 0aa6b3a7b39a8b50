/*
 * Loaded before btvirt: tells of advertisements a moment later. btvirt tells of each one once, in
 * the same moment as it answers that the scan has begun, when the kernel (6.1, mgmt_device_found)
 * does not listen yet; a radio repeats them for ever.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { EVENT_PACKET = 0x04, LE_META_EVENT = 0x3e, ADVERTISING_REPORT = 0x02 };

static const useconds_t late_us = 30000;

static int is_report(const struct iovec *parts, int count)
{
	unsigned char head[4];
	size_t have = 0;

	for (int i = 0; i < count; i++) {
		const unsigned char *bytes = parts[i].iov_base;
		for (size_t at = 0; at < parts[i].iov_len && have < sizeof head; at++)
			head[have++] = bytes[at];
	}
	return have == sizeof head && head[0] == EVENT_PACKET && head[1] == LE_META_EVENT &&
	       head[3] == ADVERTISING_REPORT;
}

ssize_t writev(int fd, const struct iovec *parts, int count)
{
	static ssize_t (*real)(int, const struct iovec *, int);

	if (!real)
		real = dlsym(RTLD_NEXT, "writev");
	if (is_report(parts, count))
		usleep(late_us);
	return real(fd, parts, count);
}
