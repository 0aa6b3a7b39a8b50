/* What channel.h says: one table, no memory but this. */
#define _GNU_SOURCE
#include "channel.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "family.h"

enum state { FREE, LISTENS, CONNECTS, STANDS };

struct packet {
	uint16_t length;
	uint8_t bytes[PACKET_BYTES_MAX];
};

struct channel {
	enum state state;
	uint32_t id;
	int socket;
	/* CONNECTS: where to, and until when. */
	struct device peer;
	uint16_t psm;
	int64_t deadline_ms;
	/* Not before this, though the kernel says that it would. */
	int64_t again_ms;
	/* What the other end takes. */
	uint16_t send_max;
	/* Packets from the parent that the kernel did not take yet, in a ring. */
	unsigned first, waiting;
	/* Packets that the kernel took since the parent was told. */
	unsigned taken;
	/* Packets that the parent still wants. */
	unsigned credit;
	/* It was not read for want of credit: the kernel may have thrown packets away. */
	bool was_held;
	/* poll() says that it ended; the rest is read when there is credit. */
	bool is_over;
};

static struct channel channels[CHANNELS_MAX];
static struct packet packets[CHANNELS_MAX][WINDOW_PACKETS];
static uint32_t last_of_parent;
static uint32_t next_own = 2;

int64_t monotonic_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct channel *find(uint32_t id)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++)
		if (channels[i].state != FREE && channels[i].id == id)
			return &channels[i];
	return NULL;
}

static struct channel *take_place(enum state state, uint32_t id, int socket)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		if (channels[i].state != FREE)
			continue;
		channels[i] = (struct channel){.state = state, .id = id, .socket = socket};
		return &channels[i];
	}
	return NULL;
}

static void end(struct channel *channel, int code)
{
	family_close(channel->socket);
	put_u16(CLOSED, channel->id, (uint16_t)code);
	channel->state = FREE;
}

static void stand(struct channel *channel)
{
	channel->send_max = family_send_max(channel->socket);
	if (channel->send_max == 0) {
		end(channel, ENOTCONN);
		return;
	}
	channel->state = STANDS;
	channel->credit = WINDOW_PACKETS;
	put_u16(CONNECTED, channel->id, channel->send_max);
}

/* What the parent opens has a number of its own, higher than all before. */
static void begin(const struct message *message)
{
	if (message->channel % 2 != 1 || message->channel <= last_of_parent)
		fail("malformed: number %u after %u", message->channel, last_of_parent);
	last_of_parent = message->channel;
}

static void read_some_device(const uint8_t *at, struct device *device)
{
	if (!read_device(at, device))
		fail("malformed: no device");
}

static void obey_listen(const struct message *message)
{
	struct device adapter;
	uint16_t psm = 0;
	begin(message);
	read_some_device(message->body, &adapter);
	int socket = family_listen(&adapter, &psm);
	if (socket >= 0 && take_place(LISTENS, message->channel, socket) == NULL) {
		family_close(socket);
		socket = -ENOSPC;
	}
	if (socket < 0)
		put_u16(CLOSED, message->channel, (uint16_t)-socket);
	else
		put_u16(LISTENING, message->channel, psm);
}

static void try_connect(struct channel *channel, int64_t now_ms)
{
	int answer = family_connect(channel->socket, &channel->peer, channel->psm);
	if (answer == 0)
		stand(channel);
	else if (answer == -EAGAIN)
		channel->again_ms = now_ms + RETRY_MS;
	else if (answer != -EINPROGRESS)
		end(channel, -answer);
}

static void obey_connect(const struct message *message)
{
	struct device adapter, peer;
	begin(message);
	read_some_device(message->body, &adapter);
	read_some_device(message->body + DEVICE_BYTES, &peer);
	uint32_t ms = read_u32(message->body + 2 * DEVICE_BYTES + 2);
	int socket = family_open(&adapter, message->channel);
	struct channel *channel = NULL;
	if (socket >= 0)
		channel = take_place(CONNECTS, message->channel, socket);
	if (channel == NULL) {
		if (socket >= 0)
			family_close(socket);
		put_u16(CLOSED, message->channel, (uint16_t)(socket < 0 ? -socket : ENOSPC));
		return;
	}
	int64_t now_ms = monotonic_ms();
	channel->peer = peer;
	channel->psm = read_u16(message->body + 2 * DEVICE_BYTES);
	channel->deadline_ms = now_ms + (ms < CONNECT_MS_MAX ? ms : CONNECT_MS_MAX);
	try_connect(channel, now_ms);
}

