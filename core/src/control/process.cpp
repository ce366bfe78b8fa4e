#include "control/process.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

namespace tsflow::control {

ProcessFigures process_figures() {
    ProcessFigures figures;
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
        const auto seconds = [](const timeval& time) {
            return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
        };
        figures.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
    }
    std::uint64_t pages = 0;
    if (std::ifstream statm("/proc/self/statm"); statm >> pages >> pages) {
        figures.resident_bytes = pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    std::error_code error;
    const std::filesystem::directory_iterator files("/proc/self/fd", error);
    if (!error) {
        figures.open_files = static_cast<std::uint64_t>(std::distance(begin(files), end(files)));
    }
    return figures;
}

}  // namespace tsflow::control
