#include "api/assets.hpp"

#include <dlfcn.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "tsflow/error.hpp"

namespace tsflow::http {

namespace {

constexpr std::string_view plain_page = R"(<!doctype html>
<html lang="en"><meta charset="utf-8"><title>tsflow</title>
<h1>tsflow is running</h1>
<p>The dashboard is not part of this build: node and npm were missing when it was made, or npm could not
fetch the packages. Install them (scripts/setup.sh does), build the target <code>http_dashboard</code> and
start the pipeline again.</p>
<p>All else is here: <a href="/api/status">status</a>, <a href="/api/tables">tables</a>,
<a href="/api/openapi.json">description of the API</a>.</p>
</html>
)";

std::string type_of(const std::filesystem::path& file) {
    const std::string extension = file.extension().string();
    if (extension == ".html") {
        return "text/html; charset=utf-8";
    }
    if (extension == ".js") {
        return "text/javascript; charset=utf-8";
    }
    if (extension == ".css") {
        return "text/css; charset=utf-8";
    }
    if (extension == ".svg") {
        return "image/svg+xml";
    }
    return "application/octet-stream";
}

/// Nothing from elsewhere, no script within the page, and in nobody's frame.
constexpr std::string_view policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

}  // namespace

Assets::Assets(const std::filesystem::path& folder) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        if (entry.is_regular_file()) {
            add("/" + entry.path().filename().string(), entry.path());
        }
    }
    if (const auto page = assets_.find("/index.html"); page != assets_.end()) {
        assets_["/"] = page->second;
    } else {
        add("/", "text/html; charset=utf-8", std::string{plain_page});
    }
}

void Assets::add(const std::string& path, const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    if (!in) {
        throw Error("cannot read " + file.string());
    }
    add(path, type_of(file), std::move(text));
}

void Assets::add(const std::string& path, std::string type, std::string text) {
    Asset asset;
    asset.plain.content_type = std::move(type);
    asset.plain.etag = "\"" + std::to_string(std::hash<std::string>{}(text)) + "\"";
    asset.plain.headers.emplace_back("Content-Security-Policy", policy);
    asset.compressed = asset.plain;
    asset.compressed.body = std::make_shared<const std::string>(compress(text));
    asset.compressed.headers.emplace_back("Content-Encoding", "gzip");
    asset.plain.body = std::make_shared<const std::string>(std::move(text));
    assets_.insert_or_assign(path, std::move(asset));
}

const Response* Assets::find(std::string_view path, bool compressed) const {
    const auto found = assets_.find(path);
    if (found == assets_.end()) {
        return nullptr;
    }
    return compressed ? &found->second.compressed : &found->second.plain;
}

std::filesystem::path installed_assets() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&installed_assets), &info) == 0 ||
        info.dli_fname == nullptr) {
        return {};
    }
    return std::filesystem::path{info.dli_fname}.parent_path() / "http";
}

}  // namespace tsflow::http