/* Hands a packet to the kernel; false: it must wait, unless the channel is over. */
static bool push(struct channel *channel, const uint8_t *bytes, size_t length)
{
	int flags = MSG_NOSIGNAL | MSG_DONTWAIT;
	ssize_t took = send(channel->socket, bytes, length, flags);
	/* No room, though the other end gave credit and nothing is on its way: it would never go. */
	while (took < 0 && errno == EAGAIN && family_is_idle(channel->socket)) {
		took = send(channel->socket, bytes, length, flags);
		if (took < 0 && errno == EAGAIN && !family_widen(channel->socket)) {
			errno = ENOBUFS;
			break;
		}
	}
	if (took >= 0) {
		channel->taken++;
		return true;
	}
	if (errno == EAGAIN || errno == EINTR)
		channel->again_ms = monotonic_ms() + RETRY_MS;
	else
		channel->is_over = true;
	return false;
}

static void obey_data(struct channel *channel, const struct message *message)
{
	if (channel->state != STANDS)
		fail("malformed: a packet where no channel stands");
	if (message->length == 0 || message->length > channel->send_max)
		fail("malformed: a packet of %u bytes", message->length);
	if (channel->waiting + channel->taken >= WINDOW_PACKETS)
		fail("malformed: a packet without credit");
	if (channel->is_over)
		return;
	if (channel->waiting == 0 && push(channel, message->body, message->length))
		return;
	size_t place = (size_t)(channel - channels);
	struct packet *packet = &packets[place][(channel->first + channel->waiting) % WINDOW_PACKETS];
	packet->length = message->length;
	memcpy(packet->bytes, message->body, message->length);
	channel->waiting++;
}

static void obey_credit(struct channel *channel, const struct message *message)
{
	channel->credit += read_u16(message->body);
	if (channel->state != STANDS || channel->credit > WINDOW_PACKETS)
		fail("malformed: credit for %u packets", channel->credit);
}

void channels_obey(const struct message *message)
{
	if (message->kind == PING)
		put(PONG, message->channel, message->body, message->length);
	else if (message->kind == LISTEN)
		obey_listen(message);
	else if (message->kind == CONNECT)
		obey_connect(message);
	else {
		struct channel *channel = find(message->channel);
		bool was_there = message->channel % 2 == 1 ? message->channel <= last_of_parent
							   : message->channel < next_own;
		if (!was_there)
			fail("malformed: number %u is nothing", message->channel);
		/* Closed while this was on its way. */
		if (channel == NULL)
			return;
		if (message->kind == CLOSE)
			end(channel, 0);
		else if (message->kind == DATA)
			obey_data(channel, message);
		else
			obey_credit(channel, message);
	}
}

static void sooner(int *wait_ms, int64_t at_ms, int64_t now_ms)
{
	int64_t left_ms = at_ms > now_ms ? at_ms - now_ms : 0;
	if (*wait_ms < 0 || left_ms < *wait_ms)
		*wait_ms = (int)left_ms;
}

int channels_wait_for(struct pollfd places[CHANNELS_MAX], int64_t now_ms)
{
	int wait_ms = -1;
	bool may_read = output_has_room();
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		struct channel *channel = &channels[i];
		short events = 0;
		bool is_later = channel->again_ms > now_ms;
		if (channel->state == LISTENS && may_read)
			events = POLLIN;
		if (channel->state == CONNECTS) {
			/* A socket that is to try again is not connecting: poll() would say so for ever. */
			events = channel->again_ms == 0 ? POLLOUT : 0;
			sooner(&wait_ms, channel->deadline_ms, now_ms);
		}
		if (channel->state == STANDS) {
			if (channel->credit > 0 && may_read)
				events |= POLLIN;
			if (channel->waiting > 0 && !is_later && !channel->is_over)
				events |= POLLOUT;
			/* What is left after the end is read without being told of it. */
			if (channel->is_over && (events & POLLIN) != 0)
				sooner(&wait_ms, now_ms, now_ms);
			channel->was_held |= (events & POLLIN) == 0;
		}
		/* Nothing is sent to one that is over: its time would stay due, and this turn at once. */
		if (channel->state >= CONNECTS && channel->again_ms != 0 && !channel->is_over)
			sooner(&wait_ms, channel->again_ms, now_ms);
		/* With no event asked for, the end of a channel would still be told again and again. */
		places[i].fd = events == 0 ? -1 : channel->socket;
		places[i].events = events;
		places[i].revents = 0;
	}
	return wait_ms;
}

