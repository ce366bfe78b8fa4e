#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "tsflow/export.hpp"
#include "tsflow/time.hpp"

namespace tsflow {

/// A password or key. Nothing prints it: not logs, plans, describe, nor errors.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::string value) : value_(std::move(value)) {}
    const std::string& reveal() const noexcept { return value_; }
    bool empty() const noexcept { return value_.empty(); }

private:
    std::string value_;
};

/// A size, written `64MiB`, `10kB`, `512` in the file.
struct ByteSize {
    std::uint64_t count = 0;
};

/// How an option is written in a pipeline file. The C++ type of the member decides:
///
///     bool → boolean          integers → integer (*)    double → real       std::string → text
///     Duration → duration     ByteSize → bytes          Date → date         Timestamp → timestamp
///     std::filesystem::path → path (relative to the pipeline file)          Secret → secret
///     std::vector<std::string> → text_list              std::optional<T> as T, may stay unset
///     std::vector of a struct → tables, by Options::tables()
///
/// (*) within what the member's type can hold.
enum class OptionType : std::uint8_t {
    boolean,
    integer,
    real,
    text,
    duration,
    bytes,
    date,
    timestamp,
    path,
    secret,
    text_list,
    tables  ///< a list of tables, each under its own `[[header]]`, with options of their own
};

struct OptionTable;
/// A list of tables, in the order of the file.
using OptionTables = std::vector<OptionTable>;
/// A converted option: bool; int64 (also durations in ns, bytes, dates in days, timestamps in ns);
/// double; string (also paths, made absolute, and secrets); list of strings; list of tables.
using OptionValue =
    std::variant<bool, std::int64_t, double, std::string, std::vector<std::string>, OptionTables>;
using OptionValues = std::map<std::string, OptionValue, std::less<>>;
/// One table of a list: a class of its own, because a value may hold others.
struct TSFLOW_API OptionTable {
    OptionValues values;
    bool operator==(const OptionTable& other) const;
};

/// One problem that a check over several options found.
struct OptionProblem {
    /// Where it is shown; in a list of tables `connections.1.universe`, counted from 0. Empty: at the
    /// whole node.
    std::string option;
    std::string message;
    bool warning = false;  ///< it is told, but does not refuse the file
};
using OptionProblems = std::vector<OptionProblem>;

/// The declaration of one option: the single source for parsing, errors, `plugins describe`, JSON
/// Schema and the generated pages.
struct TSFLOW_API OptionInfo {
    std::string name;
    std::string doc;
    OptionType type = OptionType::text;
    bool required = false;
    std::optional<OptionValue> default_value;  ///< none: required, or unset by default
    std::optional<double> min, max;    ///< inclusive, in the value's own unit; of tables: how many
    std::vector<std::string> choices;  ///< of a text, or of each item of a text_list
    std::string unit;                  ///< for documentation, such as `rows`
    std::optional<OptionValue> example;  ///< for `describe --sample` of a required option
    std::function<void(void* config, const OptionValue&)> store;
    /// What the member can hold of an integer, whatever its declared range.
    std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
    std::int64_t highest = std::numeric_limits<std::int64_t>::max();
    std::vector<OptionInfo> nested;  ///< of tables: the options that each of them has

    OptionInfo& range(double least, double most);
    OptionInfo& at_least(double least);
    OptionInfo& one_of(std::vector<std::string> texts);
    OptionInfo& in(std::string unit_name);
    OptionInfo& such_as(OptionValue value);
    OptionInfo& such_as(const char* text) { return such_as(OptionValue{std::string{text}}); }
};

/// `boolean`, `integer`, … as in documentation.
TSFLOW_API std::string_view to_string(OptionType type) noexcept;

namespace detail {

/// Adds what was found inside `table` (`connections.1`), with the option's name behind the table's.
TSFLOW_API void add_inside(const std::string& table, OptionProblems found,
                           OptionProblems& problems);

template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};

