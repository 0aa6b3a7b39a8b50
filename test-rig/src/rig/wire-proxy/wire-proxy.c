/*
 * A cable between two network namespaces that loses, delays, jitters, reorders and repeats Ethernet
 * frames, for kernels without netem. It makes a TAP device in each namespace and carries whole
 * frames between them, so that it is below IP and TCP and carries multicast. It must be root.
 *
 *   wire-proxy SEED NAMESPACE-A DEVICE-A NAMESPACE-B DEVICE-B
 *
 * Standard input, one command a line (all numbers whole, shares in millionths):
 *   set ab|ba DELAY-US JITTER-US LOSS REPEAT REORDER REORDER-US BYTES-PER-SECOND QUEUE-BYTES
 *   block ab|ba 0|1     frames of this way are lost
 *   counts              answered by one line of JSON, as is the start
 * It ends with its standard input, and the devices with it.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

/* An Ethernet frame with a VLAN tag; the devices' MTU is 1,500. */
#define FRAME_BYTES_MAX 1536
/* Frames under way in one direction; at it further ones are lost, as on a full queue. */
#define UNDER_WAY_MAX 32768
/* Frames taken in one go, so that one direction cannot starve the other. */
#define TURN_MAX 64
#define COMMAND_BYTES_MAX 256
#define NS_PER_US 1000LL
#define NS_PER_S 1000000000LL
#define MILLION 1000000ULL

typedef struct {
  int64_t due_ns;
  uint64_t number;
  uint16_t bytes;
  unsigned char data[];
} frame_t;

typedef struct {
  const char *name;
  int from, to;
  uint64_t random, made;
  /* How it treats frames. */
  int64_t delay_ns, jitter_ns, reorder_ns, bytes_per_second, queue_bytes;
  uint64_t loss, repeat, reorder;
  int blocked;
  /* A heap by time, then by order of arrival. */
  frame_t *heap[UNDER_WAY_MAX];
  size_t count;
  int64_t free_ns, last_due_ns;
  uint64_t received, sent, lost, repeated, reordered, overflowed, bytes_received, bytes_sent;
} way_t;

static way_t ways[2] = {{.name = "ab"}, {.name = "ba"}};

static void fail(const char *what) {
  fprintf(stderr, "wire-proxy: %s: %s\n", what, strerror(errno));
  exit(1);
}

