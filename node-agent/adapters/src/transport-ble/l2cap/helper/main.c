/*
 * muster-l2cap: the L2CAP sockets that Node lacks, for one parent on standard input and output
 * (wire.h). One process and one poll loop for all adapters. It ends when its parent does, whatever
 * the cause, and keeps nothing anywhere. Below step 4 of a message's way; it knows packets only.
 *
 *     muster-l2cap                 channels of Bluetooth LE
 *     muster-l2cap --unix FOLDER   the same between sockets in a folder, for tests
 *     muster-l2cap --version
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "channel.h"
#include "family.h"
#include "limits.h"
#include "wire.h"

static void do_not_wait(int fd)
{
	int flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		fail("no standard input or output: %s", strerror(errno));
}

/* One round; false once the parent is gone. */
static bool go_on(void)
{
	struct pollfd places[2 + CHANNELS_MAX];
	static bool has_unread; /* whole messages may wait in the input for room in the output */
	bool may_obey = output_has_room();
	int64_t now_ms = monotonic_ms();
	int wait_ms = channels_wait_for(places + 2, now_ms);
	places[0] = (struct pollfd){.fd = may_obey ? STDIN_FILENO : -1, .events = POLLIN};
	places[1] = (struct pollfd){.fd = output_is_empty() ? -1 : STDOUT_FILENO, .events = POLLOUT};
	if (poll(places, 2 + CHANNELS_MAX, may_obey && has_unread ? 0 : wait_ms) < 0) {
		if (errno == EINTR)
			return true;
		fail("poll: %s", strerror(errno));
	}
	if (places[0].revents != 0 && !input_fill())
		return false;
	channels_go_on(places + 2, monotonic_ms());
	struct message message;
	has_unread = true;
	while (output_has_room() && (has_unread = input_next(&message)))
		channels_obey(&message);
	channels_tell_credit();
	return output_flush();
}

int main(int count, char **arguments)
{
	if (count == 2 && strcmp(arguments[1], "--version") == 0) {
		printf("muster-l2cap %d\n", PROTOCOL_VERSION);
		return 0;
	}
	if (count == 3 && strcmp(arguments[1], "--unix") == 0)
		family_choose(arguments[2]);
	else if (count != 1)
		fail("usage: muster-l2cap [--unix FOLDER | --version]");
	signal(SIGPIPE, SIG_IGN);
	do_not_wait(STDIN_FILENO);
	do_not_wait(STDOUT_FILENO);
	put_hello();
	while (go_on())
		;
	channels_end();
	return 0;
}