template <class T>
constexpr OptionType option_type() {
    if constexpr (is_optional<T>::value) {
        return option_type<typename T::value_type>();
    } else if constexpr (std::is_same_v<T, bool>) {
        return OptionType::boolean;
    } else if constexpr (std::is_integral_v<T>) {
        return OptionType::integer;
    } else if constexpr (std::is_floating_point_v<T>) {
        return OptionType::real;
    } else if constexpr (std::is_same_v<T, Duration>) {
        return OptionType::duration;
    } else if constexpr (std::is_same_v<T, ByteSize>) {
        return OptionType::bytes;
    } else if constexpr (std::is_same_v<T, Date>) {
        return OptionType::date;
    } else if constexpr (std::is_same_v<T, Timestamp>) {
        return OptionType::timestamp;
    } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
        return OptionType::path;
    } else if constexpr (std::is_same_v<T, Secret>) {
        return OptionType::secret;
    } else if constexpr (std::is_same_v<T, std::vector<std::string>>) {
        return OptionType::text_list;
    } else {
        static_assert(std::is_same_v<T, std::string>, "no option type for this member");
        return OptionType::text;
    }
}

/// What a member of type `T` can hold of a 64-bit integer.
template <class T>
constexpr std::pair<std::int64_t, std::int64_t> holds() {
    using Wide = std::numeric_limits<std::int64_t>;
    if constexpr (is_optional<T>::value) {
        return holds<typename T::value_type>();
    } else if constexpr (option_type<T>() == OptionType::integer) {
        using Own = std::numeric_limits<T>;
        constexpr bool narrow = sizeof(T) < sizeof(std::int64_t);
        return {
            narrow || std::is_unsigned_v<T> ? static_cast<std::int64_t>(Own::min()) : Wide::min(),
            narrow ? static_cast<std::int64_t>(Own::max()) : Wide::max()};
    } else {
        return {Wide::min(), Wide::max()};
    }
}

template <class T>
T from_option(const OptionValue& value) {
    constexpr OptionType type = option_type<T>();
    if constexpr (is_optional<T>::value) {
        return from_option<typename T::value_type>(value);
    } else if constexpr (type == OptionType::boolean) {
        return std::get<bool>(value);
    } else if constexpr (type == OptionType::integer) {
        return static_cast<T>(std::get<std::int64_t>(value));
    } else if constexpr (type == OptionType::real) {
        return static_cast<T>(std::get<double>(value));
    } else if constexpr (type == OptionType::duration) {
        return Duration{std::get<std::int64_t>(value)};
    } else if constexpr (type == OptionType::bytes) {
        return ByteSize{static_cast<std::uint64_t>(std::get<std::int64_t>(value))};
    } else if constexpr (type == OptionType::date) {
        return Date{
            typename Date::duration{static_cast<std::int32_t>(std::get<std::int64_t>(value))}};
    } else if constexpr (type == OptionType::timestamp) {
        return Timestamp{Duration{std::get<std::int64_t>(value)}};
    } else if constexpr (type == OptionType::text_list) {
        return std::get<std::vector<std::string>>(value);
    } else {
        return T(std::get<std::string>(value));
    }
}

template <class T>
std::optional<OptionValue> to_option(const T& value) {
    constexpr OptionType type = option_type<T>();
    if constexpr (is_optional<T>::value) {
        return value ? to_option(*value) : std::nullopt;
    } else if constexpr (type == OptionType::integer) {
        return OptionValue{static_cast<std::int64_t>(value)};
    } else if constexpr (type == OptionType::real) {
        return OptionValue{static_cast<double>(value)};
    } else if constexpr (type == OptionType::duration) {
        return OptionValue{static_cast<std::int64_t>(value.count())};
    } else if constexpr (type == OptionType::bytes) {
        return OptionValue{static_cast<std::int64_t>(value.count)};
    } else if constexpr (type == OptionType::date || type == OptionType::timestamp) {
        return OptionValue{static_cast<std::int64_t>(value.time_since_epoch().count())};
    } else if constexpr (type == OptionType::path) {
        return OptionValue{value.string()};
    } else if constexpr (type == OptionType::secret) {
        return std::nullopt;
    } else {
        return OptionValue{value};
    }
}

}  // namespace detail

