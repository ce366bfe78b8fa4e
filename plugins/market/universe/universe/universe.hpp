#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tsflow/options.hpp"

namespace tsflow::market {

/// A named list of symbols, as a reference holds it.
struct Group {
    std::string name;
    std::string type;  ///< UNIVERSE, ETF, SECTOR, THEME, SEGMENT or CUSTOM
    std::string description;
    std::string environment;
    std::int64_t members = 0;
};

/// What a key stands for.
struct Universe {
    std::vector<std::string> symbols;  ///< sorted by bytes, each once
    /// The parts of the key that no group is named after. A group that is known but has no members is not
    /// among them.
    std::vector<std::string> unknown;
};

/// The groups of one reference in one environment. Nothing is kept between calls: each reads the
/// reference as it is at that time, so that a store may be asked again after an hour. One thread at a
/// time. Calls throw RetryableError when a server is away, and Error for what will not pass by itself
/// (a missing table, a wrong line); both say what and where, without passwords.
class UniverseStore {
public:
    virtual ~UniverseStore();

    /// `key` is the name of a group or a union of several, `SPY:nasdaq100`. A name may hold colons
    /// itself: the whole key is tried first. A name stands for all groups of types UNIVERSE and ETF that
    /// bear it or, when there is none, for those of the other types. Letter case counts.
    Universe resolve(std::string_view key);
    /// `resolve(key).symbols`: empty when nothing is known by that key.
    std::vector<std::string> symbols(std::string_view key);
    /// Sorted by name, then type.
    virtual std::vector<Group> groups() = 0;

protected:
    /// A group and its members, in any order and however often.
    struct Found {
        std::string name;
        std::string type;
        std::vector<std::string> symbols;
    };
    /// The groups that bear one of `names`.
    virtual std::vector<Found> find(const std::vector<std::string>& names) = 0;
};

/// Opens `postgres://…` (also `postgresql://…`), `sqlite:FILE`, `csv:DIR` or, when empty, the universes
/// that come with tsflow, and looks whether it can be read. Throws as the calls of the store do.
std::unique_ptr<UniverseStore> open_reference(std::string_view reference,
                                              std::string_view environment = "DEFAULT");

/// Completes the declaration of an option that holds a reference: a relative folder or file in it is
/// relative to the pipeline file, as paths are.
void declare_reference(OptionInfo& option);

/// Throws Error when `reference` has none of these forms; opens nothing.
void check_reference(std::string_view reference);

/// `reference` without the password that it may hold, for logs and messages.
std::string shown_reference(std::string_view reference);

}  // namespace tsflow::market
