// Preloaded into tsflow by the tests: counts what it does to the files below TSFLOW_STEP_FOLDER, and at
// step TSFLOW_STEP kills the process as `kill -9` does. A write is cut in half, everything else is not
// done. Steps are what changes files: write, sync, rename, unlink, truncate, mkdir, and making a file.

#include <atomic>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace {

std::atomic<long> steps{0};

template <class Function>
Function next(const char* name) {
    return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool is_inside(const char* path) {
    static const char* const folder = std::getenv("TSFLOW_STEP_FOLDER");
    return folder != nullptr && path != nullptr && std::strstr(path, folder) != nullptr;
}

bool is_inside(int file) {
    char link[64];
    char path[4096];
    std::snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    const ssize_t length = ::readlink(link, path, sizeof path - 1);
    path[length < 0 ? 0 : length] = '\0';
    return is_inside(path);
}

/// True when this is the step at which the process is to die.
bool is_last() {
    static const char* const last = std::getenv("TSFLOW_STEP");
    return ++steps == (last != nullptr ? std::atol(last) : 0);
}

[[noreturn]] void die() {
    ::kill(::getpid(), SIGKILL);
    for (;;) {
        ::pause();
    }
}

template <class Where>
void step(Where where) {
    if (is_inside(where) && is_last()) {
        die();
    }
}

}  // namespace

extern "C" {

ssize_t write(int file, const void* bytes, size_t count) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t)>("write");
    if (is_inside(file) && is_last()) {
        real(file, bytes, count / 2);
        die();
    }
    return real(file, bytes, count);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t at) {
    static const auto real = next<ssize_t (*)(int, const void*, size_t, off_t)>("pwrite");
    if (is_inside(file) && is_last()) {
        real(file, bytes, count / 2, at);
        die();
    }
    return real(file, bytes, count, at);
}

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t at) {
    return pwrite(file, bytes, count, at);
}

int open(const char* path, int flags, ...) {
    static const auto real = next<int (*)(const char*, int, ...)>("open");
    va_list more;
    va_start(more, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
    va_end(more);
    if ((flags & O_CREAT) != 0) {
        step(path);
    }
    return real(path, flags, mode);
}

int fsync(int file) {
    static const auto real = next<int (*)(int)>("fsync");
    step(file);
    return real(file);
}

int fdatasync(int file) {
    static const auto real = next<int (*)(int)>("fdatasync");
    step(file);
    return real(file);
}

int ftruncate(int file, off_t size) {
    static const auto real = next<int (*)(int, off_t)>("ftruncate");
    step(file);
    return real(file, size);
}

int rename(const char* from, const char* to) {
    static const auto real = next<int (*)(const char*, const char*)>("rename");
    step(to);
    return real(from, to);
}

int unlink(const char* path) {
    static const auto real = next<int (*)(const char*)>("unlink");
    step(path);
    return real(path);
}

int mkdir(const char* path, mode_t mode) {
    static const auto real = next<int (*)(const char*, mode_t)>("mkdir");
    step(path);
    return real(path, mode);
}
}