/// Binds names in the pipeline file to the members of a node's `Config`, once.
///
///     static void describe(Options<Config>& o) {
///         o.required("column", &Config::column, "Column to smooth").such_as("close");
///         o.optional("alpha", &Config::alpha, "Weight of the newest value").range(0, 1);
///         o.check([](const Config& c, OptionProblems& p) { … });
///     }
///
/// Names are lower_snake; the host's own keys (type, inputs, queue, retry, on_error, journal) are
/// refused when the plugin is loaded.
template <class Config>
class Options {
public:
    using Check = std::function<void(const Config&, OptionProblems&)>;

    template <class T>
    OptionInfo& required(std::string name, T Config::*member, std::string doc) {
        OptionInfo& info = declare(std::move(name), member, std::move(doc));
        info.required = true;
        return info;
    }
    /// The default is the member's initialiser in `Config`.
    template <class T>
    OptionInfo& optional(std::string name, T Config::*member, std::string doc) {
        OptionInfo& info = declare(std::move(name), member, std::move(doc));
        info.default_value = detail::to_option(Config{}.*member);
        return info;
    }
    /// A list of tables, `[[sources.feed.connections]]`, each with the options that `describe` declares
    /// for one element of the member. Not required; range() and at_least() bound how many there are.
    ///
    ///     o.tables("connections", &Config::connections, "One connection each",
    ///              [](Options<Connection>& c) { c.required("name", &Connection::name, "…"); });
    ///
    /// A check of such a table names the option as the table has it. Tables hold no lists of tables.
    template <class Table, std::invocable<Options<Table>&> Describe>
    OptionInfo& tables(std::string name, std::vector<Table> Config::*member, std::string doc,
                       Describe&& describe) {
        auto inner = std::make_shared<Options<Table>>();
        describe(*inner);
        checks_.push_back([inner, member, name](const Config& config, OptionProblems& problems) {
            const std::vector<Table>& all = config.*member;
            for (std::size_t i = 0; i < all.size(); ++i) {
                OptionProblems found;
                inner->verify(all[i], found);
                detail::add_inside(name + "." + std::to_string(i), std::move(found), problems);
            }
        });
        OptionInfo& info = list_.emplace_back();
        info.name = std::move(name);
        info.doc = std::move(doc);
        info.type = OptionType::tables;
        info.default_value = OptionValue{OptionTables{}};
        info.nested = inner->list();
        info.store = [inner, member](void* config, const OptionValue& value) {
            std::vector<Table>& all = static_cast<Config*>(config)->*member;
            all.clear();
            for (const OptionTable& table : std::get<OptionTables>(value)) {
                inner->store(all.emplace_back(), table.values);
            }
        };
        return info;
    }
    /// A rule over several options; runs when each option alone is right.
    void check(Check rule) { checks_.push_back(std::move(rule)); }

    const std::vector<OptionInfo>& list() const noexcept { return list_; }

    /// Stores the values that are present and runs the checks; true when they found nothing but
    /// warnings.
    bool assign(Config& config, const OptionValues& values, OptionProblems& problems) const {
        store(config, values);
        return verify(config, problems);
    }
    /// The first half: stores the values that are present.
    void store(Config& config, const OptionValues& values) const {
        for (const OptionInfo& info : list_) {
            if (auto found = values.find(info.name); found != values.end()) {
                info.store(&config, found->second);
            }
        }
    }
    /// The second: runs the checks.
    bool verify(const Config& config, OptionProblems& problems) const {
        const std::size_t before = problems.size();
        for (const Check& rule : checks_) {
            rule(config, problems);
        }
        return std::all_of(problems.begin() + static_cast<std::ptrdiff_t>(before), problems.end(),
                           [](const OptionProblem& problem) { return problem.warning; });
    }

private:
    template <class T>
    OptionInfo& declare(std::string name, T Config::*member, std::string doc) {
        OptionInfo& info = list_.emplace_back();
        info.name = std::move(name);
        info.doc = std::move(doc);
        info.type = detail::option_type<T>();
        std::tie(info.lowest, info.highest) = detail::holds<T>();
        info.store = [member](void* config, const OptionValue& value) {
            static_cast<Config*>(config)->*member = detail::from_option<T>(value);
        };
        return info;
    }

    std::vector<OptionInfo> list_;
    std::vector<Check> checks_;
};

}  // namespace tsflow
