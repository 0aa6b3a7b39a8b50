/*
 * Every bound of the helper with its reason. All memory is static and follows from these: nothing
 * is allocated while it runs. The TypeScript side holds the same numbers (limits.ts); a message
 * beyond them is a fault of our own side, and the helper ends with a word on it.
 */
#ifndef MUSTER_LIMITS_H
#define MUSTER_LIMITS_H

/* Said first; a parent that speaks another version ends the helper. */
#define PROTOCOL_VERSION 1

/* Listeners and channels: eight channels and a listener for each of four adapters. At it a channel
 * that somebody opens is closed at once, and one that we are asked to open is refused. */
#define CHANNELS_MAX 36

/* The longest packet (SDU) either way, and so what the other end is told that it may send. */
#define PACKET_BYTES_MAX 4096

/* Packets of one channel on their way between us and the parent, each way: a credit each. Enough
 * to cover the way there and back; more would only make what is urgent wait longer. */
#define WINDOW_PACKETS 8

/* Channels that the kernel may hold for us until we take them. */
#define BACKLOG 4

/* The parent asks for less; the kernel itself would wait 40 s. */
#define CONNECT_MS_MAX 30000

/* What a channel keeps in the kernel on its way out; the kernel doubles it for its book-keeping.
 * Some packets, so that the air never waits for us, and no more. */
#define SEND_BUFFER_BYTES 32768
/* A controller with 27-byte fragments has many times the book-keeping; up to here for those. */
#define SEND_BUFFER_BYTES_MAX 262144

/* Packets read from one channel before the next one has its turn. */
#define PACKETS_PER_TURN 4

/* What a channel keeps in the kernel until we read it; beyond it Linux (6.1) throws packets away
 * without a word, and the channel is closed. The kernel grants 212,992 to anybody, which is some 50
 * packets of 2 kB in fragments of 192 bytes. */
#define RECEIVE_BUFFER_BYTES 262144

/* How soon to try again where the kernel says "writable" and means "not for this packet". */
#define RETRY_MS 5

/* Bytes for the parent. Nothing more is read anywhere while less than a packet is free. */
#define OUTPUT_BYTES 131072
#define INPUT_BYTES 65536

#endif
