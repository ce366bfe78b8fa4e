#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>

#include "api/request.hpp"

namespace tsflow::http {

/// The files of the dashboard, read once: what is asked for is looked up among their names, so that no
/// request reaches the disk.
class Assets {
public:
    /// Without a page in `folder` there is a plain one that says how to get it.
    explicit Assets(const std::filesystem::path& folder);

    /// Null when there is no such file.
    const Response* find(std::string_view path, bool compressed) const;

private:
    struct Asset {
        Response plain;
        Response compressed;
    };
    void add(const std::string& path, const std::filesystem::path& file);
    void add(const std::string& path, std::string type, std::string text);

    std::map<std::string, Asset, std::less<>> assets_;
};

/// The folder beside this plugin's library, in the build tree as after an installation.
std::filesystem::path installed_assets();

}  // namespace tsflow::http
