#include "plugins/loader.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "plugins/thrown.hpp"
#include "tsflow/error.hpp"

#define BOOST_DLL_USE_STD_FS
#include <fmt/format.h>
#include <boost/dll/shared_library.hpp>

namespace tsflow {

namespace {

constexpr const char* manifest_symbol = "tsflow_plugin";

/// The dynamic linker's text without Boost's frame around it and without the path in front.
std::string linker_text(const std::system_error& error, const std::filesystem::path& library) {
    std::string_view text = error.what();
    constexpr std::string_view opening = "(dlerror system message: ";
    if (const auto begin = text.find(opening); begin != std::string_view::npos) {
        text.remove_prefix(begin + opening.size());
        text = text.substr(0, text.rfind("): "));
    }
    const std::string prefix = library.string() + ": ";
    if (text.substr(0, prefix.size()) == prefix) {
        text.remove_prefix(prefix.size());
    }
    return std::string{text};
}

}  // namespace

const Manifest& open_library(const std::filesystem::path& library) {
    // Leaked on purpose, with what it holds: the destructor would unload.
    static auto& kept = *new std::vector<std::unique_ptr<boost::dll::shared_library>>;
    try {
        auto loaded = std::make_unique<boost::dll::shared_library>(
            std::filesystem::absolute(library), boost::dll::load_mode::rtld_now);
        boost::dll::shared_library& kept_library = *kept.emplace_back(std::move(loaded));
        if (!kept_library.has(manifest_symbol)) {
            throw Error(fmt::format(
                "it is a shared library but no tsflow plugin: it exports no symbol '{}', which the "
                "macro TSFLOW_PLUGIN defines",
                manifest_symbol));
        }
        return kept_library.get<const Manifest>(manifest_symbol);
    } catch (const Error&) {
        throw;
    } catch (const std::system_error& error) {
        throw Error(fmt::format("it cannot be loaded: {}", linker_text(error, library)));
    } catch (...) {
        throw Error(fmt::format("a static constructor of it threw: {}", describe_thrown()));
    }
}

}  // namespace tsflow
