#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "plugins/search.hpp"

/// The libraries of tests/plugins, and folders to put files into.
namespace subjects {

namespace fs = std::filesystem;

inline fs::path build_folder() {
    return fs::read_symlink("/proc/self/exe").parent_path().parent_path();
}

inline fs::path folder(const std::string& name) {
    return build_folder() / "test_plugins" / name;
}

inline fs::path library(const std::string& name) {
    return folder(name) / (name + ".so");
}

inline fs::path inspector() {
    return build_folder() / "bin" / "plugin_inspector";
}

/// A search that finds these subjects, in this order, without a cache.
inline tsflow::PluginSearch search(const std::vector<std::string>& names) {
    tsflow::PluginSearch search;
    for (const std::string& name : names) {
        search.required.push_back(folder(name));
    }
    search.inspector = inspector();
    return search;
}

/// A folder of its own, gone with this object.
class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (fs::temp_directory_path() / "tsflow-plugins-XXXXXX").string();
        path_ = fs::canonical(::mkdtemp(name.data()));
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() { fs::remove_all(path_); }
    const fs::path& path() const { return path_; }
    fs::path write(const std::string& name, const std::string& text) const {
        fs::create_directories((path_ / name).parent_path());
        std::ofstream{path_ / name} << text;
        return path_ / name;
    }

private:
    fs::path path_;
};

/// Sets an environment variable for the length of a test.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name) {
        if (const char* before = std::getenv(name)) {
            before_ = before;
            was_set_ = true;
        }
        ::setenv(name, value.c_str(), 1);
    }
    Variable(const Variable&) = delete;
    Variable& operator=(const Variable&) = delete;
    ~Variable() { was_set_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

private:
    const char* name_;
    std::string before_;
    bool was_set_ = false;
};

}  // namespace subjects
