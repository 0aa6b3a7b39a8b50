/*
 * The sockets that packets go through: LE L2CAP connection-oriented channels of the kernel
 * (Bluetooth Core 5.4, vol 3 part A, 10.2), or for tests on machines without Bluetooth sockets in a
 * folder, which behave alike: packets, a PSM, addresses. Below step 4 of a message's way. All calls
 * answer at once; 0 or more is success, below that it is -errno.
 */
#ifndef MUSTER_FAMILY_H
#define MUSTER_FAMILY_H

#include <stdbool.h>
#include <stdint.h>

#include "wire.h"

/* Before anything else: a folder for sockets of AF_UNIX, or NULL for Bluetooth. */
void family_choose(const char *folder);

/* A socket that listens on this adapter, and the PSM that it was given. */
int family_listen(const struct device *adapter, uint16_t *psm);

/* The next channel that somebody opened, and who; -EAGAIN: none. */
int family_accept(int listener, struct device *peer);

/* A socket of this adapter; it connects with family_connect. */
int family_open(const struct device *adapter, uint32_t number);

/* 0: stands; -EINPROGRESS: the socket becomes writable when it does; -EAGAIN: ask again later. */
int family_connect(int socket, const struct device *peer, uint16_t psm);

/* 0 once a connection in progress stands, else why it does not. */
int family_connected(int socket);

/* The longest packet that the other end takes; 0 where the kernel does not say. */
uint16_t family_send_max(int socket);

/* Packets that the kernel threw away because nobody took them. */
uint32_t family_dropped(int socket);

/* Whether nothing waits in the kernel, and the other end would take something. */
bool family_is_idle(int socket);

/* Lets twice as much wait in the kernel; false: this is the most. */
bool family_widen(int socket);

void family_close(int socket);

#endif
