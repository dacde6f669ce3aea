/* Records every change below one directory, in the order in which it happened, so that disk.py can say what a power cut would have left.
 *
 * Preloaded into the daemon. POWERCUT_ROOT is the directory, POWERCUT_LOG the file that is appended to: one record for each change, written
 * after the change was made and before its caller goes on, both under one lock. So whoever has an answer in hand finds all that the answer rests on in
 * the log of that moment. Nothing is really synced: a sync is two records, for it covers what was written before it began and holds once it
 * has ended. A way to change a file that is not recorded here ends the process: a gap would make the test blind.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kCreate = 1, kTruncate, kWrite, kRename, kUnlink, kMakeDirectory, kRemoveDirectory, kSyncBegins, kSyncEnds };
enum { kNotOurs = 0, kFile, kDirectory };
enum { kMaxDescriptors = 65536 };

struct Record {
  uint32_t size; /* of all of it */
  uint32_t operation;
  uint64_t inode;
  uint64_t offset; /* or length of a truncation, or number of a sync */
  uint32_t path_size;
  uint32_t second_path_size;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_size;
static int log_descriptor = -1;
static useconds_t sync_takes;
static struct {
  uint64_t inode;
  int kind;
} known[kMaxDescriptors];

#define REAL(name) \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void Die(const char* what) {
  fprintf(stderr, "powercut shim: %s\n", what);
  abort();
}

__attribute__((constructor)) static void Begin(void) {
  const char* directory = getenv("POWERCUT_ROOT");
  const char* log = getenv("POWERCUT_LOG");
  const char* takes = getenv("POWERCUT_SYNC_US");
  if (!directory || !log) return;
  root_size = strlen(directory);
  memcpy(root, directory, root_size + 1);
  sync_takes = takes ? (useconds_t)atoi(takes) : 0;
  unsetenv("LD_PRELOAD");
  int (*real_open)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open");
  log_descriptor = real_open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log_descriptor < 0) Die("the log cannot be opened");
}

static void Append(uint32_t operation, uint64_t inode, uint64_t offset, const char* path, const char* second, const struct iovec* data, int pieces) {
  struct Record record = {sizeof record, operation, inode, offset, path ? strlen(path) : 0, second ? strlen(second) : 0};
  struct iovec parts[3 + IOV_MAX / 2];
  int count = 3;
  parts[0] = (struct iovec){&record, sizeof record};
  parts[1] = (struct iovec){(void*)path, record.path_size};
  parts[2] = (struct iovec){(void*)second, record.second_path_size};
  record.size += record.path_size + record.second_path_size;
  if (pieces > IOV_MAX / 2) Die("too many pieces");
  for (int i = 0; i < pieces; ++i) {
    record.size += data[i].iov_len;
    parts[count++] = data[i];
  }
  static ssize_t (*real_writev)(int, const struct iovec*, int);
  if (!real_writev) real_writev = (ssize_t(*)(int, const struct iovec*, int))dlsym(RTLD_NEXT, "writev");
  if (real_writev(log_descriptor, parts, count) != (ssize_t)record.size) Die("the log cannot be written");
}

/* The absolute path, or NULL when it is not below the root. */
static const char* Below(int directory, const char* path, char* buffer) {
  if (log_descriptor < 0) return NULL;
  if (path[0] != '/') {
    char link[64];
    if (directory == AT_FDCWD) {
      if (!getcwd(buffer, PATH_MAX)) return NULL;
    } else {
      snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
      const ssize_t size = readlink(link, buffer, PATH_MAX - 1);
      if (size < 0) return NULL;
      buffer[size] = 0;
    }
    const size_t size = strlen(buffer);
    snprintf(buffer + size, PATH_MAX - size, "/%s", path);
  } else {
    snprintf(buffer, PATH_MAX, "%s", path);
  }
  return strncmp(buffer, root, root_size) == 0 && (buffer[root_size] == '/' || buffer[root_size] == 0) ? buffer : NULL;
}

static int KindOf(int descriptor) {
  return descriptor >= 0 && descriptor < kMaxDescriptors && log_descriptor >= 0 ? known[descriptor].kind : kNotOurs;
}

