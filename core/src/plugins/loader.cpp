#include "plugins/loader.hpp"

#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "plugins/demangle.hpp"
#include "tsflow/error.hpp"

#define BOOST_DLL_USE_STD_FS
#include <fmt/format.h>
#include <boost/dll/shared_library.hpp>

namespace tsflow {

namespace {

constexpr const char* manifest_symbol = "tsflow_plugin";

/// The dynamic linker's text without Boost's frame around it and without the path in front, which the
/// caller knows; a missing C++ function is named as in its header.
std::string linker_text(const std::system_error& error, const std::filesystem::path& library) {
    std::string text = error.what();
    constexpr std::string_view opening = "(dlerror system message: ";
    if (const auto begin = text.find(opening); begin != std::string::npos) {
        text = text.substr(begin + opening.size());
        text = text.substr(0, text.rfind("): "));
    }
    if (const std::string prefix = library.string() + ": "; text.starts_with(prefix)) {
        text.erase(0, prefix.size());
    }
    constexpr std::string_view missing = "undefined symbol: ";
    if (text.starts_with(missing)) {
        const std::string symbol = text.substr(missing.size(), text.find(',') - missing.size());
        text.replace(missing.size(), symbol.size(), demangle(symbol));
    }
    return text;
}

boost::dll::shared_library& load(const std::filesystem::path& library) {
    // Leaked on purpose, with what it holds: the destructor would unload.
    static auto& kept = *new std::vector<boost::dll::shared_library>;
    try {
        return kept.emplace_back(library, boost::dll::load_mode::rtld_now);
    } catch (const std::system_error& error) {
        throw Error(fmt::format("it cannot be loaded: {}", linker_text(error, library)));
    }
}

}  // namespace

const Manifest& open_library(const std::filesystem::path& library) {
    const boost::dll::shared_library& loaded = load(std::filesystem::absolute(library));
    if (!loaded.has(manifest_symbol)) {
        throw Error(
            fmt::format("it is a shared library but no tsflow plugin: it exports no symbol '{}', "
                        "which the macro "
                        "TSFLOW_PLUGIN defines",
                        manifest_symbol));
    }
    return loaded.get<const Manifest>(manifest_symbol);
}

}  // namespace tsflow
