/*
 * The messages between the helper and its parent, on the helper's standard input and output. Below
 * step 4 of a message's way. Little endian: u32 channel, u16 length, u8 kind, u8 zero, then as many
 * bytes as length says. The parent numbers its listeners and channels with odd numbers, the helper
 * those that it accepts with even ones; none is ever used twice.
 */
#ifndef MUSTER_WIRE_H
#define MUSTER_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum kind {
	/* parent to helper */
	LISTEN = 1,  /* device: the adapter */
	CONNECT = 2, /* device: the adapter, device: the other end, u16 PSM, u32 ms at most */
	CLOSE = 3,   /* nothing */
	PING = 4,    /* anything up to 16 bytes */
	/* both ways */
	DATA = 5,   /* one packet */
	CREDIT = 6, /* u16 packets that may be sent besides */
	/* helper to parent */
	HELLO = 16,     /* u16 version of this protocol, u16 packet bytes at most, u16 window */
	LISTENING = 17, /* u16 PSM */
	CONNECTED = 18, /* u16 packet bytes at most that may be sent */
	ACCEPTED = 19,  /* u32 listener, device: the other end, u16 as in CONNECTED */
	CLOSED = 20,    /* u16 errno, 0: the other end's or the parent's wish; always the last word */
	PONG = 21,      /* what PING said */
};

#define HEADER_BYTES 8
#define DEVICE_BYTES 7
#define PING_BYTES_MAX 16

/* A device as on the wire: the address as people write it, first octet first, then 1 or 2. */
struct device {
	uint8_t address[6];
	uint8_t type; /* 1: public, 2: random */
};

struct message {
	uint32_t channel;
	uint8_t kind;
	uint16_t length;
	const uint8_t *body;
};

uint16_t read_u16(const uint8_t *at);
uint32_t read_u32(const uint8_t *at);
/* False where the type is none. */
bool read_device(const uint8_t *at, struct device *device);

/* Reads what the parent wrote; false: it is gone. */
bool input_fill(void);
/* The next whole message; its body is good until the next call. False: there is none yet. */
bool input_next(struct message *message);

/* Whether a packet and a few small messages fit. */
bool output_has_room(void);
bool output_is_empty(void);
/* Where the body of the next message may be written before put() is called without a body. */
uint8_t *output_body(void);
void put(uint8_t kind, uint32_t channel, const uint8_t *body, size_t length);
void put_u16(uint8_t kind, uint32_t channel, uint16_t value);
void put_hello(void);
void put_accepted(uint32_t channel, uint32_t listener, const struct device *peer, uint16_t bytes);
/* Writes what the pipe takes; false: the parent is gone. */
bool output_flush(void);

/* Says on standard error why, and ends the process. */
__attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...);

#endif
