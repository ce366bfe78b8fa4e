#include "plugins/inspection_cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>
#include <utility>

#include "tsflow/abi.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

namespace fs = std::filesystem;

/// The first line: another layout, ABI or build id means that nothing in the file counts.
std::string header() {
    return fmt::format("tsflow plugin cache 1, ABI {}, {}", TSFLOW_ABI, TSFLOW_BUILD_ID);
}

}  // namespace

// One library a line: time of change in ns, size, path (to the end of the line).
InspectionCache::InspectionCache(fs::path file) : file_(std::move(file)) {
    std::ifstream in(file_);
    std::string line;
    if (!std::getline(in, line) || line != header()) {
        return;
    }
    Stamp entry;
    while (in >> entry.changed_ns >> entry.size && in.get() == ' ' &&
           std::getline(in, entry.path)) {
        known_[entry.path] = entry;
    }
}

InspectionCache::Stamp InspectionCache::stamp(const fs::path& library) {
    struct stat status {};
    if (::stat(library.c_str(), &status) != 0) {
        return {};
    }
    return {library.string(), status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec,
            status.st_size};
}

bool InspectionCache::knows(const Stamp& library) const {
    const auto found = known_.find(library.path);
    return found != known_.end() && found->second == library;
}

void InspectionCache::add(Stamp library) {
    if (library.path.find('\n') == std::string::npos && !library.path.empty()) {
        known_[library.path] = std::move(library);
        changed_ = true;
    }
}

void InspectionCache::save() const {
    if (file_.empty() || !changed_) {
        return;
    }
    std::error_code failed;
    fs::create_directories(file_.parent_path(), failed);
    std::string text = header() + '\n';
    for (const auto& [path, entry] : known_) {
        if (stamp(path) == entry) {
            text += fmt::format("{} {} {}\n", entry.changed_ns, entry.size, path);
        }
    }
    std::string fresh = file_.string() + ".XXXXXX";
    const int descriptor = ::mkstemp(fresh.data());
    if (descriptor < 0) {
        return;
    }
    const bool complete =
        ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    ::close(descriptor);
    if (!complete || std::rename(fresh.c_str(), file_.c_str()) != 0) {
        ::unlink(fresh.c_str());
    }
}

}  // namespace tsflow
