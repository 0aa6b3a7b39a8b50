/*
 * Records what a process does to the files of one folder: every call that changes a file or a
 * folder, with its bytes, in the order in which the kernel did it, and every sync with its begin
 * and its end. Loaded before libc (LD_PRELOAD) into a process that runs Muster's real code: Node
 * and SQLite both reach the kernel through libc's functions. What it cannot record it writes down
 * as such, and the recording is refused. It never changes what a call does.
 *
 * Environment: CRASH_FOLDER, watched, an absolute path without links; CRASH_LOG, where records are
 * appended; CRASH_MARKS, a file outside the folder: what is written there is a mark between the
 * calls, and after the mark "dieN" the process is killed at its Nth sync, which then never ends.
 * The records' form is in operation.ts.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC_BEGIN, SYNC_END, RENAME, UNLINK, LINK, MKDIR, FOLDER,
       MARK, UNKNOWN };
enum { FDS = 65536, NOT_OURS = 0, OURS = 1, MARKS = 2 };

struct record {
  uint8_t op;
  uint8_t unused[3];
  uint32_t first_bytes;
  uint32_t second_bytes;
  uint32_t unused2;
  uint64_t file;
  uint64_t number;
};

static pthread_mutex_t order = PTHREAD_MUTEX_INITIALIZER;
static char folder[PATH_MAX], marks[PATH_MAX];
static size_t folder_length;
static int log_fd = -1;
static uint8_t kind[FDS];
static uint64_t inode[FDS];
static dev_t device[FDS];
static uint64_t syncs;
static int dies;

static ssize_t (*next_write)(int, const void *, size_t);
static int (*next_close)(int);

static void *next(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

#define NEXT(type, name, ...)                                 \
  static type (*real)(__VA_ARGS__);                           \
  if (!real) real = (type(*)(__VA_ARGS__))next(name)

__attribute__((constructor)) static void begin(void) {
  next_write = next("write");
  next_close = next("close");
  const char *watched = getenv("CRASH_FOLDER"), *log = getenv("CRASH_LOG");
  const char *marked = getenv("CRASH_MARKS");
  if (!watched || !log || !marked) return;
  snprintf(folder, sizeof folder, "%s", watched);
  snprintf(marks, sizeof marks, "%s", marked);
  folder_length = strlen(folder);
  log_fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* One write, so that a process that is killed leaves whole records. */
static void record_op(int op, uint64_t file, uint64_t number, const void *first, size_t first_bytes,
                      const void *second, size_t second_bytes) {
  struct record head = {.op = op, .first_bytes = first_bytes, .second_bytes = second_bytes,
                        .file = file, .number = number};
  struct iovec parts[] = {{&head, sizeof head}, {(void *)first, first_bytes},
                          {(void *)second, second_bytes}};
  size_t all = sizeof head + first_bytes + second_bytes;
  if (syscall(SYS_writev, log_fd, parts, 3) != (ssize_t)all) abort();
}

static void unknown(const char *what) { record_op(UNKNOWN, 0, 0, what, strlen(what), 0, 0); }

static int is_inside(const char *path) {
  if (log_fd < 0 || strncmp(path, folder, folder_length) != 0) return 0;
  return path[folder_length] == '/' || path[folder_length] == 0;
}

