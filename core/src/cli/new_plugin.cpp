#include <cctype>
#include <fstream>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/commands.hpp"
#include "cli/exit_codes.hpp"
#include "cli/templates.hpp"
#include "cli/terminal.hpp"
#include "tsflow/error.hpp"

namespace tsflow::cli {
namespace {

bool is_lower_snake(const std::string& name) {
    const auto lower = [](char c) { return c >= 'a' && c <= 'z'; };
    if (name.empty() || !lower(name.front())) {
        return false;
    }
    for (const char c : name) {
        if (!lower(c) && !(c >= '0' && c <= '9') && c != '_') {
            return false;
        }
    }
    return true;
}

/// `my_feed` → `MyFeed`
std::string camel_case(const std::string& name) {
    std::string text;
    bool capital = true;
    for (const char c : name) {
        if (c == '_') {
            capital = true;
        } else {
            text += capital ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
            capital = false;
        }
    }
    return text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
        text.replace(at, what.size(), by);
    }
    return text;
}

}  // namespace

int new_plugin(const NewPluginArgs& args) {
    if (!is_lower_snake(args.name)) {
        print_error(
            fmt::format("error: '{}' cannot name a node type; use lower-case letters, digits "
                        "and underscores, a letter first, such as my_feed\n",
                        args.name));
        return exit_usage;
    }
    const std::filesystem::path folder = args.folder / args.name;
    if (std::filesystem::exists(folder)) {
        throw Error(fmt::format("'{}' is already there; nothing was written", folder.string()));
    }
    std::filesystem::create_directories(folder);
    const std::string kind{to_string(args.kind)};
    const std::vector<std::pair<std::string, std::string>> files{
        {"CMakeLists.txt", "CMakeLists.txt"},          {"README.md", "README.md"},
        {kind + ".hpp", args.name + ".hpp"},           {"plugin.cpp", args.name + ".cpp"},
        {kind + "_test.cpp", args.name + "_test.cpp"}, {kind + ".toml", "pipeline.toml"},
    };
    for (const auto& [from, to] : files) {
        std::string text{template_text(from)};
        text = replaced(std::move(text), "{{name}}", args.name);
        text = replaced(std::move(text), "{{Class}}", camel_case(args.name));
        text = replaced(std::move(text), "{{kind}}", kind);
        std::ofstream out(folder / to);
        out << text;
        if (!out.flush()) {
            throw Error(fmt::format("cannot write '{}'", (folder / to).string()));
        }
    }
    print(fmt::format("wrote {}; its README.md says how to build, test and run it\n",
                      folder.string()));
    return exit_ok;
}

}  // namespace tsflow::cli
