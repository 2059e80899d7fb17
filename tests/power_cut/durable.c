/* Records what was synced, so that a power cut can be played after a kill.
 *
 * Preloaded into the processes under test. Each time a file below $SIGHTLINE_POWER_CUT_ROOT is
 * synced, its content is copied into $SIGHTLINE_POWER_CUT_SHADOW. After SIGKILL, src/lib.rs puts
 * every file back to its copy: only what was synced survives.
 *
 * The model: names (create, rename, unlink) last at once, content only once it was synced. So a
 * copy is named by the file itself, inode and time of birth, and not by its path: renaming needs
 * no care, and an inode that is used again is another file.
 *
 * Only fsync, fdatasync and writes through O_SYNC, O_DSYNC or RWF_DSYNC count. sync_file_range
 * promises nothing; msync, syncfs, sync and raw system calls are not seen. What is not seen counts
 * as not synced, so this errs by losing too much, never too little.
 *
 * Copies of one file are made one at a time, whichever process makes them: an older one must not
 * take the place of a newer one. A killed process leaves its lock to nobody.
 *
 * A file is read through the caller's own descriptor where that can be read. One of our own, when
 * closed, would end all of the process's fcntl locks on the file (close(2)): SQLite's. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

/* All empty until the environment was read: nothing is recorded then. */
static char root[PATH_MAX], shadow[PATH_MAX], deaf_to[NAME_MAX];

static void keep_setting(const char *name, char *setting, size_t bytes) {
    const char *value = getenv(name);
    if (value && strlen(value) < bytes) strcpy(setting, value);
}

__attribute__((constructor)) static void read_environment(void) {
    keep_setting("SIGHTLINE_POWER_CUT_SHADOW", shadow, sizeof shadow);
    keep_setting("SIGHTLINE_POWER_CUT_DEAF_TO", deaf_to, sizeof deaf_to);
    keep_setting("SIGHTLINE_POWER_CUT_ROOT", root, sizeof root);
}

static bool ends_with(const char *text, const char *end) {
    size_t all = strlen(text), last = strlen(end);
    return last > 0 && all >= last && strcmp(text + all - last, end) == 0;
}

/* Whether a file's syncs are recorded: a regular one below the root. */
static bool is_watched(int file) {
    struct stat status;
    char link[64], path[PATH_MAX];
    if (!*root || !*shadow || fstat(file, &status) || !S_ISREG(status.st_mode)) return false;
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return false;
    path[length] = 0;
    size_t depth = strlen(root);
    return !strncmp(path, root, depth) && path[depth] == '/' && !ends_with(path, deaf_to);
}

/* A file of the shadow: `inode-seconds.nanoseconds` of birth, then `suffix`. */
static bool name_copy(int file, const char *suffix, char *path, size_t bytes) {
    struct statx status;
    if (statx(file, "", AT_EMPTY_PATH, STATX_INO | STATX_BTIME, &status)) return false;
    if (!(status.stx_mask & STATX_BTIME)) return false;
    int length = snprintf(path, bytes, "%s/%llu-%lld.%09u%s", shadow,
                          (unsigned long long)status.stx_ino,
                          (long long)status.stx_btime.tv_sec, status.stx_btime.tv_nsec, suffix);
    return length > 0 && (size_t)length < bytes;
}

static int open_copy(int file, const char *suffix, int flags) {
    char path[PATH_MAX];
    return name_copy(file, suffix, path, sizeof path) ? open(path, flags | O_CLOEXEC, 0600) : -1;
}

static void shut(int file) {
    if (file >= 0) close(file);
}

/* Waits for its turn. Negative where there is none to be had. */
static int lock_copy(int file) {
    int lock = open_copy(file, ".lock", O_RDWR | O_CREAT);
    while (lock >= 0 && flock(lock, LOCK_EX)) {
        if (errno != EINTR) {
            shut(lock);
            return -1;
        }
    }
    return lock;
}

