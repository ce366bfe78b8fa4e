#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>

namespace tsflow::massive_sim::testing {

/// A folder that goes away with the test.
class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "massive-sim-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) {
            throw std::runtime_error("no temporary folder can be made");
        }
        path_ = name;
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::string operator/(std::string_view name) const { return (path_ / name).string(); }
    void write(std::string_view name, std::string_view text) const {
        const std::filesystem::path file = path_ / name;
        std::filesystem::create_directories(file.parent_path());
        std::ofstream(file) << text;
    }

private:
    std::filesystem::path path_;
};

/// Where the real market data is; empty when there is none.
inline std::filesystem::path real_data() {
    const char* named = std::getenv("TSFLOW_DATA");
    const char* source = std::getenv("TSFLOW_SOURCE_DIR");
    const std::filesystem::path root =
        named != nullptr    ? std::filesystem::path{named}
        : source != nullptr ? std::filesystem::path{source} / ".." / "shared" / "data"
                            : std::filesystem::path{};
    const std::filesystem::path minutes = root / "us_stocks_sip" / "minute_aggs_v1";
    return std::filesystem::is_directory(minutes) ? minutes : std::filesystem::path{};
}

}  // namespace tsflow::massive_sim::testing