/* The absolute form of a path, links followed in all but its last part. 0: not ours to know. */
static int resolve(int at, const char *path, char *into) {
  if (log_fd < 0 || !path) return 0;
  char whole[PATH_MAX], parent[PATH_MAX];
  if (path[0] == '/') {
    snprintf(whole, sizeof whole, "%s", path);
  } else {
    char link[64];
    ssize_t n;
    if (at == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", at);
    if ((n = readlink(link, parent, sizeof parent - 1)) < 0) return 0;
    parent[n] = 0;
    if (snprintf(whole, sizeof whole, "%s/%s", parent, path) >= PATH_MAX) return 0;
  }
  size_t length = strlen(whole);
  while (length > 1 && whole[length - 1] == '/') whole[--length] = 0;
  char *slash = strrchr(whole, '/');
  if (!slash || slash == whole) return snprintf(into, PATH_MAX, "%s", whole) < PATH_MAX;
  *slash = 0;
  if (!realpath(whole, parent)) return 0;
  if (snprintf(into, PATH_MAX, "%s/%s", parent, slash + 1) >= PATH_MAX) return 0;
  return 1;
}

static const char *inner(const char *path) {
  return path[folder_length] == '/' ? path + folder_length + 1 : "";
}

static uint64_t inode_at(const char *path) {
  struct stat found;
  return lstat(path, &found) == 0 ? found.st_ino : 0;
}

static void opened(int fd, const char *path, int was_there, int flags) {
  struct stat found;
  if (fd < 0 || fd >= FDS || fstat(fd, &found) != 0) return;
  kind[fd] = NOT_OURS;
  inode[fd] = found.st_ino;
  device[fd] = found.st_dev;
  if (strcmp(path, marks) == 0) kind[fd] = MARKS;
  if (!is_inside(path)) return;
  kind[fd] = OURS;
  const char *name = inner(path);
  if (S_ISDIR(found.st_mode)) record_op(FOLDER, found.st_ino, 0, name, strlen(name), 0, 0);
  else if (!was_there) record_op(CREATE, found.st_ino, 0, name, strlen(name), 0, 0);
  else if (flags & O_TRUNC) record_op(TRUNCATE, found.st_ino, 0, 0, 0, 0, 0);
  if (flags & O_TMPFILE & ~O_DIRECTORY) unknown("O_TMPFILE");
}

static int open_any(int at, const char *path, int flags, mode_t mode) {
  char whole[PATH_MAX];
  if (!resolve(at, path, whole) || !(is_inside(whole) || strcmp(whole, marks) == 0)) {
    int fd = syscall(SYS_openat, at, path, flags, mode);
    if (fd >= 0 && fd < FDS) kind[fd] = NOT_OURS;
    return fd;
  }
  pthread_mutex_lock(&order);
  int was_there = inode_at(whole) != 0;
  int fd = syscall(SYS_openat, at, path, flags, mode);
  int error = errno;
  opened(fd, whole, was_there, flags);
  pthread_mutex_unlock(&order);
  errno = error;
  return fd;
}

#define MODE(flags)                                           \
  mode_t mode = 0;                                            \
  if ((flags) & (O_CREAT | O_TMPFILE)) {                      \
    va_list rest;                                             \
    va_start(rest, flags);                                    \
    mode = va_arg(rest, mode_t);                              \
    va_end(rest);                                             \
  }

int open(const char *path, int flags, ...) { MODE(flags); return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags); return open_any(AT_FDCWD, path, flags, mode); }
int openat(int at, const char *path, int flags, ...) { MODE(flags); return open_any(at, path, flags, mode); }
int openat64(int at, const char *path, int flags, ...) { MODE(flags); return open_any(at, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

int close(int fd) {
  if (fd >= 0 && fd < FDS) kind[fd] = NOT_OURS;
  return next_close(fd);
}

/* Not every close and open passes through here (libuv closes by system call, mkstemp opens inside
 * libc), so the number of a file of ours may by now be that of another one. */
static int kind_of(int fd) {
  struct stat now;
  if (log_fd < 0 || fd < 0 || fd >= FDS || kind[fd] == NOT_OURS) return NOT_OURS;
  if (fstat(fd, &now) != 0 || now.st_ino != inode[fd] || now.st_dev != device[fd]) {
    kind[fd] = NOT_OURS;
  }
  return kind[fd];
}

static void wrote(int fd, const void *bytes, ssize_t count, off_t at) {
  if (count > 0) record_op(WRITE, inode[fd], at, bytes, count, 0, 0);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  int which = kind_of(fd);
  if (which == NOT_OURS) return next_write(fd, bytes, count);
  pthread_mutex_lock(&order);
  ssize_t done = which == MARKS ? (ssize_t)count : next_write(fd, bytes, count);
  int error = errno;
  if (which == MARKS && count == 6 && memcmp(bytes, "\"die", 4) == 0) {
    dies = ((const char *)bytes)[4] - '0';
  }
  else if (which == MARKS) record_op(MARK, 0, 0, bytes, count, 0, 0);
  else wrote(fd, bytes, done, lseek(fd, 0, SEEK_CUR) - done);
  pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

static ssize_t write_at(int fd, const void *bytes, size_t count, off_t at,
                        ssize_t (*real)(int, const void *, size_t, off_t)) {
  if (kind_of(fd) != OURS) return real(fd, bytes, count, at);
  pthread_mutex_lock(&order);
  ssize_t done = real(fd, bytes, count, at);
  int error = errno;
  wrote(fd, bytes, done, at);
  pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) {
  NEXT(ssize_t, "pwrite", int, const void *, size_t, off_t);
  return write_at(fd, bytes, count, at, real);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t at) {
  NEXT(ssize_t, "pwrite64", int, const void *, size_t, off_t);
  return write_at(fd, bytes, count, at, real);
}

/* Each part a write of its own: a short one ends it, as it may. */
static ssize_t write_parts(int fd, const struct iovec *parts, int count, off_t at) {
  ssize_t all = 0;
  for (int i = 0; i < count; i++) {
    ssize_t done = at < 0 ? write(fd, parts[i].iov_base, parts[i].iov_len)
                          : pwrite(fd, parts[i].iov_base, parts[i].iov_len, at + all);
    if (done < 0) return all > 0 ? all : done;
    all += done;
    if ((size_t)done < parts[i].iov_len) break;
  }
  return all;
}

ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(ssize_t, "writev", int, const struct iovec *, int);
  return kind_of(fd) == NOT_OURS ? real(fd, parts, count) : write_parts(fd, parts, count, -1);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at) {
  NEXT(ssize_t, "pwritev", int, const struct iovec *, int, off_t);
  return kind_of(fd) == NOT_OURS ? real(fd, parts, count, at) : write_parts(fd, parts, count, at);
}

ssize_t pwritev64(int fd, const struct iovec *parts, int count, off_t at) {
  return pwritev(fd, parts, count, at);
}

int ftruncate(int fd, off_t length) {
  if (kind_of(fd) != OURS) return syscall(SYS_ftruncate, fd, length);
  pthread_mutex_lock(&order);
  int done = syscall(SYS_ftruncate, fd, length);
  int error = errno;
  if (done == 0) record_op(TRUNCATE, inode[fd], length, 0, 0, 0, 0);
  pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

int ftruncate64(int fd, off_t length) { return ftruncate(fd, length); }

/* Beside the lock: others write while this waits, and what they write is not promised by it. */
static int sync_any(int fd, long call) {
  if (kind_of(fd) != OURS) return syscall(call, fd);
  uint64_t file = inode[fd];
  pthread_mutex_lock(&order);
  uint64_t number = ((uint64_t)getpid() << 32) | ++syncs;
  record_op(SYNC_BEGIN, file, number, 0, 0, 0, 0);
  if (dies && --dies == 0) kill(getpid(), SIGKILL);
  pthread_mutex_unlock(&order);
  /* As a card would: the process goes on, and may be killed, while this waits. */
  usleep((number * 7919 % 4) * 700);
  int done = syscall(call, fd);
  int error = errno;
  if (done == 0) {
    pthread_mutex_lock(&order);
    record_op(SYNC_END, file, number, 0, 0, 0, 0);
    pthread_mutex_unlock(&order);
  }
  errno = error;
  return done;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

static int two_paths(int op, int from_at, const char *from, int to_at, const char *to,
                     unsigned flags) {
  char whole_from[PATH_MAX], whole_to[PATH_MAX];
  int ours = resolve(from_at, from, whole_from) && resolve(to_at, to, whole_to) &&
             (is_inside(whole_from) || is_inside(whole_to));
  if (ours) pthread_mutex_lock(&order);
  int done = op == RENAME ? syscall(SYS_renameat2, from_at, from, to_at, to, flags)
                          : syscall(SYS_linkat, from_at, from, to_at, to, flags);
  int error = errno;
  if (ours && done == 0) {
    if (!is_inside(whole_from) || !is_inside(whole_to)) unknown("a name from or to elsewhere");
    if (op == RENAME && flags) unknown("renameat2 with flags");
    const char *a = inner(whole_from), *b = inner(whole_to);
    record_op(op, inode_at(whole_to), 0, a, strlen(a), b, strlen(b));
  }
  if (ours) pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

int rename(const char *from, const char *to) { return two_paths(RENAME, AT_FDCWD, from, AT_FDCWD, to, 0); }
int renameat(int fa, const char *from, int ta, const char *to) { return two_paths(RENAME, fa, from, ta, to, 0); }
int renameat2(int fa, const char *from, int ta, const char *to, unsigned flags) {
  return two_paths(RENAME, fa, from, ta, to, flags);
}
int link(const char *from, const char *to) { return two_paths(LINK, AT_FDCWD, from, AT_FDCWD, to, 0); }
int linkat(int fa, const char *from, int ta, const char *to, int flags) {
  return two_paths(LINK, fa, from, ta, to, flags);
}

static int unlink_any(int at, const char *path, int flags) {
  char whole[PATH_MAX];
  int ours = resolve(at, path, whole) && is_inside(whole);
  if (ours) pthread_mutex_lock(&order);
  int done = syscall(SYS_unlinkat, at, path, flags);
  int error = errno;
  if (ours && done == 0) {
    const char *name = inner(whole);
    record_op(UNLINK, 0, 0, name, strlen(name), 0, 0);
  }
  if (ours) pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int at, const char *path, int flags) { return unlink_any(at, path, flags); }
int rmdir(const char *path) { return unlink_any(AT_FDCWD, path, AT_REMOVEDIR); }

int remove(const char *path) {
  int done = unlink_any(AT_FDCWD, path, 0);
  return done == 0 || (errno != EISDIR && errno != EPERM) ? done : rmdir(path);
}

static int mkdir_any(int at, const char *path, mode_t mode) {
  char whole[PATH_MAX];
  int ours = resolve(at, path, whole) && is_inside(whole);
  if (ours) pthread_mutex_lock(&order);
  int done = syscall(SYS_mkdirat, at, path, mode);
  int error = errno;
  if (ours && done == 0) {
    const char *name = inner(whole);
    record_op(MKDIR, inode_at(whole), 0, name, strlen(name), 0, 0);
  }
  if (ours) pthread_mutex_unlock(&order);
  errno = error;
  return done;
}

int mkdir(const char *path, mode_t mode) { return mkdir_any(AT_FDCWD, path, mode); }
int mkdirat(int at, const char *path, mode_t mode) { return mkdir_any(at, path, mode); }

/* Calls that nobody here makes: should a library begin to, the recording says so. */
#define REFUSED(fd, what) \
  if (kind_of(fd) == OURS) { pthread_mutex_lock(&order); unknown(what); pthread_mutex_unlock(&order); }

int fallocate(int fd, int mode, off_t at, off_t length) {
  REFUSED(fd, "fallocate");
  return syscall(SYS_fallocate, fd, mode, at, length);
}
int posix_fallocate(int fd, off_t at, off_t length) {
  REFUSED(fd, "posix_fallocate");
  NEXT(int, "posix_fallocate", int, off_t, off_t);
  return real(fd, at, length);
}
int posix_fallocate64(int fd, off_t at, off_t length) { return posix_fallocate(fd, at, length); }
ssize_t copy_file_range(int from, off_t *from_at, int to, off_t *to_at, size_t count, unsigned flags) {
  REFUSED(to, "copy_file_range");
  return syscall(SYS_copy_file_range, from, from_at, to, to_at, count, flags);
}
ssize_t sendfile(int to, int from, off_t *at, size_t count) {
  REFUSED(to, "sendfile");
  return syscall(SYS_sendfile, to, from, at, count);
}
int dup(int fd) { REFUSED(fd, "dup"); return syscall(SYS_dup, fd); }
