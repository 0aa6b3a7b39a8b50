/* What family.h says. Linux only; the kernel's own structures are written out here, because the
 * headers of libbluetooth are not needed for anything else. */
#define _GNU_SOURCE
#include "family.h"

#include <errno.h>
#include <poll.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/sock_diag.h>

#include "limits.h"

#define BTPROTO_L2CAP 0
#define SOL_BLUETOOTH 274
#define BT_SNDMTU 12
#define BT_RCVMTU 13
#define PSM_MIN 0x80
#define PSM_MAX 0xff

struct sockaddr_l2 {
	sa_family_t family;
	uint16_t psm; /* little endian, as the address is: last octet first */
	uint8_t address[6];
	uint16_t cid;
	uint8_t type;
};

static const char *folder;

void family_choose(const char *unix_folder)
{
	folder = unix_folder;
}

static struct sockaddr_l2 bluetooth_name(const struct device *device, uint16_t psm)
{
	struct sockaddr_l2 name = {.family = AF_BLUETOOTH, .type = device->type};
	uint8_t little[2] = {(uint8_t)psm, (uint8_t)(psm >> 8)};
	memcpy(&name.psm, little, sizeof little);
	for (size_t i = 0; i < sizeof name.address; i++)
		name.address[i] = device->address[sizeof name.address - 1 - i];
	return name;
}

/* In the folder: the device, its type, and what it is: a PSM or the number of a channel. */
static int unix_name(struct sockaddr_un *name, const struct device *device, char what, uint32_t number)
{
	const uint8_t *a = device->address;
	memset(name, 0, sizeof *name);
	name->sun_family = AF_UNIX;
	int length = snprintf(name->sun_path, sizeof name->sun_path,
		"%s/%02x%02x%02x%02x%02x%02x%c%c%x", folder, a[0], a[1], a[2], a[3], a[4], a[5],
		device->type == 1 ? 'p' : 'r', what, number);
	return length < (int)sizeof name->sun_path ? 0 : -ENAMETOOLONG;
}

/* The device of a name in the folder; false where it is none of ours. */
static bool unix_device(const struct sockaddr_un *name, struct device *device)
{
	const char *file = strrchr(name->sun_path, '/');
	uint8_t *a = device->address;
	char type = 0;
	if (file == NULL || sscanf(file, "/%2hhx%2hhx%2hhx%2hhx%2hhx%2hhx%c", a, a + 1, a + 2, a + 3,
			a + 4, a + 5, &type) != 7)
		return false;
	device->type = type == 'p' ? 1 : 2;
	return true;
}

/* Little on its way out, much on its way in; for those that were accepted as well. */
static int with_buffers(int fd)
{
	int out = SEND_BUFFER_BYTES;
	int in = RECEIVE_BUFFER_BYTES;
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &out, sizeof out);
	setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &in, sizeof in);
	return fd;
}

static int new_socket(void)
{
	int kind = SOCK_SEQPACKET | SOCK_NONBLOCK | SOCK_CLOEXEC;
	int fd = folder == NULL ? socket(AF_BLUETOOTH, kind, BTPROTO_L2CAP) : socket(AF_UNIX, kind, 0);
	return fd < 0 ? -errno : with_buffers(fd);
}

/* Binds to the adapter by any free PSM, as its channels and its listener must be. */
static int bind_bluetooth(int fd, const struct device *adapter)
{
	struct sockaddr_l2 name = bluetooth_name(adapter, 0);
	uint16_t bytes = PACKET_BYTES_MAX;
	if (bind(fd, (struct sockaddr *)&name, sizeof name) < 0)
		return -errno;
	if (setsockopt(fd, SOL_BLUETOOTH, BT_RCVMTU, &bytes, sizeof bytes) < 0)
		return -errno;
	return 0;
}

static int bind_unix(int fd, const struct device *adapter, uint16_t *psm)
{
	struct sockaddr_un name;
	for (uint16_t number = PSM_MIN; number <= PSM_MAX; number++) {
		int refused = unix_name(&name, adapter, '-', number);
		if (refused < 0)
			return refused;
		*psm = number;
		if (bind(fd, (struct sockaddr *)&name, sizeof name) == 0)
			return 0;
		if (errno != EADDRINUSE)
			return -errno;
	}
	return -EADDRINUSE;
}

static int bound_psm(int fd, uint16_t *psm)
{
	struct sockaddr_l2 name;
	socklen_t length = sizeof name;
	if (getsockname(fd, (struct sockaddr *)&name, &length) < 0)
		return -errno;
	*psm = read_u16((const uint8_t *)&name.psm);
	return *psm >= PSM_MIN && *psm <= PSM_MAX ? 0 : -EADDRNOTAVAIL;
}

