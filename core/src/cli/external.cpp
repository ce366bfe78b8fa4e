#include "cli/external.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <set>
#include <string_view>

#include <unistd.h>

#include <fmt/format.h>

#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

constexpr std::string_view prefix = "tsflow-";

std::vector<std::filesystem::path> folders() {
    std::vector<std::filesystem::path> list;
    std::error_code error;
    const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
    if (!error) {
        list.push_back(self.parent_path().parent_path() / "libexec" / "tsflow");
    }
    const char* path = std::getenv("PATH");
    std::string_view rest = path == nullptr ? "" : path;
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find(':'), rest.size());
        if (end > 0) {
            list.emplace_back(rest.substr(0, end));
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return list;
}

bool executable(const std::filesystem::path& file) {
    std::error_code error;
    return std::filesystem::is_regular_file(file, error) && ::access(file.c_str(), X_OK) == 0;
}

}  // namespace

std::vector<std::string> external_commands() {
    std::set<std::string> names;
    for (const std::filesystem::path& folder : folders()) {
        std::error_code error;
        for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
             entry.increment(error)) {
            const std::string name = entry->path().filename().string();
            if (name.size() > prefix.size() && name.compare(0, prefix.size(), prefix) == 0 &&
                executable(entry->path())) {
                names.insert(name.substr(prefix.size()));
            }
        }
    }
    return {names.begin(), names.end()};
}

std::optional<std::string> find_external(const std::string& name) {
    if (name.empty() || name.front() == '-' || name.find('/') != std::string::npos) {
        return std::nullopt;
    }
    for (const std::filesystem::path& folder : folders()) {
        const std::filesystem::path file = folder / (std::string{prefix} + name);
        if (executable(file)) {
            return file.string();
        }
    }
    return std::nullopt;
}

void execute_external(const std::string& program, char** argv) {
    ::execv(program.c_str(), argv);
    throw Error(fmt::format("cannot run '{}': {}", program, std::strerror(errno)));
}

}  // namespace tsflow::cli