static int64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/* splitmix64 (Steele, Lea, Flood, OOPSLA 2014); a stream of its own for each way. */
static uint64_t draw(way_t *way) {
  uint64_t z = (way->random += 0x9e3779b97f4a7c15ULL);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

static int before(const frame_t *a, const frame_t *b) {
  return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->number < b->number;
}

static void heap_add(way_t *way, frame_t *frame) {
  size_t at = way->count++;
  while (at > 0 && before(frame, way->heap[(at - 1) / 2])) {
    way->heap[at] = way->heap[(at - 1) / 2];
    at = (at - 1) / 2;
  }
  way->heap[at] = frame;
}

static frame_t *heap_take(way_t *way) {
  frame_t *first = way->heap[0], *last = way->heap[--way->count];
  size_t at = 0;
  for (;;) {
    size_t child = 2 * at + 1;
    if (child >= way->count) break;
    if (child + 1 < way->count && before(way->heap[child + 1], way->heap[child])) child++;
    if (!before(way->heap[child], last)) break;
    way->heap[at] = way->heap[child];
    at = child;
  }
  way->heap[at] = last;
  return first;
}

static void schedule(way_t *way, const unsigned char *data, size_t bytes, int64_t due_ns) {
  frame_t *frame = way->count < UNDER_WAY_MAX ? malloc(sizeof(frame_t) + bytes) : NULL;
  if (frame == NULL) {
    way->overflowed++;
    return;
  }
  frame->due_ns = due_ns;
  frame->number = way->made++;
  frame->bytes = (uint16_t)bytes;
  memcpy(frame->data, data, bytes);
  heap_add(way, frame);
}

/* When the last bit of a frame has left the narrowest place; -1 where its queue is full. */
static int64_t leaves_ns(way_t *way, size_t bytes, int64_t now) {
  if (way->bytes_per_second == 0) return now;
  int64_t start = way->free_ns > now ? way->free_ns : now;
  double waiting = (double)(start - now) * (double)way->bytes_per_second / (double)NS_PER_S;
  if (waiting + (double)bytes > (double)way->queue_bytes) return -1;
  way->free_ns = start + (int64_t)bytes * NS_PER_S / way->bytes_per_second;
  return way->free_ns;
}

static void on_frame(way_t *way, const unsigned char *data, size_t bytes) {
  /* All are drawn for every frame: a changed share does not shift what happens to the others. */
  uint64_t lost = draw(way) % MILLION, repeated = draw(way) % MILLION;
  uint64_t reordered = draw(way) % MILLION, jitter = draw(way), again = draw(way);
  way->received++;
  way->bytes_received += bytes;
  if (way->blocked || lost < way->loss) {
    way->lost++;
    return;
  }
  int64_t left_ns = leaves_ns(way, bytes, now_ns());
  if (left_ns < 0) {
    way->overflowed++;
    return;
  }
  uint64_t range_ns = (uint64_t)way->jitter_ns + 1;
  int64_t due_ns = left_ns + way->delay_ns + (int64_t)(jitter % range_ns);
  if (reordered < way->reorder) {
    way->reordered++;
    due_ns += way->reorder_ns;
  } else {
    /* Jitter alone overtakes nothing. */
    if (due_ns < way->last_due_ns) due_ns = way->last_due_ns;
    way->last_due_ns = due_ns;
  }
  schedule(way, data, bytes, due_ns);
  if (repeated < way->repeat) {
    way->repeated++;
    schedule(way, data, bytes, due_ns + (int64_t)(again % range_ns));
  }
}

static void take_frames(way_t *way) {
  unsigned char data[FRAME_BYTES_MAX];
  for (int i = 0; i < TURN_MAX; i++) {
    ssize_t bytes = read(way->from, data, sizeof data);
    if (bytes <= 0) return;
    on_frame(way, data, (size_t)bytes);
  }
}

static void send_due(way_t *way) {
  int64_t now = now_ns();
  while (way->count > 0 && way->heap[0]->due_ns <= now) {
    frame_t *frame = heap_take(way);
    /* A device that is down takes none, as a socket without a cable. */
    if (write(way->to, frame->data, frame->bytes) == frame->bytes) {
      way->sent++;
      way->bytes_sent += frame->bytes;
    } else {
      way->lost++;
    }
    free(frame);
  }
}

static void say_counts(void) {
  putchar('{');
  for (int i = 0; i < 2; i++) {
    const way_t *way = &ways[i];
    printf("%s\"%s\":{\"received\":%lu,\"sent\":%lu,\"lost\":%lu,\"repeated\":%lu,"
           "\"reordered\":%lu,\"overflowed\":%lu,\"underWay\":%zu,\"bytesReceived\":%lu,"
           "\"bytesSent\":%lu}",
           i ? "," : "", way->name, way->received, way->sent, way->lost, way->repeated,
           way->reordered, way->overflowed, way->count, way->bytes_received, way->bytes_sent);
  }
  puts("}");
  fflush(stdout);
}

static void on_command(const char *line) {
  char name[3] = "";
  long long delay, jitter, hold, rate, queue, loss, repeat, reorder;
  int blocked;
  const char *shape = "set %2s %lld %lld %lld %lld %lld %lld %lld %lld";
  int found = sscanf(line, shape, name, &delay, &jitter, &loss, &repeat, &reorder, &hold, &rate,
                     &queue);
  way_t *way = NULL;
  if (strcmp(line, "counts") == 0) {
    say_counts();
    return;
  }
  if (found < 1) (void)sscanf(line, "block %2s", name);
  for (int i = 0; i < 2; i++) {
    if (strcmp(name, ways[i].name) == 0) way = &ways[i];
  }
  if (way != NULL && found == 9) {
    way->delay_ns = delay * NS_PER_US;
    way->jitter_ns = jitter * NS_PER_US;
    way->loss = (uint64_t)loss;
    way->repeat = (uint64_t)repeat;
    way->reorder = (uint64_t)reorder;
    way->reorder_ns = hold * NS_PER_US;
    way->bytes_per_second = rate;
    way->queue_bytes = queue;
  } else if (way != NULL && sscanf(line, "block %2s %d", name, &blocked) == 2) {
    way->blocked = blocked;
  } else {
    fprintf(stderr, "wire-proxy: what is \"%s\"?\n", line);
    exit(2);
  }
}

/* False once standard input has ended. */
static int take_commands(void) {
  static char line[COMMAND_BYTES_MAX];
  static size_t filled = 0;
  ssize_t bytes = read(STDIN_FILENO, line + filled, sizeof line - 1 - filled);
  if (bytes <= 0) return bytes < 0 && errno == EINTR;
  filled += (size_t)bytes;
  line[filled] = 0;
  char *end, *start = line;
  while ((end = strchr(start, '\n')) != NULL) {
    *end = 0;
    on_command(start);
    start = end + 1;
  }
  filled -= (size_t)(start - line);
  memmove(line, start, filled);
  return filled < sizeof line - 1;
}

static int open_tap(const char *namespace, const char *device) {
  char path[256];
  snprintf(path, sizeof path, "/run/netns/%s", namespace);
  int entered = open(path, O_RDONLY | O_CLOEXEC);
  if (entered < 0 || setns(entered, CLONE_NEWNET) < 0) fail(path);
  close(entered);
  int tap = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
  snprintf(request.ifr_name, sizeof request.ifr_name, "%s", device);
  if (tap < 0 || ioctl(tap, TUNSETIFF, &request) < 0) fail("/dev/net/tun");
  return tap;
}

int main(int count, char **given) {
  if (count != 6) {
    fputs("wire-proxy SEED NAMESPACE-A DEVICE-A NAMESPACE-B DEVICE-B\n", stderr);
    return 2;
  }
  int a = open_tap(given[2], given[3]), b = open_tap(given[4], given[5]);
  ways[0].from = ways[1].to = a;
  ways[0].to = ways[1].from = b;
  for (int i = 0; i < 2; i++) ways[i].random = strtoull(given[1], NULL, 10) * 2 + (uint64_t)i;
  say_counts();
  for (;;) {
    struct pollfd watched[] = {{STDIN_FILENO, POLLIN, 0}, {a, POLLIN, 0}, {b, POLLIN, 0}};
    int64_t wait_ns = NS_PER_S, now = now_ns();
    for (int i = 0; i < 2; i++) {
      if (ways[i].count == 0) continue;
      int64_t left = ways[i].heap[0]->due_ns - now;
      if (left < wait_ns) wait_ns = left > 0 ? left : 0;
    }
    struct timespec wait = {wait_ns / NS_PER_S, wait_ns % NS_PER_S};
    if (ppoll(watched, 3, &wait, NULL) < 0 && errno != EINTR) fail("ppoll");
    if (watched[0].revents != 0 && !take_commands()) return 0;
    for (int i = 0; i < 2; i++) {
      take_frames(&ways[i]);
      send_due(&ways[i]);
    }
  }
}
