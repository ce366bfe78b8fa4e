#pragma once

#include <filesystem>
#include <string_view>

namespace tsflow::testing {

/// A file in a folder of its own, both gone at the end of the scope.
class TemporaryFile {
public:
    TemporaryFile(std::string_view name, std::string_view content);
    ~TemporaryFile();
    TemporaryFile(const TemporaryFile&) = delete;
    TemporaryFile& operator=(const TemporaryFile&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace tsflow::testing