static void unlock_copy(int lock) {
    if (lock < 0) return;
    /* Said aloud: a child that was just forked holds this lock's description too. */
    flock(lock, LOCK_UN);
    close(lock);
}

/* The bytes from `at` up to `end`, or up to the file's end. */
static bool copy_bytes(int file, int copy, off_t at, off_t end) {
    int own = -1;
    if ((fcntl(file, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        char link[64];
        snprintf(link, sizeof link, "/proc/self/fd/%d", file);
        own = open(link, O_RDONLY | O_CLOEXEC);
        if (own < 0) return false;
    }
    bool is_well = lseek(copy, at, SEEK_SET) == at;
    while (is_well && at < end) {
        ssize_t sent = sendfile(copy, own < 0 ? file : own, &at, (size_t)(end - at));
        if (sent == 0) break;
        is_well = sent > 0 || errno == EINTR;
    }
    shut(own);
    return is_well;
}

/* Syncs as asked, and records what was there before. */
static int sync_and_record(int file, long how) {
    int before = errno;
    if (!is_watched(file)) {
        errno = before;
        return (int)syscall(how, file);
    }
    int lock = lock_copy(file);
    int draft = lock < 0 ? -1 : open_copy(file, ".draft", O_RDWR | O_CREAT | O_TRUNC);
    bool is_copied = draft >= 0 && copy_bytes(file, draft, 0, LLONG_MAX / 2);
    shut(draft);
    errno = before;
    int result = (int)syscall(how, file);
    int after = errno;
    char from[PATH_MAX], to[PATH_MAX];
    if (result == 0 && is_copied && name_copy(file, ".draft", from, sizeof from) &&
        name_copy(file, "", to, sizeof to)) {
        rename(from, to);
    }
    unlock_copy(lock);
    errno = after;
    return result;
}

/* Records bytes that were durable when their write returned; `at` is where they begin, or -1 for
 * just before the descriptor's position. */
static ssize_t record_write(int file, ssize_t written, off_t at, bool is_sync) {
    int after = errno;
    if (written > 0 && *root && (is_sync || (fcntl(file, F_GETFL) & (O_SYNC | O_DSYNC))) &&
        is_watched(file)) {
        int lock = lock_copy(file);
        int copy = lock < 0 ? -1 : open_copy(file, "", O_RDWR | O_CREAT);
        if (at < 0) at = lseek(file, 0, SEEK_CUR) - written;
        if (copy >= 0) copy_bytes(file, copy, at, at + written);
        shut(copy);
        unlock_copy(lock);
    }
    errno = after;
    return written;
}

int fsync(int file) { return sync_and_record(file, SYS_fsync); }

int fdatasync(int file) { return sync_and_record(file, SYS_fdatasync); }

ssize_t write(int file, const void *bytes, size_t count) {
    return record_write(file, syscall(SYS_write, file, bytes, count), -1, false);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
    return record_write(file, syscall(SYS_writev, file, parts, count), -1, false);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
    return record_write(file, syscall(SYS_pwrite64, file, bytes, count, at), at, false);
}

ssize_t pwritev(int file, const struct iovec *parts, int count, off_t at) {
    return record_write(file, syscall(SYS_pwritev, file, parts, count, at, 0), at, false);
}

ssize_t pwritev2(int file, const struct iovec *parts, int count, off_t at, int flags) {
    ssize_t written = syscall(SYS_pwritev2, file, parts, count, at, 0, flags);
    return record_write(file, written, at, flags & (RWF_SYNC | RWF_DSYNC));
}

/* The same on 64-bit machines, under the names that programs with large files call them by. */
_Static_assert(sizeof(off_t) == 8, "64-bit machines only");
ssize_t pwrite64(int, const void *, size_t, off64_t) __attribute__((alias("pwrite")));
ssize_t pwritev64(int, const struct iovec *, int, off64_t) __attribute__((alias("pwritev")));
ssize_t pwritev64v2(int, const struct iovec *, int, off64_t, int)
    __attribute__((alias("pwritev2")));