int family_listen(const struct device *adapter, uint16_t *psm)
{
	int fd = new_socket();
	if (fd < 0)
		return fd;
	int refused = folder == NULL ? bind_bluetooth(fd, adapter) : bind_unix(fd, adapter, psm);
	if (refused == 0 && listen(fd, BACKLOG) < 0)
		refused = -errno;
	/* The kernel chooses the PSM no later than here. */
	if (refused == 0 && folder == NULL)
		refused = bound_psm(fd, psm);
	if (refused == 0)
		return fd;
	close(fd);
	return refused;
}

int family_accept(int listener, struct device *peer)
{
	union {
		struct sockaddr any;
		struct sockaddr_l2 l2;
		struct sockaddr_un un;
	} name;
	memset(&name, 0, sizeof name);
	socklen_t length = sizeof name - 1; /* a path always ends */
	int fd = accept4(listener, &name.any, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd < 0)
		return errno == ECONNABORTED || errno == EINTR ? -EAGAIN : -errno;
	if (folder != NULL) {
		if (unix_device(&name.un, peer))
			return with_buffers(fd);
		close(fd);
		return -EAGAIN;
	}
	for (size_t i = 0; i < sizeof peer->address; i++)
		peer->address[i] = name.l2.address[sizeof peer->address - 1 - i];
	peer->type = name.l2.type;
	return with_buffers(fd);
}

int family_open(const struct device *adapter, uint32_t number)
{
	int fd = new_socket();
	if (fd < 0)
		return fd;
	int refused = 0;
	struct sockaddr_un name;
	if (folder == NULL) {
		refused = bind_bluetooth(fd, adapter);
	} else {
		/* The name is there for whoever accepts to read, and gone with us. */
		refused = unix_name(&name, adapter, '=', (uint32_t)getpid() << 8 | (number & 255));
		if (refused == 0 && bind(fd, (struct sockaddr *)&name, sizeof name) < 0)
			refused = -errno;
		if (refused == 0)
			unlink(name.sun_path);
	}
	if (refused == 0)
		return fd;
	close(fd);
	return refused;
}

int family_connect(int socket, const struct device *peer, uint16_t psm)
{
	int done;
	if (folder == NULL) {
		struct sockaddr_l2 name = bluetooth_name(peer, psm);
		done = connect(socket, (struct sockaddr *)&name, sizeof name);
	} else {
		struct sockaddr_un name;
		int refused = unix_name(&name, peer, '-', psm);
		if (refused < 0)
			return refused;
		done = connect(socket, (struct sockaddr *)&name, sizeof name);
	}
	return done == 0 ? 0 : -errno;
}

int family_connected(int socket)
{
	int code = 0;
	socklen_t length = sizeof code;
	if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &code, &length) < 0)
		return -errno;
	if (code != 0)
		return -code;
	struct sockaddr_storage name;
	length = sizeof name;
	return getpeername(socket, (struct sockaddr *)&name, &length) < 0 ? -ECONNREFUSED : 0;
}

uint16_t family_send_max(int socket)
{
	uint16_t bytes = 0;
	socklen_t length = sizeof bytes;
	if (folder != NULL)
		return PACKET_BYTES_MAX;
	if (getsockopt(socket, SOL_BLUETOOTH, BT_SNDMTU, &bytes, &length) < 0)
		return 0;
	return bytes < PACKET_BYTES_MAX ? bytes : PACKET_BYTES_MAX;
}

uint32_t family_dropped(int socket)
{
	uint32_t values[SK_MEMINFO_VARS] = {0};
	socklen_t length = sizeof values;
	if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values, &length) < 0)
		return 0;
	return values[SK_MEMINFO_DROPS];
}

bool family_is_idle(int socket)
{
	uint32_t values[SK_MEMINFO_VARS] = {0};
	socklen_t length = sizeof values;
	struct pollfd place = {.fd = socket, .events = POLLOUT};
	if (getsockopt(socket, SOL_SOCKET, SO_MEMINFO, values, &length) < 0)
		return false;
	/* Without credit of the other end the kernel does not call it writable. */
	return values[SK_MEMINFO_WMEM_ALLOC] == 0 && poll(&place, 1, 0) == 1 &&
	       place.revents == POLLOUT;
}

bool family_widen(int socket)
{
	int before = 0, after = 0;
	socklen_t length = sizeof before;
	getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &before, &length);
	if (before >= SEND_BUFFER_BYTES_MAX)
		return false;
	/* The kernel doubles what it is given, and has a most of its own. */
	setsockopt(socket, SOL_SOCKET, SO_SNDBUF, &before, sizeof before);
	getsockopt(socket, SOL_SOCKET, SO_SNDBUF, &after, &length);
	return after > before;
}

void family_close(int socket)
{
	struct sockaddr_un name = {0};
	socklen_t length = sizeof name - 1;
	int is_listener = 0;
	socklen_t flag = sizeof is_listener;
	getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &is_listener, &flag);
	if (folder != NULL && is_listener != 0 &&
		getsockname(socket, (struct sockaddr *)&name, &length) == 0)
		unlink(name.sun_path);
	close(socket);
}
