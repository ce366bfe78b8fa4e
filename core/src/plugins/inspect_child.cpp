#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "plugins/enroll.hpp"
#include "plugins/inspect.hpp"
#include "plugins/loader.hpp"
#include "tsflow/error.hpp"

namespace tsflow {

namespace {

void report(int to, std::string line) {
    std::replace(line.begin(), line.end(), '\n', ' ');
    line += '\n';
    // A parent that is gone needs no report.
    [[maybe_unused]] const ssize_t written = ::write(to, line.data(), line.size());
}

/// Crashes are expected here: they end this process at once, with their own signal (a sanitizer would
/// turn it into an exit code) and without a core file.
void prepare_to_crash() {
    for (const int number : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
        ::signal(number, SIG_DFL);
    }
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
}

}  // namespace

bool is_inspecting() noexcept {
    return std::getenv("TSFLOW_INSPECTING") != nullptr;
}

namespace {

void inspect_here(const std::filesystem::path& library, int parent) {
    try {
        report(parent, "loading");
        const Manifest& manifest = open_library(library);
        if (const std::string reason = mismatches(manifest); !reason.empty()) {
            throw Error(reason);
        }
        report(parent, "enrolling");
        Registry registry;
        registry.add(enroll(manifest, library));
        report(parent, "accepted");
    } catch (const Error& error) {
        report(parent, std::string{"refused "} + error.what());
    }
}

}  // namespace

int inspect_libraries(std::span<char* const> libraries) noexcept {
    prepare_to_crash();
    // What a library prints must not be taken for a report.
    const int parent = ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 0);
    ::dup2(STDERR_FILENO, STDOUT_FILENO);
    for (const char* const library : libraries) {
        inspect_here(library, parent);
    }
    return EXIT_SUCCESS;
}

}  // namespace tsflow
