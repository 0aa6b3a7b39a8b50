/*
 * The listeners and channels: what the parent asks of them, and what poll() says of their sockets.
 * A channel holds at most WINDOW_PACKETS of the parent's packets, and is read only as far as the
 * parent gave credit, so that a slow one neither grows nor holds up another. Below step 4.
 */
#ifndef MUSTER_CHANNEL_H
#define MUSTER_CHANNEL_H

#include <poll.h>

#include "limits.h"
#include "wire.h"

/* Does what the parent wrote. */
void channels_obey(const struct message *message);

/* What to wait for: one entry for each of CHANNELS_MAX places; the ms until something is due. */
int channels_wait_for(struct pollfd places[CHANNELS_MAX], int64_t now_ms);

/* Does what became possible. Before channels_obey: the places are those that were asked about. */
void channels_go_on(const struct pollfd places[CHANNELS_MAX], int64_t now_ms);

/* Gives the parent its credit back for what the kernel took. */
void channels_tell_credit(void);

/* Takes the sockets' names out of the folder, where there is one. */
void channels_end(void);

int64_t monotonic_ms(void);

#endif