static void go_on_listening(struct channel *channel)
{
	for (int i = 0; i < BACKLOG && output_has_room(); i++) {
		struct device peer;
		int socket = family_accept(channel->socket, &peer);
		if (socket == -EAGAIN)
			return;
		if (socket < 0) {
			end(channel, -socket);
			return;
		}
		uint16_t send_max = family_send_max(socket);
		struct channel *accepted =
			send_max == 0 ? NULL : take_place(STANDS, next_own, socket);
		if (accepted == NULL) {
			family_close(socket);
			continue;
		}
		next_own += 2;
		accepted->send_max = send_max;
		accepted->credit = WINDOW_PACKETS;
		put_accepted(accepted->id, channel->id, &peer, send_max);
	}
}

static void go_on_connecting(struct channel *channel, short happened, int64_t now_ms)
{
	if (happened != 0) {
		int answer = family_connected(channel->socket);
		if (answer == 0)
			stand(channel);
		else
			end(channel, -answer);
	} else if (channel->deadline_ms <= now_ms) {
		end(channel, ETIMEDOUT);
	} else if (channel->again_ms != 0 && channel->again_ms <= now_ms) {
		channel->again_ms = 0;
		try_connect(channel, now_ms);
	}
}

static void go_on_sending(struct channel *channel)
{
	size_t place = (size_t)(channel - channels);
	channel->again_ms = 0;
	while (channel->waiting > 0) {
		struct packet *packet = &packets[place][channel->first];
		if (!push(channel, packet->bytes, packet->length))
			return;
		channel->first = (channel->first + 1) % WINDOW_PACKETS;
		channel->waiting--;
	}
}

static void go_on_reading(struct channel *channel)
{
	for (int i = 0; i < PACKETS_PER_TURN && channel->credit > 0 && output_has_room(); i++) {
		if (channel->was_held && family_dropped(channel->socket) > 0) {
			end(channel, ENOBUFS);
			return;
		}
		ssize_t got = recv(channel->socket, output_body(), PACKET_BYTES_MAX,
			MSG_DONTWAIT | MSG_TRUNC);
		if (got < 0 && (errno == EAGAIN || errno == EINTR) && !channel->is_over) {
			channel->was_held = false;
			return;
		}
		if (got <= 0 || got > PACKET_BYTES_MAX) {
			int code = got < 0 ? errno : got == 0 ? 0 : EMSGSIZE;
			end(channel, code == EAGAIN ? EPIPE : code);
			return;
		}
		put(DATA, channel->id, NULL, (size_t)got);
		channel->credit--;
	}
}

void channels_go_on(const struct pollfd places[CHANNELS_MAX], int64_t now_ms)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		struct channel *channel = &channels[i];
		short happened = places[i].fd >= 0 ? places[i].revents : 0;
		bool is_due = channel->again_ms != 0 && channel->again_ms <= now_ms;
		if (channel->state == LISTENS && happened != 0)
			go_on_listening(channel);
		if (channel->state == CONNECTS)
			go_on_connecting(channel, happened, now_ms);
		if (channel->state != STANDS)
			continue;
		if (channel->waiting > 0 && ((happened & POLLOUT) != 0 || is_due) && !channel->is_over)
			go_on_sending(channel);
		channel->is_over |= (happened & (POLLHUP | POLLERR)) != 0;
		if ((happened & POLLIN) != 0 || channel->is_over)
			go_on_reading(channel);
	}
}

void channels_tell_credit(void)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++) {
		struct channel *channel = &channels[i];
		if (channel->state != STANDS || channel->taken == 0)
			continue;
		put_u16(CREDIT, channel->id, (uint16_t)channel->taken);
		channel->taken = 0;
	}
}

void channels_end(void)
{
	for (size_t i = 0; i < CHANNELS_MAX; i++)
		if (channels[i].state != FREE)
			family_close(channels[i].socket);
}
