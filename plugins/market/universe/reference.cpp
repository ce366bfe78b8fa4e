#include "reference.hpp"

#include "store.hpp"
#include "tsflow/error.hpp"

namespace tsflow::market {

namespace {

constexpr std::string_view csv_prefix = "csv:";
constexpr std::string_view sqlite_prefix = "sqlite:";

}  // namespace

void declare_reference(OptionInfo& option) {
    option.type = OptionType::path;
    option.choices = {std::string(csv_prefix), std::string(sqlite_prefix)};
}

Reference parse_reference(std::string_view text) {
    if (text.empty()) {
        return {ReferenceKind::shipped, {}};
    }
    if (text.starts_with("postgres://") || text.starts_with("postgresql://")) {
        return {ReferenceKind::postgres, std::string{text}};
    }
    for (const auto& [prefix, kind] : {std::pair{csv_prefix, ReferenceKind::csv},
                                       std::pair{sqlite_prefix, ReferenceKind::sqlite}}) {
        if (text.starts_with(prefix) && text.size() > prefix.size()) {
            return {kind, std::string{text.substr(prefix.size())}};
        }
    }
    throw Error("the reference '" + shown_reference(text) +
                "' is none of postgres://USER@HOST/DATABASE, sqlite:FILE and csv:FOLDER");
}

std::unique_ptr<UniverseStore> open_reference(std::string_view reference,
                                              std::string_view environment) {
    const Reference parsed = parse_reference(reference);
    switch (parsed.kind) {
        case ReferenceKind::csv:
            return open_csv(parsed.place, environment);
        case ReferenceKind::sqlite:
            return open_sqlite(parsed.place, environment);
        case ReferenceKind::postgres:
            return open_postgres(parsed.place, environment);
        case ReferenceKind::shipped:
            break;
    }
    return open_shipped(environment);
}

void check_reference(std::string_view reference) {
    parse_reference(reference);
}

std::string shown_reference(std::string_view reference) {
    std::string shown{reference};
    const std::size_t scheme = shown.find("://");
    if (scheme == std::string::npos) {
        return shown;
    }
    const std::size_t begin = scheme + 3;
    // A password may hold an '@' or a '/' that should have been escaped: better to hide too much.
    const std::size_t at = shown.rfind('@');
    if (at != std::string::npos && at > begin) {
        const std::size_t colon = shown.find(':', begin);
        if (colon < at) {
            shown.replace(colon + 1, at - colon - 1, "***");
        }
    }
    constexpr std::string_view parameter = "password=";
    for (std::size_t found = shown.find(parameter); found != std::string::npos;
         found = shown.find(parameter, found + parameter.size())) {
        const std::size_t value = found + parameter.size();
        shown.replace(value, std::min(shown.find('&', value), shown.size()) - value, "***");
    }
    return shown;
}

}  // namespace tsflow::market