static void Forget(int descriptor) {
  if (descriptor >= 0 && descriptor < kMaxDescriptors) known[descriptor].kind = kNotOurs;
}

static int OpenAt(int directory, const char* path, int flags, mode_t mode) {
  REAL(openat);
  char buffer[PATH_MAX];
  const char* absolute = Below(directory, path, buffer);
  if (!absolute) {
    const int descriptor = real(directory, path, flags, mode);
    Forget(descriptor);
    return descriptor;
  }
  struct stat info;
  pthread_mutex_lock(&lock);
  const int existed = lstat(absolute, &info) == 0;
  const int descriptor = real(directory, path, flags, mode);
  const int error = errno;
  if (descriptor >= 0) {
    if (descriptor >= kMaxDescriptors || fstat(descriptor, &info) != 0) Die("a descriptor cannot be looked at");
    known[descriptor].inode = info.st_ino;
    known[descriptor].kind = S_ISDIR(info.st_mode) ? kDirectory : kFile;
    if (!existed) Append(kCreate, info.st_ino, 0, absolute, NULL, NULL, 0);
    if (existed && (flags & O_TRUNC)) Append(kTruncate, info.st_ino, 0, NULL, NULL, NULL, 0);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return descriptor;
}

static mode_t ModeOf(int flags, va_list arguments) { return flags & (O_CREAT | O_TMPFILE) ? va_arg(arguments, mode_t) : 0; }

#define OPEN(name) \
  int name(const char* path, int flags, ...) { \
    va_list arguments; \
    va_start(arguments, flags); \
    const mode_t mode = ModeOf(flags, arguments); \
    va_end(arguments); \
    return OpenAt(AT_FDCWD, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)

#define OPEN_AT(name) \
  int name(int directory, const char* path, int flags, ...) { \
    va_list arguments; \
    va_start(arguments, flags); \
    const mode_t mode = ModeOf(flags, arguments); \
    va_end(arguments); \
    return OpenAt(directory, path, flags, mode); \
  }
OPEN_AT(openat)
OPEN_AT(openat64)

int close(int descriptor) {
  REAL(close);
  Forget(descriptor);
  return real(descriptor);
}

/* After a write of `count` bytes: `end` is where it ended. */
static void Wrote(int descriptor, uint64_t offset, const struct iovec* data, int pieces, ssize_t count) {
  struct iovec written[IOV_MAX / 2];
  int used = 0;
  for (; used < pieces && count > 0; ++used) {
    if (used == IOV_MAX / 2) Die("too many pieces");
    written[used] = data[used];
    if ((ssize_t)written[used].iov_len > count) written[used].iov_len = count;
    count -= written[used].iov_len;
  }
  Append(kWrite, known[descriptor].inode, offset, NULL, NULL, written, used);
}

static ssize_t WriteHere(int descriptor, const struct iovec* data, int pieces) {
  REAL(writev);
  if (KindOf(descriptor) != kFile) return real(descriptor, data, pieces);
  pthread_mutex_lock(&lock);
  const ssize_t count = real(descriptor, data, pieces);
  const int error = errno;
  if (count > 0) Wrote(descriptor, lseek(descriptor, 0, SEEK_CUR) - count, data, pieces, count);
  pthread_mutex_unlock(&lock);
  errno = error;
  return count;
}

ssize_t writev(int descriptor, const struct iovec* data, int pieces) { return WriteHere(descriptor, data, pieces); }

ssize_t write(int descriptor, const void* bytes, size_t size) {
  REAL(write);
  if (KindOf(descriptor) != kFile) return real(descriptor, bytes, size);
  const struct iovec data = {(void*)bytes, size};
  return WriteHere(descriptor, &data, 1);
}

static ssize_t WriteAt(int descriptor, const struct iovec* data, int pieces, off_t offset) {
  REAL(pwritev);
  if (KindOf(descriptor) != kFile) return real(descriptor, data, pieces, offset);
  pthread_mutex_lock(&lock);
  const ssize_t count = real(descriptor, data, pieces, offset);
  const int error = errno;
  if (count > 0) Wrote(descriptor, offset, data, pieces, count);
  pthread_mutex_unlock(&lock);
  errno = error;
  return count;
}

ssize_t pwritev(int descriptor, const struct iovec* data, int pieces, off_t offset) { return WriteAt(descriptor, data, pieces, offset); }
ssize_t pwritev64(int descriptor, const struct iovec* data, int pieces, off64_t offset) { return WriteAt(descriptor, data, pieces, offset); }

ssize_t pwrite(int descriptor, const void* bytes, size_t size, off_t offset) {
  const struct iovec data = {(void*)bytes, size};
  return WriteAt(descriptor, &data, 1, offset);
}
ssize_t pwrite64(int descriptor, const void* bytes, size_t size, off64_t offset) { return pwrite(descriptor, bytes, size, offset); }

static int Truncate(int descriptor, off_t size) {
  REAL(ftruncate);
  if (KindOf(descriptor) != kFile) return real(descriptor, size);
  pthread_mutex_lock(&lock);
  const int result = real(descriptor, size);
  if (result == 0) Append(kTruncate, known[descriptor].inode, size, NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  return result;
}

int ftruncate(int descriptor, off_t size) { return Truncate(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) { return Truncate(descriptor, size); }

/* Only whole and with both offsets given, as the daemon uses it. */
ssize_t copy_file_range(int from, off64_t* from_offset, int to, off64_t* to_offset, size_t size, unsigned flags) {
  REAL(copy_file_range);
  if (KindOf(to) != kFile) return real(from, from_offset, to, to_offset, size, flags);
  if (!from_offset || !to_offset) Die("copy_file_range without offsets");
  if (size > 1 << 20) size = 1 << 20;
  pthread_mutex_lock(&lock);
  static char bytes[1 << 20];
  const off64_t begin = *from_offset;
  const uint64_t at = *to_offset;
  const ssize_t count = real(from, from_offset, to, to_offset, size, flags);
  const int error = errno;
  if (count > 0) {
    if (pread(from, bytes, count, begin) != count) Die("what was copied cannot be read");
    const struct iovec data = {bytes, count};
    Append(kWrite, known[to].inode, at, NULL, NULL, &data, 1);
  }
  pthread_mutex_unlock(&lock);
  errno = error;
  return count;
}

static int Sync(int descriptor) {
  static uint64_t number;
  pthread_mutex_lock(&lock);
  const uint64_t own = ++number;
  const uint64_t inode = known[descriptor].inode;
  Append(kSyncBegins, inode, own, NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  if (sync_takes) usleep(sync_takes);
  pthread_mutex_lock(&lock);
  Append(kSyncEnds, inode, own, NULL, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int descriptor) {
  REAL(fsync);
  return KindOf(descriptor) == kNotOurs ? real(descriptor) : Sync(descriptor);
}

int fdatasync(int descriptor) {
  REAL(fdatasync);
  return KindOf(descriptor) == kNotOurs ? real(descriptor) : Sync(descriptor);
}

int rename(const char* from, const char* to) {
  REAL(rename);
  char buffers[2][PATH_MAX];
  const char* old_path = Below(AT_FDCWD, from, buffers[0]);
  const char* new_path = Below(AT_FDCWD, to, buffers[1]);
  if (!old_path != !new_path) Die("a rename across the root");
  if (!old_path) return real(from, to);
  pthread_mutex_lock(&lock);
  const int result = real(from, to);
  const int error = errno;
  if (result == 0) Append(kRename, 0, 0, old_path, new_path, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

#define ONE_PATH(signature, call, directory, path, operation) \
  int signature { \
    char buffer[PATH_MAX]; \
    const char* absolute = Below(directory, path, buffer); \
    if (!absolute) return call; \
    struct stat info; \
    pthread_mutex_lock(&lock); \
    const int result = call; \
    const int error = errno; \
    if (result == 0) Append(operation, lstat(absolute, &info) == 0 ? info.st_ino : 0, 0, absolute, NULL, NULL, 0); \
    pthread_mutex_unlock(&lock); \
    errno = error; \
    return result; \
  }

static int CallUnlink(const char* path) { REAL(unlink); return real(path); }
static int CallRmdir(const char* path) { REAL(rmdir); return real(path); }
static int CallRemove(const char* path) { REAL(remove); return real(path); }
static int CallUnlinkAt(int directory, const char* path, int flags) { REAL(unlinkat); return real(directory, path, flags); }
static int CallMkdir(const char* path, mode_t mode) { REAL(mkdir); return real(path, mode); }

ONE_PATH(unlink(const char* path), CallUnlink(path), AT_FDCWD, path, kUnlink)
ONE_PATH(rmdir(const char* path), CallRmdir(path), AT_FDCWD, path, kRemoveDirectory)
ONE_PATH(remove(const char* path), CallRemove(path), AT_FDCWD, path, kUnlink)
ONE_PATH(unlinkat(int directory, const char* path, int flags), CallUnlinkAt(directory, path, flags), directory, path, kUnlink)
ONE_PATH(mkdir(const char* path, mode_t mode), CallMkdir(path, mode), AT_FDCWD, path, kMakeDirectory)

char* mkdtemp(char* path) {
  REAL(mkdtemp);
  char buffer[PATH_MAX];
  if (!Below(AT_FDCWD, path, buffer)) return real(path);
  pthread_mutex_lock(&lock);
  char* result = real(path);
  const int error = errno;
  struct stat info;
  if (result && lstat(result, &info) == 0) Append(kMakeDirectory, info.st_ino, 0, result, NULL, NULL, 0);
  pthread_mutex_unlock(&lock);
  errno = error;
  return result;
}

/* What changes files in other ways. */
void* mmap(void* address, size_t size, int protection, int flags, int descriptor, off_t offset) {
  REAL(mmap);
  if (KindOf(descriptor) == kFile && (flags & MAP_SHARED) && (protection & PROT_WRITE)) Die("a writable mapping");
  return real(address, size, protection, flags, descriptor, offset);
}
void* mmap64(void* address, size_t size, int protection, int flags, int descriptor, off64_t offset) {
  return mmap(address, size, protection, flags, descriptor, offset);
}

#define REFUSED(signature, call, test, what) \
  signature { \
    if (test) Die(what); \
    return call; \
  }
static int CallFallocate(int d, int m, off_t o, off_t s) { REAL(fallocate); return real(d, m, o, s); }
static int CallPosixFallocate(int d, off_t o, off_t s) { REAL(posix_fallocate); return real(d, o, s); }
static ssize_t CallSendfile(int o, int i, off_t* f, size_t s);
#include <sys/sendfile.h>
static ssize_t CallSendfile(int o, int i, off_t* f, size_t s) { REAL(sendfile); return real(o, i, f, s); }
static int CallTruncate(const char* p, off_t s) { REAL(truncate); return real(p, s); }
static int CallLink(const char* a, const char* b) { REAL(link); return real(a, b); }
static int CallSymlink(const char* a, const char* b) { REAL(symlink); return real(a, b); }
static char unused[PATH_MAX];
REFUSED(int fallocate(int d, int m, off_t o, off_t s), CallFallocate(d, m, o, s), KindOf(d) == kFile, "fallocate")
REFUSED(int posix_fallocate(int d, off_t o, off_t s), CallPosixFallocate(d, o, s), KindOf(d) == kFile, "posix_fallocate")
REFUSED(ssize_t sendfile(int o, int i, off_t* f, size_t s), CallSendfile(o, i, f, s), KindOf(o) == kFile, "sendfile into a file")
REFUSED(int truncate(const char* p, off_t s), CallTruncate(p, s), Below(AT_FDCWD, p, unused), "truncate of a path")
REFUSED(int link(const char* a, const char* b), CallLink(a, b), Below(AT_FDCWD, b, unused), "link")
REFUSED(int symlink(const char* a, const char* b), CallSymlink(a, b), Below(AT_FDCWD, b, unused), "symlink")
