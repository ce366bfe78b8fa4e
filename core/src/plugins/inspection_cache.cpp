#include "plugins/inspection_cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "tsflow/abi.hpp"

#include <fmt/format.h>

namespace tsflow {

namespace {

namespace fs = std::filesystem;

/// The first line: another layout, ABI or build id means that nothing in the file counts.
std::string header() {
    return fmt::format("tsflow plugin cache 3, ABI {}, {}", TSFLOW_ABI, TSFLOW_BUILD_ID);
}

}  // namespace

// One library a line: times of change in ns and sizes, of it and of its inspector, its node types with a comma
// behind each, or a comma alone, then its path to the end of the line.
InspectionCache::InspectionCache(fs::path file, const fs::path& inspector)
    : file_(std::move(file)), inspector_(stamp(inspector)) {
    std::ifstream in(file_);
    std::string path;
    if (!std::getline(in, path) || path != header()) {
        return;
    }
    Inspected entry;
    std::string types;
    while (in >> entry.library.changed_ns >> entry.library.size >> entry.inspector.changed_ns >>
               entry.inspector.size >> types &&
           in.get() == ' ' && std::getline(in, path)) {
        entry.types.clear();
        std::istringstream list(types);
        for (std::string type; std::getline(list, type, ',');) {
            if (!type.empty()) {
                entry.types.push_back(type);
            }
        }
        known_[path] = entry;
    }
}

InspectionCache::Stamp InspectionCache::stamp(const fs::path& file) {
    struct stat status {};
    if (::stat(file.c_str(), &status) != 0) {
        return {};
    }
    return {status.st_mtim.tv_sec * 1'000'000'000 + status.st_mtim.tv_nsec, status.st_size};
}

bool InspectionCache::knows(const fs::path& library, const Stamp& stamp) const {
    const auto found = known_.find(library.string());
    return found != known_.end() && found->second.library == stamp &&
           found->second.inspector == inspector_;
}

std::vector<std::string> InspectionCache::types(const fs::path& library, const Stamp& stamp) const {
    return knows(library, stamp) ? known_.at(library.string()).types : std::vector<std::string>{};
}

void InspectionCache::provides(const fs::path& library, const std::vector<std::string>& types) {
    const auto found = known_.find(library.string());
    if (found != known_.end() && found->second.types != types) {
        found->second.types = types;
        changed_ = true;
    }
}

void InspectionCache::add(const fs::path& library, const Stamp& stamp) {
    if (library.string().find('\n') == std::string::npos) {
        known_[library.string()] = {stamp, inspector_};
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
        if (stamp(path) == entry.library) {
            text += fmt::format("{} {} {} {} {}, {}\n", entry.library.changed_ns,
                                entry.library.size, entry.inspector.changed_ns,
                                entry.inspector.size, fmt::join(entry.types, ","), path);
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
