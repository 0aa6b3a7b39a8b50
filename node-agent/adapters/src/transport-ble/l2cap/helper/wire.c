/*
 * Reads and writes the messages of wire.h. What is malformed ends the process: it can only come
 * from our own parent, and then nothing that it says can be trusted any more.
 */
#include "wire.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "limits.h"

/* Small messages that one event can cause: closed, credit and accepted of every channel. */
#define RESERVE_BYTES (CHANNELS_MAX * 3 * 32)

static uint8_t input[INPUT_BYTES];
static size_t input_start, input_end;
static uint8_t output[OUTPUT_BYTES];
static size_t output_start, output_end;

void fail(const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	exit(1);
}

uint16_t read_u16(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

uint32_t read_u32(const uint8_t *at)
{
	return read_u16(at) | (uint32_t)read_u16(at + 2) << 16;
}

bool read_device(const uint8_t *at, struct device *device)
{
	memcpy(device->address, at, sizeof device->address);
	device->type = at[sizeof device->address];
	return device->type == 1 || device->type == 2;
}

static void write_u16(uint8_t *at, uint16_t value)
{
	at[0] = (uint8_t)value;
	at[1] = (uint8_t)(value >> 8);
}

static void write_u32(uint8_t *at, uint32_t value)
{
	write_u16(at, (uint16_t)value);
	write_u16(at + 2, (uint16_t)(value >> 16));
}

bool input_fill(void)
{
	if (input_start > 0) {
		memmove(input, input + input_start, input_end - input_start);
		input_end -= input_start;
		input_start = 0;
	}
	/* Full only where whole messages wait for room in the output. */
	if (input_end == sizeof input)
		return true;
	ssize_t got = read(STDIN_FILENO, input + input_end, sizeof input - input_end);
	if (got > 0)
		input_end += (size_t)got;
	return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

static size_t body_bytes_max(uint8_t kind)
{
	switch (kind) {
	case LISTEN:
		return DEVICE_BYTES;
	case CONNECT:
		return 2 * DEVICE_BYTES + 6;
	case CLOSE:
		return 0;
	case PING:
		return PING_BYTES_MAX;
	case DATA:
		return PACKET_BYTES_MAX;
	case CREDIT:
		return 2;
	default:
		fail("malformed: a message of kind %u", kind);
	}
}

bool input_next(struct message *message)
{
	const uint8_t *at = input + input_start;
	size_t bytes = input_end - input_start;
	if (bytes < HEADER_BYTES)
		return false;
	message->channel = read_u32(at);
	message->length = read_u16(at + 4);
	message->kind = at[6];
	if (at[7] != 0)
		fail("malformed: a header that ends with %u", at[7]);
	size_t most = body_bytes_max(message->kind);
	bool is_fixed = message->kind != DATA && message->kind != PING;
	if (message->length > most || (is_fixed && message->length != most))
		fail("malformed: kind %u with %u bytes", message->kind, message->length);
	if (bytes < HEADER_BYTES + (size_t)message->length)
		return false;
	message->body = at + HEADER_BYTES;
	input_start += HEADER_BYTES + (size_t)message->length;
	return true;
}

bool output_has_room(void)
{
	return sizeof output - output_end >= HEADER_BYTES + PACKET_BYTES_MAX + RESERVE_BYTES;
}

bool output_is_empty(void)
{
	return output_end == output_start;
}

uint8_t *output_body(void)
{
	return output + output_end + HEADER_BYTES;
}

void put(uint8_t kind, uint32_t channel, const uint8_t *body, size_t length)
{
	if (sizeof output - output_end < HEADER_BYTES + length)
		fail("no room for an answer"); /* a bug: room is looked for before anything is read */
	uint8_t *at = output + output_end;
	write_u32(at, channel);
	write_u16(at + 4, (uint16_t)length);
	at[6] = kind;
	at[7] = 0;
	if (body != NULL)
		memcpy(at + HEADER_BYTES, body, length);
	output_end += HEADER_BYTES + length;
}

void put_u16(uint8_t kind, uint32_t channel, uint16_t value)
{
	uint8_t body[2];
	write_u16(body, value);
	put(kind, channel, body, sizeof body);
}

void put_hello(void)
{
	uint8_t body[6];
	write_u16(body, PROTOCOL_VERSION);
	write_u16(body + 2, PACKET_BYTES_MAX);
	write_u16(body + 4, WINDOW_PACKETS);
	put(HELLO, 0, body, sizeof body);
}

void put_accepted(uint32_t channel, uint32_t listener, const struct device *peer, uint16_t bytes)
{
	uint8_t body[4 + DEVICE_BYTES + 2];
	write_u32(body, listener);
	memcpy(body + 4, peer->address, sizeof peer->address);
	body[4 + sizeof peer->address] = peer->type;
	write_u16(body + 4 + DEVICE_BYTES, bytes);
	put(ACCEPTED, channel, body, sizeof body);
}

bool output_flush(void)
{
	while (!output_is_empty()) {
		ssize_t took = write(STDOUT_FILENO, output + output_start, output_end - output_start);
		if (took < 0 && errno == EINTR)
			continue;
		if (took < 0 && errno != EAGAIN)
			return false;
		if (took <= 0)
			break;
		output_start += (size_t)took;
	}
	memmove(output, output + output_start, output_end - output_start);
	output_end -= output_start;
	output_start = 0;
	return true;
}
